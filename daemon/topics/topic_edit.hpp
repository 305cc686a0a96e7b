// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "topics/topic.hpp"

namespace tocsin::topics {

/// Changes of one topic file.
struct TopicEdit {
  std::vector<std::pair<std::string, double>> weights;  ///< Of terms that are there, as written.
  std::vector<std::string> removed;                     ///< Terms.
  std::vector<Term> added;                              ///< Their provenance becomes a comment.
  std::vector<std::string> excluded;                    ///< Added to `exclude`.
  std::optional<double> threshold;
  std::optional<int> version;

  [[nodiscard]] bool is_empty() const {
    return weights.empty() && removed.empty() && added.empty() && excluded.empty() && !threshold;
  }
};

/// The file's text with the changes made, and every other byte as it was. `invalid_input` when the
/// file has a mistake, a term is not in it, or a table is written inline, where there are no lines
/// to edit.
[[nodiscard]] Result<std::string> edit_topic(std::string_view toml, const TopicEdit& edit,
                                             const std::string& file_name);

/// The text as a TOML basic string on one line.
[[nodiscard]] std::string quoted_toml(std::string_view text);

}  // namespace tocsin::topics
