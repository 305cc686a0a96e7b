// SPDX-License-Identifier: Apache-2.0
#include "topics/line_json.hpp"

#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/utf8.hpp"
#include "feed/html_text.hpp"
#include "feed/json_mend.hpp"

namespace tocsin::topics {
namespace {

using nlohmann::json;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Whether the text is HTML rather than prose with an angle bracket in it: only where it ends an
/// element, or breaks a line.
bool is_html(std::string_view text) {
  for (std::size_t at = text.find('<'); at < text.size(); at = text.find('<', at + 1)) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("<br") || rest.starts_with("<p>")) return true;
    if (rest.starts_with("</") && rest.size() > 2 && is_letter(rest[2])) return true;
  }
  return false;
}

std::string as_text(const json& value) {
  if (value.is_string()) {
    std::string text = clean_utf8(value.get_ref<const std::string&>());
    return is_html(text) ? clean_utf8(feed::html_to_text(text)) : text;
  }
  if (value.is_number() || value.is_boolean()) return value.dump();
  std::string joined;
  if (!value.is_array()) return joined;
  for (const json& one : value) {
    const std::string text = one.is_array() ? std::string{} : as_text(one);
    if (!text.empty()) joined += (joined.empty() ? "" : ", ") + text;
  }
  return joined;
}

/// Numbers that a double would round stay as they are written.
bool holds_rounded_id(const json& value) {
  return value.is_object() && value.contains("id") && value["id"].is_number_float();
}

bool is_whole(const std::vector<std::string>& warnings) {
  return std::none_of(warnings.begin(), warnings.end(), [](const std::string& warning) {
    return warning == feed::json_was_cut_off || warning == feed::json_had_more_behind;
  });
}

}  // namespace

std::optional<json> read_line_json(std::string_view line) {
  // Depth needs no limit of ours: nlohmann's reader keeps its stack on the heap.
  auto value = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!value.is_discarded() && !holds_rounded_id(value)) return value;
  std::string mended{line};
  if (value.is_discarded()) {
    std::vector<std::string> warnings;
    mended = feed::mend_json(clean_utf8(line), warnings);
    if (!is_whole(warnings)) return std::nullopt;
  }
  const std::string quoted = feed::quote_long_numbers(mended);
  value = json::parse(quoted.empty() ? mended : quoted, nullptr, false);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

bool is_blank_line(std::string_view line) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

std::string line_text(const json& object, const char* key) {
  const auto value = object.find(key);
  return value == object.end() ? std::string{} : as_text(*value);
}

std::optional<std::string> line_id(const json& object) {
  const auto id = object.find("id");
  if (id == object.end()) return std::nullopt;
  if (id->is_number()) return id->dump();
  if (!id->is_string()) return std::nullopt;
  return clean_utf8(id->get_ref<const std::string&>());
}

}  // namespace tocsin::topics
