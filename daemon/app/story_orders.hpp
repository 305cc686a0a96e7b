// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "pipeline/story_change.hpp"
#include "settings/settings.hpp"
#include "story/story_book.hpp"

namespace tocsin::app {

/// The names of the two ADMIN verbs.
constexpr std::string_view split_verb = "story-split";
constexpr std::string_view merge_verb = "story-merge";

/// An order as it stands in the JSON of an ADMIN request: {"story", "items" or "into", "author",
/// "reason"}. `invalid_input` says what is wrong with it.
[[nodiscard]] Result<pipeline::StoryOrder> read_story_order(std::string_view verb,
                                                            std::string_view json);
[[nodiscard]] std::string write_story_order(const pipeline::StoryOrder& order);

/// The answer: {"story", "into", "moved"} or {"error"}.
[[nodiscard]] std::string story_answer(const Result<pipeline::StoryChanged>& changed);

[[nodiscard]] story::StoryOptions story_options_of(const settings::Settings& settings);

}  // namespace tocsin::app
