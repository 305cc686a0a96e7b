// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/suggest.hpp"
#include "topics/seed_corpus.hpp"
#include "topics/toml_reader.hpp"

namespace tocsin::topics {

namespace {

constexpr std::size_t max_topics = 1000;

/// The number that all of `digits` spell, from 1 to 100,000.
std::optional<unsigned> paragraph_number(std::string_view digits) {
  unsigned number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool is_whole = read.ec == std::errc{} && read.ptr == digits.data() + digits.size();
  if (!is_whole || number == 0 || number > 100'000) return std::nullopt;
  return number;
}

/// "001", "001#9", "001#9-10".
std::optional<Passage> read_passage(const PlacedText& written) {
  const std::string_view text = written.text;
  Passage passage{.written = written.text, .line = written.at.line, .column = written.at.column};
  const std::size_t hash = text.find('#');
  passage.document = std::string{text.substr(0, hash)};
  if (passage.document.empty()) return std::nullopt;
  if (hash == std::string_view::npos) return passage;
  const std::string_view range = text.substr(hash + 1);
  const std::size_t dash = range.find('-');
  const auto first = paragraph_number(range.substr(0, dash));
  const auto last =
      dash == std::string_view::npos ? first : paragraph_number(range.substr(dash + 1));
  if (!first || !last || *last < *first) return std::nullopt;
  passage.first = *first;
  passage.last = *last;
  return passage;
}

void read_status(TableReader& reader, ManifestTopic& topic) {
  const auto status = reader.text("status");
  if (!status) return;
  const std::vector<std::string> names{"experimental", "stable", "retired"};
  const auto found = std::find(names.begin(), names.end(), status->text);
  if (found == names.end())
    reader.mistakes().add(status->at,
                          fmt::format("'status' must be experimental, stable or retired{}",
                                      did_you_mean(status->text, names)));
  else
    topic.status = static_cast<Status>(found - names.begin());
}

std::vector<std::string> strings(const std::vector<PlacedText>& placed) {
  std::vector<std::string> plain;
  for (const PlacedText& text : placed) plain.push_back(text.text);
  return plain;
}

void read_id(TableReader& reader, ManifestTopic& topic) {
  reader.need("id");
  const auto id = reader.text("id");
  if (!id) return;
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
  if (id->text.find_first_not_of(allowed) != std::string::npos || id->text.size() > 64)
    reader.mistakes().add(id->at, "'id' must be small letters, digits and hyphens, at most 64");
  topic.id = id->text;
}

ManifestTopic read_topic_table(const toml::table& table, Mistakes& mistakes) {
  TableReader reader{table, "topic", mistakes};
  ManifestTopic topic;
  read_id(reader, topic);
  reader.need("title");
  if (auto title = reader.text("title")) topic.title = std::move(title->text);
  topic.severity = reader.integer("severity", 1, 9).value_or(topic.severity);
  read_status(reader, topic);
  topic.languages = strings(reader.texts("languages"));
  topic.medtop = strings(reader.texts("medtop"));
  reader.need("from");
  for (const PlacedText& written : reader.texts("from")) {
    if (const auto passage = read_passage(written))
      topic.from.push_back(*passage);
    else
      mistakes.add(written.at, fmt::format("'{}' is no passage: write \"001\" for a document, "
                                           "\"001#9\" or \"001#9-10\" for paragraphs",
                                           written.text));
  }
  topic.exclude = strings(reader.texts("exclude"));
  reader.finish();
  return topic;
}

}  // namespace

Result<Manifest> parse_manifest(std::string_view bytes, const std::string& file,
                                Diagnostics& diagnostics) {
  Mistakes mistakes{file, diagnostics};
  Manifest manifest{.file = file};
  const auto table = parse_toml(bytes, mistakes);
  if (!table) return fail(mistakes.error());
  TableReader root{*table, "", mistakes};
  read_format(root);
  root.need("topic");
  if (const toml::array* topics = root.array("topic")) {
    if (topics->size() > max_topics)
      mistakes.add(topics->source().begin, fmt::format("over {} topics", max_topics));
    for (const toml::node& node : *topics) {
      const toml::table* topic = node.as_table();
      if (topic == nullptr || manifest.topics.size() >= max_topics) break;
      const ManifestTopic read = read_topic_table(*topic, mistakes);
      if (std::any_of(manifest.topics.begin(), manifest.topics.end(),
                      [&](const ManifestTopic& other) { return other.id == read.id; }))
        mistakes.add(topic->source().begin, fmt::format("a second topic '{}'", read.id));
      manifest.topics.push_back(read);
    }
  }
  root.finish();
  if (mistakes.count() != 0) return fail(mistakes.error());
  return manifest;
}

Result<Manifest> read_manifest(const std::string& path, Diagnostics& diagnostics) {
  const Result<std::string> bytes = read_seed_file(path);
  if (!bytes) return fail(bytes.error());
  return parse_manifest(*bytes, path, diagnostics);
}

}  // namespace tocsin::topics
