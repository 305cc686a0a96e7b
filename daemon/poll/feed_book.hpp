// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "poll/feed_number.hpp"
#include "poll/feed_record.hpp"
#include "poll/feed_spec.hpp"
#include "store/feed_state.hpp"

namespace tocsin::poll {

/// What the daemon knows of its feeds: as listed, and as last committed. The one place in memory
/// that holds it. A feed that is no longer listed stays, so that it goes on where it was when it
/// comes back; there are as many as the store has.
///
/// Thread: one at a time. A feed takes its record and some 110 bytes (docs/decisions/0013).
class FeedBook {
 public:
  FeedBook();
  FeedBook(FeedBook&&) noexcept = default;
  FeedBook& operator=(FeedBook&&) noexcept = default;
  ~FeedBook() = default;

  /// For so many feeds; saves time, and the memory of growing.
  void reserve(std::size_t feeds);

  /// What the store holds of a feed, listed or not.
  FeedNumber remember(const store::FeedState& state);

  /// Lists the feed, or changes how it is listed.
  FeedNumber list(const FeedSpec& spec);
  void unlist(FeedNumber feed);

  [[nodiscard]] std::optional<FeedNumber> find(std::string_view key) const;
  [[nodiscard]] bool is_listed(FeedNumber feed) const;
  [[nodiscard]] std::string_view url(FeedNumber feed) const;  ///< As listed; borrowed.
  [[nodiscard]] const FeedOptions& options(FeedNumber feed) const;
  [[nodiscard]] FeedSpec spec(FeedNumber feed) const;
  [[nodiscard]] store::FeedState state(FeedNumber feed) const;  ///< As FeedRecord keeps it.
  void set_state(FeedNumber feed, const store::FeedState& state);

  /// Numbers are those below it.
  [[nodiscard]] FeedNumber size() const { return static_cast<FeedNumber>(slots_->size()); }

  /// Of the feeds that are listed.
  [[nodiscard]] std::size_t listed() const { return listed_; }

  [[nodiscard]] std::size_t failing() const { return failing_; }

  [[nodiscard]] std::size_t stopped() const { return stopped_; }

 private:
  struct Slot {
    FeedRecord record;
    SharedOptions options;  // null: not listed
    bool is_failing = false;
    bool is_stopped = false;
  };

  using Slots = std::vector<Slot>;

  // Hash and compare numbers by the keys in their records, so that a key is held once.
  struct KeyHash {
    using is_transparent = void;
    const Slots* slots;
    std::size_t operator()(std::string_view key) const noexcept;
    std::size_t operator()(FeedNumber feed) const noexcept;
  };

  struct KeyEqual {
    using is_transparent = void;
    const Slots* slots;

    bool operator()(FeedNumber a, FeedNumber b) const noexcept { return a == b; }

    bool operator()(FeedNumber feed, std::string_view key) const noexcept;
    bool operator()(std::string_view key, FeedNumber feed) const noexcept;
  };

  FeedNumber add(FeedRecord record);
  void count(const Slot& slot, bool is_added);

  std::unique_ptr<Slots> slots_;
  std::unordered_set<FeedNumber, KeyHash, KeyEqual> by_key_;
  std::size_t listed_ = 0;
  std::size_t failing_ = 0;
  std::size_t stopped_ = 0;
};

}  // namespace tocsin::poll
