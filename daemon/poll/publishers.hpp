// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "poll/feed_book.hpp"
#include "poll/feed_number.hpp"

namespace tocsin::poll {

/// Which feeds are of one publisher: those listed at one host, "www." aside. A host of more than
/// `most_feeds` is a platform, whose feeds have nothing to do with each other
/// (docs/decisions/0014). Made anew with each list; 8 bytes a feed.
class Publishers {
 public:
  struct Place {
    std::uint32_t host = 0;  ///< A hash: 32 bits tell hosts well enough for a guess.
    FeedNumber feed = 0;
  };

  static constexpr std::size_t most_feeds = 64;

  Publishers() = default;
  explicit Publishers(const FeedBook& feeds);

  /// The feeds at the host of this listed URL, itself included; none at a platform.
  [[nodiscard]] std::span<const Place> feeds_beside(std::string_view url) const;

 private:
  std::vector<Place> places_;  // by host
};

}  // namespace tocsin::poll
