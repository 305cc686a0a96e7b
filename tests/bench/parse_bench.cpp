// SPDX-License-Identifier: Apache-2.0
// Bytes and items a second from a feed's bytes to its items, beside the yardsticks of
// yardstick.hpp; time and memory of documents at the caps and of those that would be slow if
// anything were quadratic.
//
//   tocsin_parse_bench [--benchmark_…]
//   tocsin_parse_bench --write FOLDER    # the same feeds as files, for other parsers

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "feed/feed.hpp"
#include "feed/limits.hpp"
#include "sample_feeds.hpp"
#include "yardstick.hpp"

namespace {

using namespace tocsin;
using bench::SampleFeed;

std::size_t size_of(const std::vector<SampleFeed>& feeds) {
  std::size_t size = 0;
  for (const SampleFeed& feed : feeds) size += feed.bytes.size();
  return size;
}

std::size_t items_of(const SampleFeed& sample) {
  const auto feed = feed::parse(sample.bytes, {.url = sample.url, .content_type = {}});
  return feed ? feed->items.size() : 0;
}

void count(benchmark::State& state, const std::vector<SampleFeed>& feeds) {
  std::size_t items = 0;
  for (const SampleFeed& feed : feeds) items += items_of(feed);
  const auto rounds = static_cast<std::size_t>(state.iterations());
  state.SetBytesProcessed(static_cast<std::int64_t>(rounds * size_of(feeds)));
  state.SetItemsProcessed(static_cast<std::int64_t>(rounds * items));
}

void parse_all(benchmark::State& state, const std::vector<SampleFeed>& feeds) {
  for ([[maybe_unused]] const auto round : state) {
    for (const SampleFeed& sample : feeds) {
      auto feed =
          feed::parse(sample.bytes, {.url = sample.url, .content_type = sample.content_type});
      if (!feed || feed->items.empty()) return state.SkipWithError(sample.file_name.c_str());
      benchmark::DoNotOptimize(feed);
    }
  }
  count(state, feeds);
}

void parse_feeds(benchmark::State& state) {
  parse_all(state, bench::sample_feeds());
}

void parse_json_feeds(benchmark::State& state) {
  parse_all(state, bench::sample_json_feeds());
}

void yardstick_of(benchmark::State& state, std::size_t (*measured)(std::string_view)) {
  const std::vector<SampleFeed> feeds = bench::sample_feeds();
  for ([[maybe_unused]] const auto round : state) {
    for (const SampleFeed& sample : feeds) {
      const std::size_t size = measured(sample.bytes);
      if (size == 0) return state.SkipWithError(sample.file_name.c_str());
      benchmark::DoNotOptimize(size);
    }
  }
  count(state, feeds);
}

void yardstick_parse_walk_strip(benchmark::State& state) {
  yardstick_of(state, bench::parse_walk_and_strip);
}

void yardstick_parse_walk(benchmark::State& state) {
  yardstick_of(state, bench::parse_and_walk);
}

BENCHMARK(parse_feeds)->Unit(benchmark::kMillisecond);
BENCHMARK(yardstick_parse_walk_strip)->Unit(benchmark::kMillisecond);
BENCHMARK(yardstick_parse_walk)->Unit(benchmark::kMillisecond);
BENCHMARK(parse_json_feeds)->Unit(benchmark::kMillisecond);

std::string repeated(std::string_view piece, std::size_t count) {
  std::string text;
  text.reserve(piece.size() * count);
  for (std::size_t i = 0; i < count; ++i) text += piece;
  return text;
}

std::string in_channel(std::string_view inside) {
  std::string xml = "<rss version=\"2.0\"><channel><title>t</title>";
  xml += inside;
  return xml + "</channel></rss>";
}

/// The most memory this process has held since `forget_peak`, in bytes.
double peak_memory() {
  std::ifstream status{"/proc/self/status"};
  std::string word;
  double kib = 0;
  while (status >> word) {
    if (word == "VmHWM:") status >> kib;
  }
  return kib * 1024;
}

/// Gives back what earlier documents left behind, so that the peak is the next one's.
double forget_peak() {
  ::malloc_trim(0);
  std::ofstream{"/proc/self/clear_refs"} << "5";  // see proc(5)
  return peak_memory();
}

/// One document again and again; `bytes_per_second` is the same for every size if time is linear.
void parse_one(benchmark::State& state, const std::string& document) {
  const double before = forget_peak();
  for ([[maybe_unused]] const auto round : state) {
    const auto feed = feed::parse(document, {});
    benchmark::DoNotOptimize(feed);
  }
  const auto size = static_cast<double>(document.size());
  state.counters["peak_per_byte"] = (peak_memory() - before) / size;
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(document.size()));
  state.SetComplexityN(static_cast<std::int64_t>(document.size()));
}

void document_of_items(benchmark::State& state) {
  const auto items = static_cast<std::size_t>(state.range(0));
  parse_one(state, in_channel(repeated("<item/>\n ", items)));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void document_of_full_items(benchmark::State& state) {
  constexpr std::string_view item =
      "<item><title>A bridge is closed</title><guid>urn:1</guid><link>https://example.org/1</link>"
      "<description>Three &lt;b&gt;lanes&lt;/b&gt; until Monday</description></item>";
  const auto items = static_cast<std::size_t>(state.range(0));
  parse_one(state, in_channel(repeated(item, items)));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void document_of_one_title(benchmark::State& state) {
  const std::size_t words = static_cast<std::size_t>(state.range(0)) / 5 - 64;
  parse_one(state, in_channel("<item><title>" + repeated("word ", words) + "</title></item>"));
}

BENCHMARK(document_of_items)->RangeMultiplier(10)->Range(1000, 1000000)->Complexity();
BENCHMARK(document_of_full_items)->RangeMultiplier(4)->Range(960, 61440)->Complexity();
BENCHMARK(document_of_one_title)->RangeMultiplier(10)->Range(10L << 10U, 10L << 20U)->Complexity();

/// What somebody may send who wants the parser to be slow: pieces to repeat, inside one item.
struct Attack {
  const char* name;
  std::string_view before;
  std::string_view piece;
  std::string_view after{};
};

constexpr std::array attacks{
    Attack{"depth", "", "<a>"},
    Attack{"attributes", "<a", " a='b'"},
    Attack{"namespaces", "<a", " xmlns:a='b'"},
    Attack{"categories", "", "<category>c</category>"},
    Attack{"guids", "", "<guid>g</guid>"},
    Attack{"titles", "", "<title>&lt;b&gt;t</title>"},
    Attack{"less_thans", "<title>", "<"},
    Attack{"ampersands", "<title>", "&"},
    Attack{"cdata_starts", "<title>", "<![CDATA["},
    Attack{"cdata_left_open", "", "<b><![CDATA[</b>"},
    Attack{"comments_left_open", "<title>", "<!--"},
    Attack{"declarations", "<!DOCTYPE rss [", "<!ENTITY a", "]>"},
    Attack{"end_tags", "", "</a>"},
    Attack{"void_tags", "", "<br>"},
    Attack{"html_tags_in_title", "<title><![CDATA[", "<x y", ">]]></title>"},
    Attack{"html_quotes", "<description><![CDATA[", "<a b=\""},
    Attack{"html_scripts", "<description><![CDATA[", "<script>"},
    Attack{"html_references", "<description><![CDATA[", "&#0"},
};

void document_of(benchmark::State& state, const Attack& attack) {
  const std::size_t count = static_cast<std::size_t>(state.range(0)) / attack.piece.size();
  std::string document = "<rss version=\"2.0\"><channel><title>t</title><item>";
  document += attack.before;
  document += repeated(attack.piece, count);
  document += attack.after;
  parse_one(state, document);
}

void register_attacks() {
  for (const Attack& attack : attacks) {
    const std::string name = std::string{"attack/"} + attack.name;
    benchmark::RegisterBenchmark(name.c_str(), document_of, attack)
        ->RangeMultiplier(4)
        ->Range(64L << 10U, 1L << 20U)
        ->Complexity();
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view{argv[1]} == "--write") {
    bench::write_feeds(bench::sample_feeds(), argv[2]);
    return 0;
  }
  register_attacks();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
