// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "pipeline/examine.hpp"

namespace tocsin::pipeline {

/// `before` and `more` as one; `more` alone where both would be over 10,000, since what is
/// forgotten is only looked up again. Both are sorted, as is the result.
[[nodiscard]] SeenItems merged(const SeenItems& before, SeenItems more);

/// What stood in each feed's last committed document, within a limit of bytes: the feed remembered
/// or asked for longest ago is forgotten first. Forgetting is harmless, its items are only matched
/// and looked up again (docs/decisions/0012).
///
/// Thread: one. What it has given out stays valid when it is forgotten.
class SeenMemory {
 public:
  explicit SeenMemory(std::size_t limit) : limit_{limit} {}

  SeenMemory(const SeenMemory&) = delete;
  SeenMemory& operator=(const SeenMemory&) = delete;
  ~SeenMemory() = default;

  /// Null when nothing is remembered.
  [[nodiscard]] std::shared_ptr<const SeenItems> find(std::string_view feed_key);

  /// With `is_delta` besides what was remembered before.
  void remember(std::string_view feed_key, SeenItems seen, bool is_delta);

  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  struct Feed {
    std::string key;
    std::shared_ptr<const SeenItems> seen;
  };

  using Feeds = std::list<Feed>;

  void forget(Feeds::iterator feed);

  std::size_t limit_;
  std::size_t bytes_ = 0;
  Feeds feeds_;  // the last used first
  std::unordered_map<std::string_view, Feeds::iterator> by_key_;
};

}  // namespace tocsin::pipeline
