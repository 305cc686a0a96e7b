// SPDX-License-Identifier: Apache-2.0
// Items a second through the compiled rules, what compiling them costs and the memory they take, at
// 100 to 100,000 topics, for summaries of 100 words and stories of 600, of which rules look at 300.
// `bare` is the yardstick of bare_matcher.hpp on the same rules and items: on a noisy machine the
// ratio to it tells more than the figure.

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bare_matcher.hpp"
#include "rule_sample.hpp"
#include "text/tokenize.hpp"
#include "topics/rule_set.hpp"

namespace {

using namespace tocsin;

constexpr std::size_t item_count = 2000;

/// Topics of one size, and items about them.
struct Scene {
  std::vector<topics::Topic> topics;
  std::map<std::size_t, std::vector<bench::SampleItem>> items;  ///< By words.
};

const Scene& scene(std::size_t count) {
  static std::map<std::size_t, Scene> scenes;
  auto [place, is_new] = scenes.try_emplace(count);
  if (is_new) {
    bench::RuleSample sample{1};
    place->second.topics = sample.topics(count);
    for (const std::size_t words : {std::size_t{100}, std::size_t{600}})
      place->second.items[words] = sample.items(item_count, words, place->second.topics);
  }
  return place->second;
}

/// The last rules compiled, as several benchmarks in a row use the same.
std::shared_ptr<const topics::RuleSet> rules_of(std::size_t count) {
  static std::size_t compiled = 0;
  static std::shared_ptr<const topics::RuleSet> rules;
  if (compiled != count) {
    Diagnostics diagnostics;
    rules = topics::RuleSet::compile(scene(count).topics, diagnostics).value_or(nullptr);
    compiled = count;
  }
  return rules;
}

void report(benchmark::State& state, std::size_t bytes, std::size_t fires) {
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  state.counters["fires"] =
      benchmark::Counter(static_cast<double>(fires), benchmark::Counter::kAvgIterations);
}

/// Calls `match` with the items in turn; it returns how many rules fire.
template <typename Match>
void run_items(benchmark::State& state, const std::vector<bench::SampleItem>& items,
               const Match& match) {
  std::size_t next = 0;
  std::size_t bytes = 0;
  std::size_t fires = 0;
  for (auto _ : state) {
    const bench::SampleItem& item = items[next];
    fires += match(item);
    bytes += item.title.size() + item.body.size();
    next = next + 1 == items.size() ? 0 : next + 1;
  }
  report(state, bytes, fires);
}

void match_items(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto rules = rules_of(count);
  if (!rules) return state.SkipWithError("the rules do not compile");
  run_items(state, scene(count).items.at(static_cast<std::size_t>(state.range(1))),
            [&](const bench::SampleItem& item) {
              topics::ItemFields fields;
              fields.title = item.title;
              fields.summary = item.body;
              return rules->match(fields).size();
            });
}

void match_bare(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  constexpr double words_looked_at = 300;
  bench::BareMatcher matcher{scene(count).topics,
                             std::min(words_looked_at, static_cast<double>(state.range(1)))};
  run_items(state, scene(count).items.at(static_cast<std::size_t>(state.range(1))),
            [&](const bench::SampleItem& item) { return matcher.match(item.title, item.body); });
}

/// Cutting alone, all 600 words.
void cut_words(benchmark::State& state) {
  text::Tokens words;
  run_items(state, scene(100).items.at(600), [&](const bench::SampleItem& item) {
    text::cut_words(item.body, SIZE_MAX, words);
    benchmark::DoNotOptimize(words.tokens.data());
    return std::size_t{0};
  });
}

/// Bytes of the heap in use.
double heap() {
  const auto info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

void compile_rules(benchmark::State& state) {
  const Scene& drawn = scene(static_cast<std::size_t>(state.range(0)));
  double bytes = 0;
  for (auto _ : state) {
    const double before = heap();
    std::vector<topics::Topic> topics = drawn.topics;
    Diagnostics diagnostics;
    const std::clock_t start = std::clock();
    const auto rules = topics::RuleSet::compile(std::move(topics), diagnostics);
    state.SetIterationTime(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    if (!rules) return state.SkipWithError("the rules do not compile");
    bytes = heap() - before;
  }
  state.counters["megabytes"] = bytes / (1 << 20);
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  for (const int topics : {100, 1000, 10000, 100000})
    for (const int words : {100, 600}) benchmark->Args({topics, words});
}

BENCHMARK(match_items)->ArgNames({"topics", "words"})->Apply(sizes);
BENCHMARK(match_bare)->ArgNames({"topics", "words"})->Apply(sizes);
BENCHMARK(cut_words);
BENCHMARK(compile_rules)
    ->ArgName("topics")
    ->RangeMultiplier(10)
    ->Range(100, 100000)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
