// SPDX-License-Identifier: Apache-2.0
#include "topics/toml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/suggest.hpp"
#include "base/utf8.hpp"
#include "topics/topic_file.hpp"

namespace tocsin::topics {
namespace {

constexpr std::size_t longest_text = 4000;

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "a whole number";
    case toml::node_type::floating_point:
      return "a number";
    case toml::node_type::boolean:
      return "true or false";
    default:
      return "a date or time";
  }
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20U || c == '\x7f';
}

bool is_before(const toml::source_position& a, const toml::source_position& b) {
  return a.line != b.line ? a.line < b.line : a.column < b.column;
}

}  // namespace

void Mistakes::add(const toml::source_position& at, std::string message) {
  diagnostics_.push_back(
      {.file = file_, .line = at.line, .column = at.column, .message = std::move(message)});
  ++count_;
}

void Mistakes::warn(const toml::source_position& at, std::string message) {
  diagnostics_.push_back({.file = file_,
                          .line = at.line,
                          .column = at.column,
                          .message = std::move(message),
                          .level = Diagnostic::Level::warning});
}

void Mistakes::sort() {
  std::stable_sort(diagnostics_.begin() + static_cast<std::ptrdiff_t>(first_), diagnostics_.end(),
                   [](const Diagnostic& a, const Diagnostic& b) {
                     return is_before({a.line, a.column}, {b.line, b.column});
                   });
}

Error Mistakes::error() const {
  return {.code = Errc::invalid_input,
          .message = fmt::format("{} mistake{} in {}", count_, count_ == 1 ? "" : "s", file_)};
}

std::optional<toml::table> parse_toml(std::string_view bytes, Mistakes& mistakes) {
  try {
    return toml::parse(bytes);
  } catch (const toml::parse_error& error) {
    mistakes.add(error.source().begin, escape_for_line(error.description()));
    return std::nullopt;
  }
}

void read_format(TableReader& root) {
  if (root.find("format") == nullptr) {
    root.mistakes().add({1, 1}, "the file must open with 'format = 1'");
    return;
  }
  static_cast<void>(root.integer("format", 1, 1));
}

toml::source_position place_in(std::string_view bytes, std::string_view table,
                               std::string_view key) {
  Diagnostics ignored;
  Mistakes mistakes{{}, ignored};
  const auto file = parse_toml(bytes, mistakes);
  const auto found = file ? (*file)[table][key] : toml::node_view<const toml::node>{};
  return found ? found.node()->source().begin : toml::source_position{};
}

std::vector<std::pair<const toml::key*, const toml::node*>> in_file_order(
    const toml::table& table) {
  std::vector<std::pair<const toml::key*, const toml::node*>> rows;
  rows.reserve(table.size());
  for (const auto& [key, node] : table) rows.emplace_back(&key, &node);
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return is_before(a.first->source().begin, b.first->source().begin);
  });
  return rows;
}

std::optional<PlacedText> read_text(const toml::node& node, std::string_view what,
                                    Mistakes& mistakes) {
  const toml::source_position at = node.source().begin;
  const auto* string = node.as_string();
  if (string == nullptr) {
    mistakes.add(at, fmt::format("{} is {}, but must be a string", what, type_name(node)));
    return std::nullopt;
  }
  const std::string& text = string->get();
  if (text.find_first_not_of(' ') == std::string::npos) {
    mistakes.add(at, fmt::format("{} is empty", what));
    return std::nullopt;
  }
  if (text.size() > longest_text) {
    mistakes.add(at, fmt::format("{} is over {} bytes", what, longest_text));
    return std::nullopt;
  }
  if (std::any_of(text.begin(), text.end(), is_control)) {
    mistakes.add(at, fmt::format("{} must be one line without control characters", what));
    return std::nullopt;
  }
  return PlacedText{.text = text, .at = at};
}

std::vector<PlacedText> read_texts(const toml::array& array, std::string_view what,
                                   Mistakes& mistakes) {
  std::vector<PlacedText> texts;
  if (array.size() > TopicLimits::surfaces) {
    mistakes.add(array.source().begin, fmt::format("{} has {} strings; at most {}", what,
                                                   array.size(), TopicLimits::surfaces));
    return texts;
  }
  const std::string one = fmt::format("a string of {}", what);
  for (const toml::node& node : array) {
    if (auto text = read_text(node, one, mistakes)) texts.push_back(std::move(*text));
  }
  return texts;
}

const toml::node* TableReader::find(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
  return table_.get(key);
}

void TableReader::wrong_type(std::string_view key, const toml::node& node,
                             std::string_view wanted) {
  mistakes_.add(node.source().begin,
                fmt::format("'{}' is {}, but must be {}", key, type_name(node), wanted));
}

const toml::table* TableReader::table(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return nullptr;
  if (!node->is_table()) wrong_type(key, *node, "a table");
  return node->as_table();
}

const toml::array* TableReader::array(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return nullptr;
  if (!node->is_array()) wrong_type(key, *node, "a list");
  return node->as_array();
}

std::optional<PlacedText> TableReader::text(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  return read_text(*node, fmt::format("'{}'", key), mistakes_);
}

std::optional<int> TableReader::integer(std::string_view key, int least, int most) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto* integer = node->as_integer();
  if (integer == nullptr) {
    wrong_type(key, *node, "a whole number");
    return std::nullopt;
  }
  const std::int64_t value = integer->get();
  if (value < least || value > most) {
    const std::string wanted =
        least == most ? fmt::to_string(least) : fmt::format("from {} to {}", least, most);
    mistakes_.add(node->source().begin,
                  fmt::format("'{}' is {}, but must be {}", key, value, wanted));
    return std::nullopt;
  }
  return static_cast<int>(value);
}

std::optional<double> TableReader::number(std::string_view key, double least, double most) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const std::optional<double> value = node->is_number() ? node->value<double>() : std::nullopt;
  if (!value) {
    wrong_type(key, *node, "a number");
    return std::nullopt;
  }
  if (!std::isfinite(*value) || *value < least || *value > most) {
    mistakes_.add(node->source().begin,
                  fmt::format("'{}' is {}, but must be from {} to {}", key, *value, least, most));
    return std::nullopt;
  }
  return value;
}

std::optional<bool> TableReader::boolean(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_boolean()) wrong_type(key, *node, "true or false");
  return node->value_exact<bool>();
}

std::vector<PlacedText> TableReader::texts(std::string_view key) {
  const toml::array* found = array(key);
  if (found == nullptr) return {};
  return read_texts(*found, fmt::format("'{}'", key), mistakes_);
}

void TableReader::need(std::string_view key) {
  if (find(key) != nullptr) return;
  const std::string where = name_.empty() ? "the file" : fmt::format("[{}]", name_);
  mistakes_.add(place(), fmt::format("'{}' is missing in {}", key, where));
}

void TableReader::finish() {
  for (const auto& [key, node] : in_file_order(table_)) {
    const std::string_view name = key->str();
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    const std::string where = name_.empty() ? "" : fmt::format(" in [{}]", name_);
    mistakes_.add(key->source().begin, fmt::format("unknown key '{}'{}{}", escape_for_line(name),
                                                   where, did_you_mean(name, known_)));
  }
}

}  // namespace tocsin::topics
