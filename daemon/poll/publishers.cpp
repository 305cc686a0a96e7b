// SPDX-License-Identifier: Apache-2.0
#include "poll/publishers.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <tuple>

#include "base/url.hpp"

namespace tocsin::poll {
namespace {

using Place = Publishers::Place;

std::uint32_t hash_of_host(std::string_view url) {
  const std::string host = split_url(url).host;
  std::string_view name = host;
  constexpr std::string_view www = "www.";
  if (name.starts_with(www)) name.remove_prefix(www.size());
  return static_cast<std::uint32_t>(std::hash<std::string_view>{}(name));
}

bool is_before(const Place& a, const Place& b) {
  return std::tie(a.host, a.feed) < std::tie(b.host, b.feed);
}

bool has_lower_host(const Place& a, const Place& b) {
  return a.host < b.host;
}

}  // namespace

Publishers::Publishers(const FeedBook& feeds) {
  places_.reserve(feeds.listed());
  for (FeedNumber feed = 0; feed < feeds.size(); ++feed) {
    if (!feeds.is_listed(feed)) continue;
    places_.push_back({.host = hash_of_host(feeds.url(feed)), .feed = feed});
  }
  std::sort(places_.begin(), places_.end(), is_before);
}

std::span<const Place> Publishers::feeds_beside(std::string_view url) const {
  const Place wanted{.host = hash_of_host(url)};
  const auto [first, last] =
      std::equal_range(places_.begin(), places_.end(), wanted, has_lower_host);
  const std::span<const Place> found{first, last};
  return found.size() > most_feeds ? std::span<const Place>{} : found;
}

}  // namespace tocsin::poll
