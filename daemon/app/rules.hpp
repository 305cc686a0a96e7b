// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "base/diagnostic.hpp"
#include "base/result.hpp"
#include "topics/rule_set.hpp"

namespace tocsin::app {

/// Reads and compiles every topic of `folders`, the later masking the earlier by file name. Folders
/// that do not exist are skipped; mistakes are diagnostics, as in topics/topic_file.hpp.
[[nodiscard]] Result<std::shared_ptr<const topics::RuleSet>> load_rules(
    const std::vector<std::string>& folders, Diagnostics& diagnostics);

/// For verbs that work on topics: those of `--topics` where given, else those of the configuration.
/// Tells what is wrong and returns the exit code when there is none.
struct RulesOrExit {
  std::shared_ptr<const topics::RuleSet> rules;  ///< Null when `exit` counts.
  int exit = Exit::ok;
};

[[nodiscard]] RulesOrExit rules_of(const Context& context);

/// The first of `wanted` that is no topic's id, as a message with a suggestion; empty when all are.
[[nodiscard]] std::string unknown_topic(const std::vector<std::string>& wanted,
                                        const topics::RuleSet& rules);

/// The folders with topic files that `context` means; a folder named by `--topics` must exist.
[[nodiscard]] Result<std::vector<std::string>> topic_folders(const Context& context,
                                                             Diagnostics& diagnostics);

}  // namespace tocsin::app
