// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "http/fetcher.hpp"
#include "poll/poll_interval.hpp"

namespace tocsin::poll {

/// What the operator said of one feed: from the OPML file, and from the `[[feed]]` tables of
/// tocsin.toml that name its id or one of its tags.
struct FeedOptions {
  std::optional<Seconds> interval{};  ///< Poll this often, whatever the feed says.
  Priority priority = Priority::normal;
  std::string kind{};        ///< "news", "blog", "official" …: carried into alerts.
  std::string user_agent{};  ///< Empty: the daemon's own.
  std::vector<http::Header> headers{};
  http::Credential credential{};
  http::Route route{};
  bool wants_http2 = false;
  bool follows_moves = true;  ///< False: the listed URL stays, whatever redirects say.
};

struct FeedSpec {
  std::string key{};  ///< tocsin:id, else the URL as listed. Unique.
  std::string url{};  ///< As listed; a moved feed's present URL is in its FeedState.
  std::string title{};
  std::vector<std::string> tags{};
  FeedOptions options{};
};

}  // namespace tocsin::poll
