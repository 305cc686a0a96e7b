// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "topics/topic.hpp"

namespace tocsin::topics {

/// One thing that two versions of a topic have different.
struct TopicChange {
  std::string what{};    ///< "threshold", "term", "alias", "require", …
  std::string name{};    ///< Of the term or alias; empty for what a topic has once.
  std::string before{};  ///< As in a topic file; empty where only the second has it.
  std::string after{};   ///< Empty where only the first has it.

  [[nodiscard]] bool operator==(const TopicChange&) const = default;
};

/// What separates `before` from `after`, in the order of a topic file, terms by the weight they
/// have in the first that holds them. Version, provenance, tests and files are not compared.
[[nodiscard]] std::vector<TopicChange> topic_diff(const Topic& before, const Topic& after);

/// "threshold: 0.1 -> 0.2", "+ term \"raid\": 30", "- …": a line without its end.
[[nodiscard]] std::string to_text(const TopicChange& change);

}  // namespace tocsin::topics
