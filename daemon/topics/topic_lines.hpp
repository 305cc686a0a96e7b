// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
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

/// A basic string of TOML with its quotes.
[[nodiscard]] std::string toml_string(std::string_view text);

/// The lines in canonical order. A term's provenance is its trailing comment.
[[nodiscard]] std::vector<TopicLine> topic_lines(const Topic& topic);

/// The file they make; a table's header has an empty line before it, and the trailing comments of
/// terms stand below each other.
[[nodiscard]] std::string join_lines(const std::vector<TopicLine>& lines);

}  // namespace tocsin::topics
