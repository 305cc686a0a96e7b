// SPDX-License-Identifier: Apache-2.0
// Commits a second, each synced to the disk of the current folder, and reading the log back.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <string>

#include "scratch_store.hpp"
#include "store/log_reader.hpp"
#include "store/store.hpp"

namespace tocsin::store {
namespace {

using bench::must;
using bench::ScratchFolder;

alert::Alert alert_about(const ItemRow& item, const std::string& topic) {
  alert::Alert alert;
  alert.id = item.identity;
  alert.item.title = item.title;
  alert.item.summary = std::string(500, 's');
  alert.item.content = std::string(1000, 'c');
  alert.match.topic = topic;
  alert.match.evidence = {{"title", 0, 16, "Foreign fighters", "foreign fighters", 3.0}};
  alert.story.id = "s1";
  return alert;
}

/// One poll that found one item which alerts: state, item with its words, match and alert.
void write_poll(Transaction& transaction, std::int64_t number) {
  FeedState state;
  state.key = "feed-" + std::to_string(number % 100);
  state.polls = number;
  must(transaction.put_feed_state(state));
  ItemRow item;
  item.feed_key = state.key;
  item.identity = std::to_string(number);
  item.title = "Foreign fighters return from Raqqa";
  item.content = std::string(3000, 'x');
  const auto id = must(transaction.insert_item(item));
  must(transaction.add_match({.item_id = id, .topic = "a", .outcome = "sent"}));
  auto alert = alert_about(item, "topic-" + std::to_string(number % 20));
  must(transaction.append_alert(alert, id, Time{}));
}

/// Argument: polls in one commit.
void commit_polls(benchmark::State& state) {
  const ScratchFolder folder;
  const auto store = must(Store::open(folder.database()));
  std::int64_t number = 0;
  for (auto _ : state) {
    auto transaction = must(store->begin());
    for (std::int64_t i = 0; i < state.range(0); ++i) write_poll(transaction, ++number);
    must(transaction.commit());
  }
  state.SetItemsProcessed(number);
  state.counters["commits/s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

/// The reference for a noisy machine: the smallest commit there is.
void commit_one_row(benchmark::State& state) {
  const ScratchFolder folder;
  const auto store = must(Store::open(folder.database()));
  for (auto _ : state) {
    auto transaction = must(store->begin());
    must(transaction.add_count({.name = "polls"}));
    must(transaction.commit());
  }
  state.SetItemsProcessed(state.iterations());
}

void read_pages_of_one_topic(benchmark::State& state) {
  const ScratchFolder folder;
  const auto store = must(Store::open(folder.database()));
  auto transaction = must(store->begin());
  for (std::int64_t number = 1; number <= 20'000; ++number) write_poll(transaction, number);
  must(transaction.commit());
  const auto reader = must(StoreLogReader::open(folder.database()));
  alert::LogQuery query;
  query.filters = {"alert/topic-7/"};
  std::int64_t records = 0;
  for (auto _ : state) {
    const auto page = must(reader->read(query));
    records += static_cast<std::int64_t>(page.records.size());
    query.after = page.more ? page.scanned_to : 0;
  }
  state.SetItemsProcessed(records);
}

BENCHMARK(commit_one_row)->UseRealTime();
BENCHMARK(commit_polls)->Arg(1)->Arg(10)->Arg(100)->UseRealTime();
BENCHMARK(read_pages_of_one_topic)->UseRealTime();

}  // namespace
}  // namespace tocsin::store
