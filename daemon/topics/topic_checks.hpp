// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "topics/toml_reader.hpp"
#include "topics/topic.hpp"

namespace tocsin::topics {

/// Made of a–z, 0–9 and '-', not starting with '-', and short enough for the wire.
[[nodiscard]] bool is_id(std::string_view text);

/// True for `require`, `exclude`, `when`.
[[nodiscard]] bool is_rule_key(std::string_view key);

/// The checks of a topic file's strings. Each tells what is wrong at its place.
void check_id(const PlacedText& id, Mistakes& mistakes);
void check_language(const PlacedText& language, Mistakes& mistakes);
void check_medtop(const PlacedText& code, Mistakes& mistakes);
void check_alias_name(const PlacedText& name, Mistakes& mistakes);
/// `what` names the list it stands in.
void check_phrase(const PlacedText& phrase, std::string_view what, Mistakes& mistakes);
/// A phrase or "@alias".
void check_reference(const PlacedText& reference, std::string_view what, const Aliases& aliases,
                     Mistakes& mistakes);
/// References, none twice under two spellings, and one weight above zero. `written` holds the
/// terms of the topic with their places; `table` is the place of the table.
void check_terms(const Topic& topic, const std::vector<PlacedText>& written, Mistakes& mistakes,
                 const toml::source_position& table);

/// Where a condition stands and what it may refer to.
struct ConditionPlace {
  std::string_view key;   ///< "when"
  std::string_view toml;  ///< The file's text.
  const Aliases& aliases;
};

/// The mistake in a condition is told at its own column of the file.
void check_condition(const PlacedText& condition, const ConditionPlace& place, Mistakes& mistakes);

}  // namespace tocsin::topics
