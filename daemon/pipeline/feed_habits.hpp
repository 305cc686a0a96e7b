// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "feed/feed.hpp"
#include "pipeline/examine.hpp"
#include "store/feed_state.hpp"

namespace tocsin::pipeline {

/// One document, as far as it shows its feed's habits.
struct HabitsSeen {
  const Examination& examination;
  const std::vector<Time>& fresh;  ///< Dates of the items that are new.
  bool is_delta = false;           ///< The document holds only what is new.
  Time now;
};

/// The median gap between the last 20 of some dates; none where there is but one date. Dates more
/// than a day ahead of `now` do not count.
struct Rhythm {
  std::chrono::seconds gap{};
  int dates = 0;  ///< How many it was taken of.
};

[[nodiscard]] std::optional<Rhythm> rhythm_of(std::vector<Time> dates, Time now);

/// Puts a document's ttl, skipHours and skipDays into the state of its feed.
void take_wishes(const feed::Channel& channel, store::FeedState& state);

/// Fills in what a document shows or says of its feed's habits: the rhythm (of its items' dates),
/// ttl, skipHours, skipDays, and the hours in which it publishes. What the document is silent on
/// stays as it was, save for what it no longer wishes.
void learn_habits(const HabitsSeen& seen, store::FeedState& state);

}  // namespace tocsin::pipeline
