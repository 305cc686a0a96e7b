// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "store/feed_state.hpp"

namespace tocsin::poll {

/// What is known of one feed, in one block of memory: some 180 bytes and its texts. As a FeedState
/// with its strings it would take three times that, which counts with a million of them.
///
/// Leaves out what only the ledger needs and takes from the store: what operators were told,
/// `failing_since` and `rhythm_items`.
///
/// A value; made anew when anything changes.
class FeedRecord {
 public:
  FeedRecord() = default;

  /// `url` as listed and `title` from the list; both empty for a feed that is not listed.
  FeedRecord(std::string_view url, std::string_view title, const store::FeedState& state);

  [[nodiscard]] std::string_view key() const;
  [[nodiscard]] std::string_view url() const;
  [[nodiscard]] std::string_view title() const;
  /// Without what is left out.
  [[nodiscard]] store::FeedState state() const;

  /// Of the block.
  [[nodiscard]] std::size_t bytes() const;

 private:
  std::unique_ptr<char[]> block_;
};

}  // namespace tocsin::poll
