// SPDX-License-Identifier: Apache-2.0
// How long the shipped documents take to become a topic, with and without leaving each out for the
// report, and what groups of their paragraphs take.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "topics/derive.hpp"
#include "topics/suggest.hpp"

namespace tocsin::topics {
namespace {

const std::string root = TOCSIN_SOURCE_DIR;

template <typename Value>
Value must(Result<Value> result) {
  if (result) return std::move(*result);
  std::cerr << result.error().message << '\n';
  std::exit(1);
}

struct Shipped {
  Diagnostics diagnostics{};
  Background background = must(Background::load(root + "/config/background.bin"));
  AliasTable aliases = must(read_alias_table(root + "/config/aliases.toml", diagnostics));
  SeedCorpus corpus = must(read_seed_corpus(root + "/seeds", diagnostics));
};

const Shipped& shipped() {
  static const Shipped all;
  return all;
}

/// The five documents, 13,000 words; with 1 each is left out once more for the report.
void derive_five_documents(benchmark::State& state) {
  const Shipped& all = shipped();
  DeriveInput input{.background = &all.background, .aliases = &all.aliases};
  input.wanted.id = "five";
  input.check = state.range(0) == 1;
  for (const SeedDocument& document : all.corpus.documents)
    input.seeds.push_back(
        {.name = document.number, .title = document.title, .paragraphs = document.paragraphs});
  for (auto _ : state) benchmark::DoNotOptimize(must(derive(input)));
}

/// Four paragraphs of a sentence, as in a batch; the threshold leaves each out.
void derive_four_sentences(benchmark::State& state) {
  const Shipped& all = shipped();
  BatchTopic topic{.id = "four"};
  for (std::size_t i = 0; i < 4; ++i)
    topic.seeds.push_back({.name = std::to_string(i),
                           .title = "Fighters return to Belgium from Syria",
                           .paragraphs = {"Police in Brussels arrest " + std::to_string(i) +
                                          " men of Islamic State who came home from Raqqa."}});
  for (auto _ : state)
    benchmark::DoNotOptimize(must(derive_one(topic, all.background, &all.aliases)));
}

void suggest_groups_of_paragraphs(benchmark::State& state) {
  const Shipped& all = shipped();
  for (auto _ : state)
    benchmark::DoNotOptimize(must(suggest_groups(all.corpus, all.background, &all.aliases)));
}

BENCHMARK(derive_five_documents)->ArgName("report")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK(derive_four_sentences)->Unit(benchmark::kMillisecond);
BENCHMARK(suggest_groups_of_paragraphs)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tocsin::topics
