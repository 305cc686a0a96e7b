// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/url.hpp"
#include "poll/poller.hpp"

namespace tocsin::poll {

/// One request as the servers see it.
struct Visit {
  Time at;
  std::string key;
  http::Request request;
};

/// Feeds, servers and time, all played: weeks pass in milliseconds. Watches our manners all along:
/// what a server would complain of stands in `complaints`.
///
/// By default every server has a feed that never changes, and answers after 300 ms; the pipeline
/// commits what it is offered.
class World final : private http::Fetcher {
 public:
  using Answer = std::function<Result<http::Response>(const http::Request&)>;
  using Pipeline = std::function<Learned(const Polled&, store::FeedState&)>;

  explicit World(PollOptions options = {}) : options_{std::move(options)} {
    poller.on_polled([this](Polled polled) {
      lateness.push_back(polled.lateness);
      poller.set_store_failing(!is_storing);
      if (!is_storing) {
        poller.abandoned(polled.feed.key);
        return;
      }
      store::FeedState state = polled.proposed;
      const Learned learned = pipeline(polled, state);
      poller.committed(state, learned);
    });
  }

  /// Until nothing is left to do before `end`.
  void run_until(Time end) {
    poller.wake();
    while (true) {
      Time next = end;
      if (const auto wake = poller.next_wake()) next = std::min(next, *wake);
      if (!open_.empty()) next = std::min(next, open_.begin()->first);
      if (next >= end) break;
      clock.set(std::max(next, clock.now()));
      while (!open_.empty() && open_.begin()->first <= clock.now()) answer_first();
      poller.wake();
    }
    clock.set(end);
  }

  void run_for(std::chrono::milliseconds time) { run_until(clock.now() + time); }

  [[nodiscard]] std::vector<Time> visits_of(const std::string& key) const {
    std::vector<Time> times;
    for (const Visit& visit : visits) {
      if (visit.key == key) times.push_back(visit.at);
    }
    return times;
  }

  [[nodiscard]] store::FeedState state_of(const std::string& key) const {
    return poller.feeds().state(poller.feeds().find(key).value());
  }

  ManualClock clock{Time{std::chrono::hours{24 * 365 * 54}}};
  Answer answer = [](const http::Request& request) -> Result<http::Response> {
    http::Response response;
    response.status = request.etag.empty() ? 200 : 304;
    response.etag = "\"1\"";
    return response;
  };
  Pipeline pipeline = [](const Polled&, store::FeedState&) {
    return Learned{};
  };
  /// Where the servers redirect a URL to, with a 302; empty: nowhere.
  std::function<std::string(const std::string& url)> end_of = [](const std::string&) {
    return std::string{};
  };
  std::chrono::milliseconds delay{300};
  std::vector<Visit> visits;
  std::vector<std::chrono::milliseconds> lateness;
  std::vector<std::string> complaints;
  std::size_t most_open = 0;

 private:
  struct Server {
    bool is_busy = false;
    std::optional<Time> left{};       // when the last request ended
    std::optional<Time> silent_to{};  // what Retry-After asked for
  };

  struct Open {
    http::Request request;
    OnDone on_done;
  };

  void start(http::Request request, OnDone on_done) override {
    const Time now = clock.now();
    const std::string host = split_url(request.url).host;
    Server& server = servers_[host];
    if (server.is_busy) complaints.push_back("two requests at once: " + host);
    if (server.left && now - *server.left < options_.host_spacing) {
      complaints.push_back("too soon after the last: " + host);
    }
    if (server.silent_to && now < *server.silent_to) complaints.push_back("not silent: " + host);
    server.is_busy = true;
    come_to_end(request.url, host, now);
    // The key of a feed is the last part of its path, whatever its host.
    visits.push_back({now, request.url.substr(request.url.rfind('/') + 1),
                      keeps_requests ? request : http::Request{}});
    open_.emplace(now + delay, Open{std::move(request), std::move(on_done)});
    most_open = std::max(most_open, open_.size());
  }

  /// The server at the end of a redirect, which the request comes to as well.
  void come_to_end(const std::string& url, const std::string& asked, Time now) {
    const std::string end = split_url(end_of(url)).host;
    if (end.empty() || end == asked) return;
    Server& server = servers_[end];
    if (server.is_busy) complaints.push_back("two redirected requests at once: " + end);
    if (server.left && now - *server.left < options_.host_spacing) {
      complaints.push_back("redirected too soon after the last: " + end);
    }
    if (server.silent_to && now < *server.silent_to) {
      complaints.push_back("redirected and not silent: " + end);
    }
    server.is_busy = true;
  }

  void leave(const std::string& host) {
    servers_[host].is_busy = false;
    servers_[host].left = clock.now();
  }

  void answer_first() {
    Open open = std::move(open_.begin()->second);
    open_.erase(open_.begin());
    const std::string host = split_url(open.request.url).host;
    auto outcome = answer(open.request);
    const std::string end = end_of(open.request.url);
    if (outcome && !end.empty()) {
      outcome->final_url = end;
      outcome->redirects = {{.status = 302, .from = open.request.url, .to = end}};
    }
    if (outcome && outcome->final_url.empty()) outcome->final_url = open.request.url;
    leave(host);
    if (!end.empty()) leave(split_url(end).host);
    if (outcome) note_what_was_said(*outcome);
    open.on_done(std::move(outcome));
  }

  void note_what_was_said(const http::Response& response) {
    for (const http::Redirect& redirect : response.redirects) {
      servers_[split_url(redirect.to).host].left = clock.now();
    }
    if (!response.retry_after || (response.status != 429 && response.status != 503)) return;
    Server& server = servers_[split_url(response.final_url).host];
    server.silent_to = clock.now() + *response.retry_after;
  }

  PollOptions options_;
  std::unique_ptr<loop::EventLoop> loop_ = loop::EventLoop::create().value();
  std::multimap<Time, Open> open_;
  std::map<std::string, Server> servers_;

 public:
  bool keeps_requests = true;
  bool is_storing = true;  ///< False: the disk is full, and each outcome is lost.
  Poller poller{*loop_, *this, clock, options_};
};

/// https://<host>.example/<key>
inline FeedSpec feed_at(const std::string& key, const std::string& host = "",
                        FeedOptions options = {}) {
  return {.key = key,
          .url = "https://" + (host.empty() ? key : host) + ".example/" + key,
          .options = std::make_shared<const FeedOptions>(std::move(options))};
}

inline http::Response status(long code) {
  http::Response response;
  response.status = code;
  return response;
}

/// The longest of the pauses between these, which are in order.
inline std::chrono::milliseconds longest_pause(const std::vector<Time>& times) {
  std::chrono::milliseconds longest{0};
  for (std::size_t i = 1; i < times.size(); ++i) {
    longest = std::max(longest, times[i] - times[i - 1]);
  }
  return longest;
}

}  // namespace tocsin::poll
