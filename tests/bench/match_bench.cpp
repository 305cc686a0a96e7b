// SPDX-License-Identifier: Apache-2.0
// Items a second through the compiled rules, for 100 and 1,000 topics of 25 terms each.
//
// Words are drawn by Zipf's law from 20,000 made-up ones, so that common words stand in many topics
// and items as they do in life. Items have a title of 10 words and a summary of 40, or a content of
// 300.

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "topics/rule_set.hpp"
#include "topics/topic.hpp"

namespace {

using namespace tocsin;

class Language {
 public:
  explicit Language(unsigned seed) : random_{seed} {
    constexpr std::size_t size = 20000;
    std::vector<double> shares;
    for (std::size_t i = 0; i < size; ++i) shares.push_back(1.0 / static_cast<double>(i + 1));
    zipf_ = std::discrete_distribution<std::size_t>{shares.begin(), shares.end()};
  }

  /// Any word, common ones often.
  std::string word() { return spell(zipf_(random_)); }

  /// A word past the 200 commonest, as terms are.
  std::string term_word() {
    std::size_t number = 0;
    while (number < 200) number = zipf_(random_);
    return spell(number);
  }

  std::string text(std::size_t words) {
    std::string text;
    for (std::size_t i = 0; i < words; ++i) text += (i == 0 ? "" : " ") + word();
    return text;
  }

 private:
  static std::string spell(std::size_t number) {
    std::string word = "w";
    for (number += 26; number > 0; number /= 26) {
      word.push_back(static_cast<char>('a' + number % 26));
    }
    return word;
  }

  std::mt19937 random_;
  std::discrete_distribution<std::size_t> zipf_;
};

std::shared_ptr<const topics::RuleSet> make_rules(std::size_t count) {
  Language language{1};
  std::vector<topics::Topic> all;
  for (std::size_t i = 0; i < count; ++i) {
    topics::Topic topic;
    topic.id = "topic-" + std::to_string(i);
    topic.threshold = 0.1;
    topic.average_length = 100;
    for (std::size_t term = 0; term < 25; ++term) {
      const std::string text =
          term % 3 == 0 ? language.term_word() + ' ' + language.word() : language.term_word();
      topic.terms.push_back(
          {.text = text, .weight = 100.0 - 3.0 * static_cast<double>(term), .provenance = {}});
    }
    all.push_back(std::move(topic));
  }
  Diagnostics diagnostics;
  return topics::RuleSet::compile(std::move(all), diagnostics).value_or(nullptr);
}

void match_items(benchmark::State& state) {
  const auto rules = make_rules(static_cast<std::size_t>(state.range(0)));
  if (!rules) return state.SkipWithError("the rules do not compile");
  Language language{2};
  std::vector<std::string> titles;
  std::vector<std::string> bodies;
  for (int i = 0; i < 200; ++i) {
    titles.push_back(language.text(10));
    bodies.push_back(language.text(static_cast<std::size_t>(state.range(1))));
  }
  std::size_t next = 0;
  std::size_t matches = 0;
  for (auto _ : state) {
    topics::ItemFields item;
    item.title = titles[next];
    item.summary = bodies[next];
    matches += rules->match(item).size();
    next = (next + 1) % titles.size();
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["matches"] =
      benchmark::Counter(static_cast<double>(matches), benchmark::Counter::kAvgIterations);
}

BENCHMARK(match_items)->ArgNames({"topics", "words"})->ArgsProduct({{100, 1000}, {40, 300}});

void compile_rules(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(make_rules(static_cast<std::size_t>(state.range(0))));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK(compile_rules)->ArgName("topics")->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
