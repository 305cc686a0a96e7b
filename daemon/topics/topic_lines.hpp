// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "topics/topic.hpp"

namespace tocsin::topics {

/// One key of a topic file in its canonical form, with the comments that belong to it.
struct TopicLine {
  std::string path;      ///< "format", "[terms]", "terms.foreign fighters", "rule.when".
  std::string text;      ///< Without a newline at its end; a long list takes several lines.
  std::string trailing;  ///< "# …" behind it, or empty.
  std::vector<std::string> above;  ///< "# …" on lines of their own.
};

/// Collects lines, each key with its table's name before it.
class TopicLines {
 public:
  void add(std::string path, std::string text);
  void add_value(std::string_view table, std::string_view key, const std::string& value);
  /// On one line if that is short enough, else one value a line; nothing for an empty list.
  void add_list(std::string_view table, std::string_view key,
                const std::vector<std::string>& values);
  /// The table with its header, if there are any.
  void add_aliases(const Aliases& aliases);

  /// Behind the last line.
  void add_trailing(std::string comment) { lines_.back().trailing = std::move(comment); }

  [[nodiscard]] std::vector<TopicLine> take() && { return std::move(lines_); }

 private:
  std::vector<TopicLine> lines_;
};

/// A basic string.
[[nodiscard]] std::string toml_string(std::string_view text);
[[nodiscard]] std::vector<std::string> all_quoted(const std::vector<std::string>& texts);

/// A condition, as a literal string where that saves the escapes.
[[nodiscard]] std::string quoted_condition(const std::string& condition);

/// The lines in canonical order. A term's provenance is its trailing comment.
[[nodiscard]] std::vector<TopicLine> topic_lines(const Topic& topic);

/// The file they make; a table's header has an empty line before it, and the trailing comments of
/// terms stand below each other.
[[nodiscard]] std::string join_lines(const std::vector<TopicLine>& lines);

}  // namespace tocsin::topics
