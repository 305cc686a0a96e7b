// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "base/diagnostic.hpp"
#include "base/key_pair.hpp"
#include "base/result.hpp"
#include "bus/grants.hpp"
#include "poll/feed_spec.hpp"
#include "story/story_book.hpp"
#include "topics/inline_test.hpp"
#include "topics/rule_set.hpp"

namespace tocsin::app {

/// Everything the daemon reads from files that people write: at start, and again at a reload.
struct DaemonInputs {
  Configuration configuration;
  std::shared_ptr<const topics::RuleSet> rules;
  std::vector<topics::TestReport> failed_tests;
  std::vector<poll::FeedSpec> feeds;
  bus::Grants grants;          ///< Who may connect to the wire.
  std::optional<KeyPair> key;  ///< The wire's own.
};

/// Reads configuration, topics and feeds. Every mistake becomes a diagnostic; with an error among
/// them the result is `invalid_input`. Thread: any; it only reads.
[[nodiscard]] Result<DaemonInputs> read_daemon_inputs(const Context& context,
                                                      Diagnostics& diagnostics);

/// Word weights for stories from the background table at `path`; without one every word weighs the
/// same, and `diagnostics` gets a warning.
[[nodiscard]] story::InverseDocumentFrequency load_word_weights(const std::string& path,
                                                                Diagnostics& diagnostics);

}  // namespace tocsin::app
