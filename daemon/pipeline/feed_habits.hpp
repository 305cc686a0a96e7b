// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/clock.hpp"
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

/// Fills in what a document shows or says of its feed's habits: the rhythm (median gap between the
/// dates of the last 20 items, those far ahead left out), ttl, skipHours, skipDays, and the hours
/// in which it publishes. What the document is silent on stays as it was, save for what it no
/// longer wishes.
void learn_habits(const HabitsSeen& seen, store::FeedState& state);

}  // namespace tocsin::pipeline
