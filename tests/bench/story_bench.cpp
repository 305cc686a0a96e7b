// SPDX-License-Identifier: Apache-2.0
// Assigning an item to a story with 1,000 to 100,000 items in the window, and reading such a window
// back after a restart.
//
// Texts are drawn by Zipf's law from the words of config/background.bin: 100 words an item, a fifth
// of them told by others in words of their own, one in twelve copied. Names are what stands in few
// background items. Each repetition goes on with items of its own: of texts that were placed before
// all would be copies. `items` is what the window holds, `bytes_per_item` the heap that it takes.

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "story/story_book.hpp"
#include "topics/background.hpp"

namespace {

using namespace tocsin;
using namespace std::chrono_literals;

constexpr Time start{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2}};
constexpr std::size_t words_of_an_item = 100;
constexpr std::size_t items_of_a_run = 20'000;

const std::shared_ptr<const topics::Background>& background() {
  static const auto table = [] {
    auto loaded = topics::Background::load(TOCSIN_SOURCE_DIR "/config/background.bin");
    return loaded ? std::make_shared<const topics::Background>(std::move(*loaded)) : nullptr;
  }();
  return table;
}

story::InverseDocumentFrequency weights() {
  const auto count = static_cast<double>(background()->item_count());
  return [count](std::string_view word) {
    return std::log((count + 1) /
                    (static_cast<double>(background()->document_frequency(word)) + 1));
  };
}

struct Item {
  std::size_t number = 0;
  std::string id;
  std::string text;
  std::string outlet;
  Time published;
};

/// Words as often as in the background; those of few items are spelt as names.
class Newsroom {
 public:
  Newsroom() {
    const auto& table = *background();
    std::vector<double> counts;
    for (std::uint32_t number = 0; number < table.term_count(); ++number) {
      const std::string_view term = table.term(number);
      if (term.find(' ') != std::string_view::npos || term.front() == '=') continue;
      std::string word{term};
      constexpr std::size_t few = 30;
      const bool is_name = table.occurrences(number).size() < few;
      if (is_name && word.front() >= 'a' && word.front() <= 'z') {
        word.front() = static_cast<char>(word.front() - 'a' + 'A');
      }
      words_.push_back(std::move(word));
      counts.push_back(static_cast<double>(table.count(term)));
    }
    draw_ = std::discrete_distribution<std::size_t>{counts.begin(), counts.end()};
  }

  /// The next ones.
  std::vector<Item> items(std::size_t count) {
    std::vector<Item> made;
    made.reserve(count);
    for (; made.size() < count; ++count_) {
      made.push_back({.number = count_ + 1,
                      .id = std::to_string(count_),
                      .text = next_text(),
                      .outlet = "outlet" + std::to_string(count_ % 400) + ".example",
                      .published = start + std::chrono::milliseconds{2500 * count_}});
    }
    return made;
  }

 private:
  std::string next_text() {
    const bool is_old = !told_.empty();
    if (is_old && random_() % 12 == 0) return pick();
    if (is_old && random_() % 5 == 0) return retold(pick());
    std::string text = fresh(words_of_an_item);
    if (told_.size() < 5000) {
      told_.push_back(text);
    } else {
      told_[random_() % told_.size()] = text;
    }
    return text;
  }

  const std::string& pick() { return told_[random_() % told_.size()]; }

  std::string fresh(std::size_t count) {
    std::string text = "It";
    for (std::size_t i = 0; i < count; ++i)
      text += (i % 20 == 19 ? ". The " : " ") + words_[draw_(random_)];
    return text;
  }

  /// Two fifths of the words, in their order, among new ones.
  std::string retold(const std::string& text) {
    std::string other = "It";
    std::size_t from = 0;
    while (from < text.size()) {
      const std::size_t end = std::min(text.find(' ', from), text.size());
      const bool is_kept = random_() % 5 < 2;
      other += " " + (is_kept ? text.substr(from, end - from) : words_[draw_(random_)]);
      from = end + 1;
    }
    return other;
  }

  std::mt19937 random_{7};
  std::size_t count_ = 0;
  std::vector<std::string> words_;
  std::discrete_distribution<std::size_t> draw_;
  std::vector<std::string> told_;
};

story::Placement place(story::StoryBook& book, const Item& item) {
  return book.place({.number = static_cast<story::ItemNumber>(item.number),
                     .id = item.id,
                     .text = {.title = {}, .text = item.text, .outlet = item.outlet, .source = {}},
                     .published = item.published,
                     .seen = item.published});
}

/// Bytes in use, large stretches among them.
double heap() {
  const auto used = ::mallinfo2();
  return static_cast<double>(used.uordblks) + static_cast<double>(used.hblkhd);
}

/// A book with a full window, filled once: the runs of a benchmark go on in it.
struct Filled {
  Newsroom newsroom;
  std::unique_ptr<story::StoryBook> book;
  double bytes_per_item = 0;
};

Filled& filled(std::size_t window) {
  static std::map<std::size_t, Filled> all;
  const auto [at, is_new] = all.try_emplace(window);
  Filled& one = at->second;
  if (!is_new) return one;
  const std::vector<Item> items = one.newsroom.items(window);
  const double before = heap();
  one.book = std::make_unique<story::StoryBook>(
      story::StoryOptions{.window = 24h * 365, .window_items = window}, weights());
  for (const Item& item : items) place(*one.book, item);
  one.bytes_per_item = (heap() - before) / static_cast<double>(window);
  return one;
}

void assign_item(benchmark::State& state) {
  if (!background()) return state.SkipWithError("config/background.bin cannot be read");
  Filled& here = filled(static_cast<std::size_t>(state.range(0)));
  const std::vector<Item> items = here.newsroom.items(items_of_a_run);
  std::size_t joined = 0;
  auto next = items.begin();
  for (auto _ : state) joined += place(*here.book, *next++).position > 1 ? 1U : 0U;
  state.counters["items"] = static_cast<double>(here.book->remembered_items());
  state.counters["stories"] = static_cast<double>(here.book->open_stories());
  state.counters["bytes_per_item"] = here.bytes_per_item;
  state.counters["joined"] =
      benchmark::Counter(static_cast<double>(joined), benchmark::Counter::kAvgIterations);
}

BENCHMARK(assign_item)
    ->ArgName("window")
    ->Arg(1'000)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Iterations(items_of_a_run)
    ->Unit(benchmark::kMicrosecond);

/// The yardstick: what a sweep of the window's signatures costs on this machine, now.
__attribute__((target("popcnt"))) void sweep_signatures(benchmark::State& state) {
  std::mt19937_64 random{3};
  std::vector<std::uint64_t> signatures(static_cast<std::size_t>(state.range(0)));
  for (std::uint64_t& signature : signatures) signature = random();
  for (auto _ : state) {
    const std::uint64_t sought = random();
    std::size_t near = 0;
    for (const std::uint64_t signature : signatures) {
      near += __builtin_popcountll(signature ^ sought) <= 12 ? 1 : 0;
    }
    benchmark::DoNotOptimize(near);
  }
}

BENCHMARK(sweep_signatures)->ArgName("window")->Arg(100'000)->Unit(benchmark::kMicrosecond);

void read_window_back(benchmark::State& state) {
  if (!background()) return state.SkipWithError("config/background.bin cannot be read");
  const auto window = static_cast<std::size_t>(state.range(0));
  const std::vector<Item> all = Newsroom{}.items(window);
  story::StoryBook book{{.window = 24h * 365}, weights()};

  struct Stored {
    std::string story_id;
    std::string features;
  };

  std::vector<Stored> stored;
  for (std::size_t i = 0; i < window; ++i) {
    story::Placement placement = place(book, all[i]);
    stored.push_back({.story_id = placement.story_id, .features = encode(placement.features)});
  }
  for (auto _ : state) {
    story::StoryBook again{{.window = 24h * 365}, weights()};
    for (std::size_t i = 0; i < window; ++i) {
      again.restore({.number = static_cast<story::ItemNumber>(i + 1),
                     .story_id = stored[i].story_id,
                     .outlet = all[i].outlet,
                     .features = story::decode_features(stored[i].features).value(),
                     .published = all[i].published,
                     .seen = all[i].published});
    }
    benchmark::DoNotOptimize(again.remembered_items());
  }
}

BENCHMARK(read_window_back)
    ->ArgName("window")
    ->Arg(10'000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond);

}  // namespace
