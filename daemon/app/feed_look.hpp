// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "app/credential.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "feed/discover.hpp"
#include "feed/feed.hpp"
#include "feed/opml.hpp"
#include "http/fetcher.hpp"
#include "poll/feed_spec.hpp"
#include "poll/poll_options.hpp"

namespace tocsin::app {

/// Fetches feeds by hand, one after the other, as the daemon would: its limits and its guard.
class HandFetcher {
 public:
  /// `invalid_input` for a wrong `http.allow`, `system` when fetching cannot start.
  [[nodiscard]] static Result<std::unique_ptr<HandFetcher>> create(
      const Configuration& configuration, Credentials credentials);
  HandFetcher(const HandFetcher&) = delete;
  HandFetcher& operator=(const HandFetcher&) = delete;
  ~HandFetcher();

  /// The feed with the options that hold for it.
  [[nodiscard]] poll::FeedSpec spec_of(const feed::Subscription& feed) const;

  /// Fetches `url` as the daemon would for the feed; where that is not the feed's own server, what
  /// the operator keeps for it stays behind.
  [[nodiscard]] Result<http::Response> fetch(const poll::FeedSpec& spec, const std::string& url);

  [[nodiscard]] const poll::PollOptions& options() const;

 private:
  struct Parts;
  explicit HandFetcher(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

/// A feed that was fetched and read.
struct SeenFeed {
  std::string url;          ///< To list: after permanent redirects.
  std::string fetched_url;  ///< Where the document came from.
  std::string moved_from;   ///< What led there by a permanent redirect, else empty.
  std::string title;
  std::string site;
  feed::Format format = feed::Format::rss20;
  std::size_t items = 0;
  std::optional<Time> newest;
  bool is_comments = false;
};

/// Dates of the items, the newest first; those further ahead than a day are left out.
[[nodiscard]] std::vector<Time> dates_of(const feed::Feed& feed, Time now);

/// {url, title, site, format, items, newest, moved_from, comments}, without secrets of a URL.
[[nodiscard]] nlohmann::json to_json(const SeenFeed& seen);

/// What was found at an address that somebody gave.
struct Search {
  std::vector<SeenFeed> feeds;  ///< The likeliest first.
  bool was_page = false;        ///< They were found by way of a page.
  std::size_t tried = 0;        ///< Candidates of the page that were fetched.
  std::string problem;          ///< Why there are none.
};

/// Fetches `asked.url`; a page's candidates are fetched in turn, at most 8 that it names, and where
/// none of them is a feed the usual places. Secrets meant for `asked` go to no other server.
[[nodiscard]] Search search_feeds(HandFetcher& fetcher, const feed::Subscription& asked);

}  // namespace tocsin::app
