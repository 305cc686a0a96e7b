// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "app/command.hpp"
#include "feed/opml.hpp"

namespace tocsin::app {

/// The longest feed list that is read: a million feeds take half of it.
inline constexpr std::size_t feed_list_limit = std::size_t{512} << 20U;

using Subscriptions = std::vector<feed::Subscription>;

/// For verbs that work on the configured feeds. When something is wrong that leaves no list, it has
/// been told and `exit` is not ok; outlines that are left out are told, too.
struct FeedsOrExit {
  Configuration configuration;
  Subscriptions feeds;
  int exit = Exit::ok;
};

enum class MissingList { is_wrong, is_empty };

[[nodiscard]] FeedsOrExit load_feeds(const Context& context, MissingList missing);

/// The feed that a person means by its key, its URL in any spelling, either as it is told without
/// secrets, or its title where only one bears it; null when there is none.
[[nodiscard]] const feed::Subscription* find_feed(const Subscriptions& feeds,
                                                  std::string_view word);

/// True when `word` is the feed's key or URL as it is told without secrets.
[[nodiscard]] bool is_told_as(const feed::Subscription& feed, std::string_view word);

/// The feed that is listed with `url`, or with another spelling of it; null when there is none.
[[nodiscard]] const feed::Subscription* find_url(const Subscriptions& feeds, std::string_view url);

/// Tells that no feed is meant by `word`, with a suggestion. Returns 1.
int no_such_feed(const Subscriptions& feeds, std::string_view word);

/// True when the feed stands in a folder of this name, at any depth; always without a name.
[[nodiscard]] bool has_tag(const feed::Subscription& feed, const std::string& tag);

/// {key, id, url, title, site, tags}, as listed.
[[nodiscard]] nlohmann::json to_json(const feed::Subscription& feed);

/// The same without the secrets that a URL may hold.
[[nodiscard]] nlohmann::json to_told_json(feed::Subscription feed);

/// "World / Africa", made safe.
[[nodiscard]] std::string shown_tags(const std::vector<std::string>& tags);

}  // namespace tocsin::app
