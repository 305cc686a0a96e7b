// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "alert/log_reader.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "feed/feed.hpp"
#include "pipeline/ledger.hpp"
#include "topics/rule_set.hpp"

namespace tocsin::pipeline {

/// One thing to replay, as the only item of its feed.
struct ReplayItem {
  FeedInfo feed;
  feed::Item item;
  std::string language;
};

struct ReplayOptions {
  Ledger::Options ledger;
  std::string folder;  ///< An empty folder for the store; the caller removes it.
};

/// Runs items one at a time through the same examination and ledger as the daemon's, with feeds
/// taken as seen before and the clock standing at each item's date. The same items give the same
/// alerts, byte for byte.
///
/// Items go in the order of their dates; one without a date comes last, with the clock where it
/// stood.
[[nodiscard]] Result<std::vector<alert::LogRecord>> replay(
    std::vector<ReplayItem> items, std::shared_ptr<const topics::RuleSet> rules,
    const ReplayOptions& options, story::InverseDocumentFrequency idf);

}  // namespace tocsin::pipeline
