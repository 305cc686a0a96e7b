// SPDX-License-Identifier: Apache-2.0
#include "wall/site.hpp"

#include <charconv>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "wall/assets.hpp"

namespace tocsin::wall {
namespace {

constexpr std::size_t cards_without_script = 100;
constexpr std::chrono::seconds beat{5};  // wall.js gives up after three

/// Nothing but what this server itself sends is loaded, shown or run.
web::Reply page(std::string type, std::string body) {
  return {.type = std::move(type),
          .body = std::move(body),
          .headers = {{"Content-Security-Policy",
                       "default-src 'none'; script-src 'self'; style-src 'self'; "
                       "connect-src 'self'; base-uri 'none'; form-action 'none'; "
                       "frame-ancestors 'none'"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cross-Origin-Opener-Policy", "same-origin"},
                      {"Cross-Origin-Resource-Policy", "same-origin"}}};
}

void put(std::string& text, std::string_view mark, const std::string& value) {
  const auto at = text.find(mark);
  if (at != std::string::npos) text.replace(at, mark.size(), value);
}

std::string front_page(const Board& board, bool is_wall) {
  std::string html{wall_html};
  put(html, "{{mode}}", is_wall ? "big" : "desk");
  put(html, "{{troubles}}", board.troubles_html());
  put(html, "{{cards}}", board.to_html(cards_without_script));
  return html;
}

std::uint64_t number_of(const std::string& text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// What one reader has been sent.
class Reader {
 public:
  Reader(const Board& board, std::uint64_t seq)
      : board_{&board},
        seq_{seq},
        restarts_{board.restarts()} {}

  std::string next() {
    auto events = board_->behind(seq_, restarts_);
    seq_ = events.seq;
    restarts_ = events.restarts;
    const auto now = std::chrono::steady_clock::now();
    if (events.text.empty() && now - sent_ < beat) return {};
    sent_ = now;
    if (!events.text.empty()) return std::move(events.text);
    return std::string{"event: beat\ndata: {\"daemon\":"} +
           (board_->has_daemon() ? "true" : "false") + "}\n\n";
  }

 private:
  const Board* board_;
  std::uint64_t seq_;
  std::uint64_t restarts_;
  std::chrono::steady_clock::time_point sent_{};
};

web::Reply events(const Board& board, const web::Request& request) {
  const std::string& last = request.last_event_id;
  const std::uint64_t after = number_of(last.empty() ? query_value(request, "after") : last);
  web::Reply reply = page("text/event-stream", {});
  reply.headers.emplace_back("X-Accel-Buffering", "no");  // proxies would wait for a full block
  reply.next = [reader = Reader{board, after}]() mutable {
    return reader.next();
  };
  return reply;
}

}  // namespace

web::Handler site(const Board& board) {
  return [&board](const web::Request& request) -> web::Reply {
    const std::string& path = request.path;
    if (path == "/") {
      const bool is_wall = query_value(request, "wall") == "1";
      return page("text/html; charset=utf-8", front_page(board, is_wall));
    }
    if (path == "/wall.css") return page("text/css; charset=utf-8", std::string{wall_css});
    if (path == "/wall.js") return page("text/javascript; charset=utf-8", std::string{wall_js});
    if (path == "/alerts.json") return page("application/json", board.to_json());
    if (path == "/events") return events(board, request);
    if (path == "/livez") return {.body = "ok\n"};
    return {.status = 404, .body = "there is no such page\n"};
  };
}

}  // namespace tocsin::wall
