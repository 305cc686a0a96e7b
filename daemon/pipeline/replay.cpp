// SPDX-License-Identifier: Apache-2.0
#include "pipeline/replay.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "pipeline/examine.hpp"
#include "store/store.hpp"

namespace tocsin::pipeline {
namespace {

/// Where the clock stands when no item has a date.
constexpr Time start_of_time{std::chrono::sys_days{std::chrono::year{2000} / 1 / 1}};

void sort_by_date(std::vector<ReplayItem>& items) {
  std::stable_sort(items.begin(), items.end(), [](const ReplayItem& a, const ReplayItem& b) {
    const auto& first = a.item.published;
    const auto& second = b.item.published;
    if (!first || !second) return first.has_value() && !second.has_value();
    return *first < *second;
  });
}

PollOutcome outcome_of(ReplayItem item, std::shared_ptr<const topics::RuleSet> rules, Time now) {
  feed::Feed document;
  document.channel.title = item.feed.title;
  document.channel.language = item.language;
  document.items.push_back(std::move(item.item));
  PollOutcome outcome{.feed = item.feed, .state = {}, .fetched = now};
  outcome.state.key = item.feed.key;
  outcome.state.current_url = item.feed.url;
  outcome.state.baselined = true;
  outcome.examination = examine(item.feed, std::move(document), std::move(rules));
  return outcome;
}

}  // namespace

Result<std::vector<alert::LogRecord>> replay(std::vector<ReplayItem> items,
                                             std::shared_ptr<const topics::RuleSet> rules,
                                             const ReplayOptions& options,
                                             story::InverseDocumentFrequency idf) {
  store::StoreOptions store_options;
  store_options.synchronous = "OFF";  // a store that lives for minutes need not wait for the disk
  auto store = store::Store::open(options.folder + "/replay.db", store_options);
  if (!store) return fail(store.error());
  ManualClock clock{start_of_time};
  Ledger ledger{**store, clock, options.ledger, std::move(idf)};
  if (auto started = ledger.start(); !started) return fail(started.error());
  sort_by_date(items);
  std::vector<alert::LogRecord> alerts;
  for (ReplayItem& item : items) {
    if (item.item.published) clock.set(*item.item.published);
    const std::array outcomes{outcome_of(std::move(item), rules, clock.now())};
    auto recorded = ledger.record(outcomes);
    if (!recorded) return fail(recorded.error());
    if (!recorded->learned.front().is_committed) {
      return fail(Errc::system, recorded->learned.front().error);
    }
    for (alert::LogRecord& record : recorded->records) alerts.push_back(std::move(record));
  }
  return alerts;
}

}  // namespace tocsin::pipeline
