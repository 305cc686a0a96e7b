// SPDX-License-Identifier: Apache-2.0
#include "app/replay_corpus.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "app/input.hpp"
#include "base/time_format.hpp"
#include "base/utf8.hpp"
#include "topics/seed_corpus.hpp"

namespace tocsin::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t largest_file = std::size_t{64} << 20U;

bool is_document(const fs::path& file) {
  return file.extension() == ".txt";
}

pipeline::FeedInfo feed_of(const fs::path& file) {
  return {.key = "replay:" + file.filename().string(),
          .title = file.stem().string(),
          .url = {},
          .kind = {},
          .topics = {}};
}

std::string joined(const std::vector<std::string>& paragraphs) {
  std::string text;
  for (const std::string& paragraph : paragraphs) {
    if (!text.empty()) text += "\n\n";
    text += paragraph;
  }
  return text;
}

pipeline::ReplayItem item_of(const topics::SeedDocument& document) {
  pipeline::ReplayItem item;
  item.feed = feed_of(document.name);
  if (!document.publisher.empty()) item.feed.title = document.publisher;
  item.item.id = document.name;
  item.item.title = document.title;
  item.item.text = joined(document.paragraphs);
  item.item.published = from_rfc3339(document.date);
  if (!document.author.empty())
    item.item.authors.push_back({.name = document.author, .email = {}, .url = {}});
  item.language = document.language;
  return item;
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? clean_utf8(found->get<std::string>()) : "";
}

Result<pipeline::ReplayItem> item_of(const json& object, const fs::path& file,
                                     const std::string& place) {
  if (!object.is_object()) return fail(Errc::invalid_input, place + ": no JSON object");
  pipeline::ReplayItem item;
  item.feed = feed_of(file);
  item.item.id = text_of(object, "id");
  item.item.title = text_of(object, "title");
  item.item.text = text_of(object, "text");
  item.item.link = text_of(object, "link");
  if (item.item.title.empty() && item.item.text.empty()) {
    return fail(Errc::invalid_input, place + R"(: neither "title" nor "text")");
  }
  const std::string date = text_of(object, "date");
  item.item.published = from_rfc3339(date);
  if (!date.empty() && !item.item.published) {
    return fail(Errc::invalid_input,
                place + ": \"date\" is not RFC 3339: " + escape_for_line(date, 40));
  }
  item.language = text_of(object, "language");
  return item;
}

Result<void> add_archive(const fs::path& file, std::vector<pipeline::ReplayItem>& items) {
  auto lines = LineReader::open(file.string());
  if (!lines) return fail(lines.error());
  while (true) {
    const auto line = lines->next();
    if (!line) return fail(line.error());
    if (!*line) return {};
    if ((*line)->find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::string place = file.string() + ":" + std::to_string(lines->line());
    auto item = read_archived_item(**line, file.string(), place);
    if (!item) return fail(item.error());
    items.push_back(std::move(*item));
  }
}

Result<void> add_feed(const fs::path& file, std::vector<pipeline::ReplayItem>& items) {
  const auto bytes = read_file(file.string(), largest_file);
  if (!bytes) return fail(bytes.error());
  auto parsed = feed::parse(*bytes, {});
  if (!parsed) return fail(parsed.error().code, file.string() + ": " + parsed.error().message);
  for (feed::Item& item : parsed->items) {
    pipeline::ReplayItem replayed{
        .feed = feed_of(file), .item = std::move(item), .language = parsed->channel.language};
    if (!parsed->channel.title.empty()) replayed.feed.title = parsed->channel.title;
    items.push_back(std::move(replayed));
  }
  return {};
}

Result<void> add_file(const fs::path& file, std::vector<pipeline::ReplayItem>& items) {
  static const std::set<std::string> feeds{".xml", ".rss", ".atom", ".rdf", ".json"};
  const std::string extension = file.extension().string();
  if (extension == ".jsonl") return add_archive(file, items);
  if (feeds.contains(extension)) return add_feed(file, items);
  return {};
}

Result<void> add_documents(const std::string& folder, Diagnostics& diagnostics,
                           std::vector<pipeline::ReplayItem>& items) {
  auto corpus = topics::read_seed_corpus(folder, diagnostics);
  if (!corpus) return fail(corpus.error());
  for (const topics::SeedDocument& document : corpus->documents) items.push_back(item_of(document));
  return {};
}

Result<void> add_document(const std::string& path, Diagnostics& diagnostics,
                          std::vector<pipeline::ReplayItem>& items) {
  const auto bytes = read_file(path, largest_file);
  if (!bytes) return fail(bytes.error());
  auto document = topics::parse_seed(*bytes, path, diagnostics);
  if (!document) return fail(document.error());
  items.push_back(item_of(*document));
  return {};
}

Result<void> add_folder(const std::string& path, Diagnostics& diagnostics,
                        std::vector<pipeline::ReplayItem>& items) {
  std::error_code problem;
  std::vector<fs::path> files;
  for (const auto& place : fs::directory_iterator{path, problem}) {
    if (place.is_regular_file()) files.push_back(place.path());
  }
  if (problem) return fail(Errc::system, path + ": " + problem.message());
  std::sort(files.begin(), files.end());
  const bool has_documents = std::any_of(files.begin(), files.end(), is_document);
  if (has_documents) {
    if (auto added = add_documents(path, diagnostics, items); !added) return added;
  }
  for (const fs::path& file : files) {
    if (auto added = add_file(file, items); !added) return added;
  }
  return {};
}

}  // namespace

Result<pipeline::ReplayItem> read_archived_item(std::string_view line, const std::string& file,
                                                const std::string& place) {
  const json object = json::parse(line, nullptr, false);
  if (object.is_discarded()) return fail(Errc::invalid_input, place + ": no JSON");
  return item_of(object, file, place);
}

Result<std::vector<pipeline::ReplayItem>> read_replay_corpus(const std::string& path,
                                                             Diagnostics& diagnostics) {
  std::error_code problem;
  if (!fs::exists(path, problem)) return fail(Errc::not_found, path + ": no such file or folder");
  std::vector<pipeline::ReplayItem> items;
  Result<void> added;
  if (fs::is_directory(path, problem)) {
    added = add_folder(path, diagnostics, items);
  } else if (is_document(path)) {
    added = add_document(path, diagnostics, items);
  } else {
    added = add_file(path, items);
  }
  if (!added) return fail(added.error());
  if (items.empty()) {
    return fail(Errc::not_found, path + ": nothing to replay (.txt, .jsonl or feed files)");
  }
  return items;
}

}  // namespace tocsin::app
