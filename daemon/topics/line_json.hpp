// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace tocsin::topics {

/// One line of JSON Lines as others write it: ill-formed UTF-8 and halves of surrogate pairs are
/// U+FFFD, and slips that leave no doubt are mended (feed/json_mend.hpp). Nothing where the line is
/// no JSON, is cut off, or holds more than one value.
[[nodiscard]] std::optional<nlohmann::json> read_line_json(std::string_view line);

/// Whether a line holds nothing: white space, or the byte order mark that opens some files.
[[nodiscard]] bool is_blank_line(std::string_view line);

/// The text under `key`, clean UTF-8. A list is its texts, apart by commas, a number is its digits;
/// null and objects are no text. Of HTML it is what a reader would see.
[[nodiscard]] std::string line_text(const nlohmann::json& object, const char* key);

/// The "id": a text, or a number as it is written; nothing where it is neither.
[[nodiscard]] std::optional<std::string> line_id(const nlohmann::json& object);

}  // namespace tocsin::topics
