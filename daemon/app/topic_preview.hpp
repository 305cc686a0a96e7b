// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "pipeline/ledger.hpp"
#include "store/store.hpp"
#include "topics/rule_set.hpp"

namespace tocsin::app {

/// One day of a preview, by when items were first seen (UTC).
struct PreviewDay {
  std::size_t items = 0;    ///< Stored.
  std::size_t fired = 0;    ///< Of them.
  std::size_t alerts = 0;   ///< That the policy would have sent, updates among them.
  std::size_t stories = 0;  ///< That began.
};

/// An item on which two versions of a topic disagree, or a sample of what fires.
struct PreviewItem {
  store::ItemId id = 0;
  std::string title;
  std::string link;
  Time first_seen{};
  double score = 0;
};

struct Preview {
  std::map<std::string, PreviewDay> days;  ///< By "2026-11-21".
  std::size_t items = 0;
  std::size_t fired = 0;
  std::size_t fired_before = 0;
  std::size_t quiet = 0;  ///< Fired, but of a feed's first poll or late: those never alert.
  std::size_t alerts = 0;
  std::size_t stories = 0;
  std::vector<PreviewItem> samples;      ///< That fire, the newest.
  std::vector<PreviewItem> only_now;     ///< Fire now and did not then, the oldest; all counted:
  std::vector<PreviewItem> only_before;  ///< Fired then and do not now.
  std::size_t only_now_count = 0;
  std::size_t only_before_count = 0;
};

/// What is previewed, and against what.
struct PreviewWish {
  std::shared_ptr<const topics::RuleSet> rules;   ///< The one topic.
  std::shared_ptr<const topics::RuleSet> before;  ///< Another version of it; null: what the daemon
                                                  ///< wrote down when the items came.
  Time since{};
  pipeline::Ledger::Options ledger;
  story::InverseDocumentFrequency idf;
  std::function<std::string(const std::string& feed_key)> feed_title;
  std::function<void(std::size_t items)> progress;  ///< Called now and then.
};

/// Holds the stored items since `wish.since` against the topic, and sends those that fire through
/// the pipeline, in a store of its own, with a clock that stands at each item's first sight.
[[nodiscard]] Result<Preview> preview(store::Store& store, const PreviewWish& wish);

}  // namespace tocsin::app
