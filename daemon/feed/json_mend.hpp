// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::feed {

/// Warnings of `mend_json` that tell of something lost.
inline constexpr std::string_view json_was_cut_off = "JSON cut off, what was not whole left out";
inline constexpr std::string_view json_had_more_behind = "text behind the JSON dropped";

/// JSON that a parser refused, with its usual slips put right: commas before a closing bracket, raw
/// control characters and needless or broken escapes in strings, values like NaN or 007, text
/// behind the end, and an end that is missing. Of a document cut off, whole items are kept. Each
/// kind of mending adds a line to `warnings`; the result may still be no JSON.
[[nodiscard]] std::string mend_json(std::string_view text, std::vector<std::string>& warnings);

/// Behind the comment that starts at `at`, as some writers leave them in JSON; `at` where none
/// does.
[[nodiscard]] std::size_t past_json_comment(std::string_view text, std::size_t at);

/// JSON with quotes around the numbers that a parser would round: ids of more than 15 digits, or
/// with a fraction or exponent. Empty when there are none. Comments are passed over.
[[nodiscard]] std::string quote_long_numbers(std::string_view text);

}  // namespace tocsin::feed
