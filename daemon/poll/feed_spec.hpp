// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/fetcher.hpp"
#include "poll/poll_interval.hpp"

namespace tocsin::poll {

/// What the operator said in the `[[feed]]` tables of tocsin.toml that name a feed's id or one of
/// its tags.
struct FeedOptions {
  std::optional<Seconds> interval{};  ///< Poll this often, whatever the feed says.
  Priority priority = Priority::normal;
  std::string kind{};                 ///< "agency", "paper", "official" …: carried into alerts.
  std::vector<std::string> topics{};  ///< Ids it is matched against; empty: all.
  std::string user_agent{};           ///< Empty: the daemon's own.
  std::vector<http::Header> headers{};
  http::Credential credential{};
  http::Route route{};
  bool wants_http2 = false;
  bool follows_moves = true;  ///< False: the listed URL stays, whatever redirects say.
};

/// Feeds under the same tables share one: a million feeds have a handful of options.
using SharedOptions = std::shared_ptr<const FeedOptions>;

/// Those of a feed that no table names.
[[nodiscard]] inline const SharedOptions& default_options() {
  static const SharedOptions options = std::make_shared<const FeedOptions>();
  return options;
}

/// One feed of the list.
struct FeedSpec {
  std::string key{};  ///< tocsin:id, else the URL as listed. Unique.
  std::string url{};  ///< As listed; a moved feed's present URL is in its FeedState.
  std::string title{};
  SharedOptions options = default_options();  ///< Never null.
};

}  // namespace tocsin::poll
