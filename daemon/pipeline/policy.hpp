// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "store/item_row.hpp"

namespace tocsin::pipeline {

struct PolicyOptions {
  std::chrono::milliseconds late{std::chrono::hours{48}};
  std::chrono::milliseconds update_interval{std::chrono::minutes{30}};
};

/// What becomes of a match that fired.
enum class Outcome : std::uint8_t {
  sent,
  updated,
  merged,    ///< Into what the story has sent, or has waiting.
  held,      ///< By quiet hours, a digest or a cap, until a digest tells it.
  silenced,  ///< Likewise, by a silence.
  baseline,
  late,
  repeated  ///< The log has this very alert already.
};

/// "sent", "merged", …: the word stored with the match and counted by `audit`.
[[nodiscard]] std::string_view to_string(Outcome outcome);

/// Clamps the item's date and says what it is worth: missing → first seen, `missing`; more than 24
/// h ahead of `now` → now, `future`. Sets `late` for what was published longer ago than
/// `options.late`.
void judge_date(store::ItemRow& item, Time now, const PolicyOptions& options);

/// Decides for one match that fired. `sent_before` is what the item's story has sent on this topic.
[[nodiscard]] Outcome decide(const store::ItemRow& item,
                             const std::optional<store::StoryTopicRow>& sent_before, Time now,
                             const PolicyOptions& options);

}  // namespace tocsin::pipeline
