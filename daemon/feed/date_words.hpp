// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin::feed {

/// The word in lower case, Latin, Greek and Cyrillic alike.
[[nodiscard]] std::string lower_word(std::string_view word);

/// 1–12 for a month's name or its usual abbreviation in about twenty languages; `word` in lower
/// case. Weekday names that begin like a month ("mardi") are taken for it: a caller keeps the last.
[[nodiscard]] std::optional<int> month_of(std::string_view word);

/// Minutes east of UTC of a named zone ("est", "cest", "jst"); `word` in lower case.
[[nodiscard]] std::optional<int> zone_of(std::string_view word);

enum class DatePart : std::uint8_t { year, month, day, hour, minute, second };

/// What the number in front is, where `rest` begins with the word that Chinese, Japanese or Korean
/// puts behind it; that word is three bytes long.
[[nodiscard]] std::optional<DatePart> part_named_at(std::string_view rest);

/// The text with blanks where it has those that keep words together or are narrow or wide.
[[nodiscard]] std::string with_plain_blanks(std::string_view text);

/// True or false for a word that says afternoon or morning, in English, Chinese, Japanese or
/// Korean.
[[nodiscard]] std::optional<bool> afternoon_of(std::string_view word);

}  // namespace tocsin::feed
