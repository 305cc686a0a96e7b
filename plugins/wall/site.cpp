// SPDX-License-Identifier: Apache-2.0
#include "wall/site.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "wall/assets.hpp"

namespace tocsin::wall {
namespace {

constexpr std::size_t cards_without_script = 100;
constexpr std::chrono::seconds beat{5};  // stream.js gives up after two and a half

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

using Values = std::map<std::string_view, std::string>;

/// The page with a value for each "{{name}}". What is put in is not looked at again: it holds what
/// others wrote.
std::string filled(std::string_view page, const Values& values) {
  std::string out;
  for (auto at = page.find("{{"); at != std::string_view::npos; at = page.find("{{")) {
    const auto end = page.find("}}", at);
    out += page.substr(0, at);
    const auto value = values.find(page.substr(at + 2, end - at - 2));
    if (value != values.end()) out += value->second;
    page.remove_prefix(std::min(end + 2, page.size()));
  }
  return out += page;
}

std::string front_page(const Board& board, bool is_wall) {
  const std::size_t shown = board.shown(cards_without_script);
  return filled(wall_html, {{"mode", is_wall ? "big" : "desk"},
                            {"troubles", board.troubles_html()},
                            {"count", std::to_string(shown)},
                            {"none", shown > 0 ? " hidden" : ""},
                            {"cards", board.to_html(cards_without_script)}});
}

/// What one reader has been sent.
class Reader {
 public:
  Reader(const Board& board, Board::Mark mark) : board_{&board}, mark_{std::move(mark)} {}

  std::string next() {
    auto events = board_->behind(mark_);
    mark_ = std::move(events.end);
    const auto now = std::chrono::steady_clock::now();
    if (events.text.empty() && now - sent_ < beat) return {};
    sent_ = now;
    if (!events.text.empty()) return std::move(events.text);
    return std::string{"event: beat\ndata: {\"daemon\":"} +
           (board_->has_daemon() ? "true" : "false") + ",\"epoch\":" + json_text(board_->epoch()) +
           "}\n\n";
  }

 private:
  const Board* board_;
  Board::Mark mark_;
  std::chrono::steady_clock::time_point sent_{};
};

web::Reply events(const Board& board, const web::Request& request) {
  const std::string& last = request.last_event_id;
  Board::Mark mark{.place = place_of(last.empty() ? query_value(request, "after") : last),
                   .epoch = std::string{query_value(request, "epoch")}};
  web::Reply reply = page("text/event-stream", {});
  reply.headers.emplace_back("X-Accel-Buffering", "no");  // proxies would wait for a full block
  reply.next = [reader = Reader{board, std::move(mark)}]() mutable {
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
    if (path == "/alerts.json") return page("application/json", board.to_json());
    if (path == "/events") return events(board, request);
    if (path == "/livez") return {.body = "ok\n"};
    const auto* const script = std::find_if(scripts.begin(), scripts.end(),
                                            [&path](const auto& one) { return one.path == path; });
    if (script != scripts.end()) {
      return page("text/javascript; charset=utf-8", std::string{script->text});
    }
    return {.status = 404, .body = "there is no such page\n"};
  };
}

}  // namespace tocsin::wall
