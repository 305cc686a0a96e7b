// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/suggest.hpp"
#include "topics/derive.hpp"

namespace tocsin::topics {

namespace {

/// A paragraph of a corpus: its document and its number from 1.
using Paragraph = std::pair<std::string, unsigned>;

const SeedDocument* find_document(const SeedCorpus& corpus, const std::string& number) {
  const auto found = std::find_if(corpus.documents.begin(), corpus.documents.end(),
                                  [&](const SeedDocument& seed) { return seed.number == number; });
  return found == corpus.documents.end() ? nullptr : &*found;
}

/// Tells where a passage names nothing.
void check_passage(const SeedCorpus& corpus, const Passage& passage, const std::string& file,
                   Diagnostics& diagnostics) {
  const SeedDocument* document = find_document(corpus, passage.document);
  std::string message;
  if (document == nullptr) {
    std::vector<std::string> numbers;
    for (const SeedDocument& seed : corpus.documents) numbers.push_back(seed.number);
    message = fmt::format("no document '{}' in {}{}", passage.document, corpus.folder,
                          did_you_mean(passage.document, numbers));
  } else if (passage.last > document->paragraphs.size()) {
    message = fmt::format("document '{}' has {} paragraphs, and no paragraph {}", passage.document,
                          document->paragraphs.size(), passage.last);
  }
  if (!message.empty())
    diagnostics.push_back({.file = file,
                           .line = passage.line,
                           .column = passage.column,
                           .message = std::move(message)});
}

Seed seed_of(const SeedCorpus& corpus, const Passage& passage) {
  const SeedDocument& document = *find_document(corpus, passage.document);
  if (passage.first == 0)
    return {.name = passage.written, .title = document.title, .paragraphs = document.paragraphs};
  const auto begin = document.paragraphs.begin();
  return {.name = passage.written,
          .title = "",
          .paragraphs = {begin + (passage.first - 1), begin + passage.last}};
}

std::set<Paragraph> paragraphs_of(const SeedCorpus& corpus, const ManifestTopic& topic) {
  std::set<Paragraph> paragraphs;
  for (const Passage& passage : topic.from) {
    const auto all =
        static_cast<unsigned>(find_document(corpus, passage.document)->paragraphs.size());
    const unsigned last = passage.first == 0 ? all : passage.last;
    for (unsigned number = std::max(passage.first, 1U); number <= last; ++number)
      paragraphs.emplace(passage.document, number);
  }
  return paragraphs;
}

/// Passages of the manifest's other topics. A topic that holds all of this one's paragraphs is its
/// parent, not its sibling; and a passage that both name speaks for neither against the other.
std::vector<Seed> siblings_of(const CorpusInput& input, const ManifestTopic& topic) {
  const std::set<Paragraph> own = paragraphs_of(*input.corpus, topic);
  std::set<Paragraph> taken = own;
  std::vector<Seed> siblings;
  for (const ManifestTopic& other : input.manifest->topics) {
    const std::set<Paragraph> theirs = paragraphs_of(*input.corpus, other);
    if (std::includes(theirs.begin(), theirs.end(), own.begin(), own.end())) continue;
    for (const auto& [document, number] : theirs)
      if (taken.emplace(document, number).second)
        siblings.push_back(
            seed_of(*input.corpus, {.document = document,
                                    .first = number,
                                    .last = number,
                                    .written = fmt::format("{}#{}", document, number)}));
  }
  return siblings;
}

/// "seeds/manifest.toml", or "seeds": without the folders above, which differ between machines.
std::string place_of(const CorpusInput& input) {
  const std::filesystem::path folder = std::filesystem::path{input.corpus->folder}.filename();
  if (input.manifest == nullptr) return folder.string();
  return (folder / std::filesystem::path{input.manifest->file}.filename()).string();
}

/// The topic with the fewest paragraphs that has all of this one's and more; null when there is
/// none.
const ManifestTopic* parent_of(const CorpusInput& input, const ManifestTopic& topic) {
  if (input.manifest == nullptr) return nullptr;
  const std::set<Paragraph> own = paragraphs_of(*input.corpus, topic);
  const ManifestTopic* parent = nullptr;
  std::size_t fewest = 0;
  for (const ManifestTopic& other : input.manifest->topics) {
    const std::set<Paragraph> theirs = paragraphs_of(*input.corpus, other);
    const bool holds = theirs.size() > own.size() &&
                       std::includes(theirs.begin(), theirs.end(), own.begin(), own.end());
    if (!holds || (parent != nullptr && theirs.size() >= fewest)) continue;
    parent = &other;
    fewest = theirs.size();
  }
  return parent;
}

DeriveInput input_for(const CorpusInput& input, const ManifestTopic& topic) {
  DeriveInput one{.wanted = topic, .background = input.background, .aliases = input.aliases};
  for (const Passage& passage : topic.from) one.seeds.push_back(seed_of(*input.corpus, passage));
  if (input.manifest != nullptr) one.siblings = siblings_of(input, topic);
  one.from = place_of(input);
  return one;
}

std::string folder_name(const std::string& folder) {
  std::string name = std::filesystem::path{folder}.filename().string();
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-';
  });
  return name;
}

/// Without a manifest: one experimental topic from all documents.
ManifestTopic topic_of_folder(const CorpusInput& input) {
  ManifestTopic topic;
  topic.id = input.id.empty() ? folder_name(input.corpus->folder) : input.id;
  topic.title = topic.id;
  topic.languages = {input.background->language()};
  for (const SeedDocument& seed : input.corpus->documents)
    topic.from.push_back({.document = seed.number, .written = seed.number});
  return topic;
}

Result<std::vector<ManifestTopic>> wanted_topics(const CorpusInput& input) {
  if (input.manifest == nullptr) return std::vector<ManifestTopic>{topic_of_folder(input)};
  if (input.id.empty()) return input.manifest->topics;
  std::vector<std::string> ids;
  for (const ManifestTopic& topic : input.manifest->topics) {
    if (topic.id == input.id) return std::vector<ManifestTopic>{topic};
    ids.push_back(topic.id);
  }
  return fail(Errc::not_found, fmt::format("no topic '{}' in {}{}", input.id, input.manifest->file,
                                           did_you_mean(input.id, ids)));
}

Result<Derived> derive_with_parent(const CorpusInput& input, const ManifestTopic& topic) {
  DeriveInput one = input_for(input, topic);
  const ManifestTopic* above = parent_of(input, topic);
  if (above == nullptr) return derive(one);
  DeriveInput of_parent = input_for(input, *above);
  of_parent.check = false;
  const Result<Derived> parent = derive(of_parent);
  if (!parent) return fail(parent.error());
  one.parent = &parent->topic;
  return derive(one);
}

}  // namespace

Result<std::vector<Derived>> derive_corpus(const CorpusInput& input, Diagnostics& diagnostics) {
  const auto wanted = wanted_topics(input);
  if (!wanted) return fail(wanted.error());
  const std::size_t before = diagnostics.size();
  if (input.manifest != nullptr)
    for (const ManifestTopic& topic : input.manifest->topics)
      for (const Passage& passage : topic.from)
        check_passage(*input.corpus, passage, input.manifest->file, diagnostics);
  if (diagnostics.size() != before)
    return fail(Errc::invalid_input,
                fmt::format("{} passages of {} name nothing", diagnostics.size() - before,
                            input.manifest->file));
  std::vector<Derived> derived;
  for (const ManifestTopic& topic : *wanted) {
    Result<Derived> one = derive_with_parent(input, topic);
    if (!one) return fail(one.error());
    derived.push_back(std::move(*one));
  }
  return derived;
}

}  // namespace tocsin::topics
