// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <istream>
#include <map>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "base/utf8.hpp"
#include "topics/derive.hpp"
#include "topics/topic_checks.hpp"

namespace tocsin::topics {

namespace {

constexpr std::size_t max_batch = 100'000;
constexpr std::size_t most_of_a_name = 48;  // leaves room for a number

std::string text_of(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return {};
  return clean_utf8(found->get<std::string>());
}

/// The id of a line, which may be a number; on one line, since that is how scores are printed.
std::string name_of(const nlohmann::json& object) {
  const auto id = object.find("id");
  if (id == object.end()) return {};
  std::string name = id->is_number() ? id->dump() : text_of(object, "id");
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  constexpr std::size_t longest = 1000;
  return std::string{truncate_utf8(name, longest)};
}

/// "Flood: Ahr valley" → "flood-ahr-valley".
std::string id_like(std::string_view name) {
  std::string id;
  for (const char c : name) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    const char lower = is_upper ? static_cast<char>(c - 'A' + 'a') : c;
    const bool is_kept = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
    if (is_kept) {
      id += lower;
    } else if (!id.empty() && id.back() != '-') {
      id += '-';
    }
    if (id.size() == most_of_a_name) break;
  }
  while (id.ends_with('-')) id.pop_back();
  return id.empty() ? "topic" : id;
}

/// Gives each topic an id of its own. Names that are ids keep them, whatever comes before them.
void give_ids(std::vector<BatchTopic>& batch) {
  std::set<std::string> taken;
  for (BatchTopic& topic : batch) {
    if (!is_id(topic.name)) continue;
    topic.id = topic.name;
    taken.insert(topic.id);
  }
  std::map<std::string, int> tries;
  for (BatchTopic& topic : batch) {
    if (!topic.id.empty()) continue;
    const std::string id = id_like(topic.name);
    topic.id = id;
    while (!taken.insert(topic.id).second) topic.id = fmt::format("{}-{}", id, ++tries[id] + 1);
  }
}

/// Nothing when the line is not what it should be.
std::optional<BatchTopic> read_line(const std::string& line) {
  const auto object = nlohmann::json::parse(line, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  BatchTopic topic{.name = name_of(object)};
  if (topic.name.empty()) return std::nullopt;
  const auto seeds = object.find("seeds");
  if (seeds == object.end() || !seeds->is_array()) return std::nullopt;
  for (const auto& seed : *seeds) {
    if (!seed.is_object()) return std::nullopt;
    topic.seeds.push_back({.name = fmt::format("seed {}", topic.seeds.size() + 1),
                           .title = text_of(seed, "title"),
                           .paragraphs = {text_of(seed, "text")}});
  }
  return topic;
}

}  // namespace

Result<std::vector<BatchTopic>> read_batch(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Errc::not_found, fmt::format("batch '{}': cannot be opened", path));
  return parse_batch(file, path);
}

Result<std::vector<BatchTopic>> parse_batch(std::istream& lines, const std::string& file) {
  std::vector<BatchTopic> batch;
  std::map<std::string, unsigned> known;
  std::string line;
  for (unsigned number = 1; std::getline(lines, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto fail_here = [&](Errc code, const std::string& what) {
      return fail(code, fmt::format("{}:{}: {}", file, number, what));
    };
    if (line.size() > max_seed_bytes)
      return fail_here(Errc::too_large, fmt::format("over {} bytes", max_seed_bytes));
    if (batch.size() == max_batch)
      return fail_here(Errc::too_large, fmt::format("more than {} topics", max_batch));
    auto topic = read_line(line);
    if (!topic)
      return fail_here(Errc::invalid_input, R"(no {"id": …, "seeds": [{"title": …, "text": …}]})");
    const auto [first, is_new] = known.emplace(topic->name, number);
    if (!is_new)
      return fail_here(
          Errc::invalid_input,
          fmt::format("id '{}' is that of line {}", escape_for_line(topic->name), first->second));
    topic->line = number;
    batch.push_back(std::move(*topic));
  }
  give_ids(batch);
  return batch;
}

Result<Derived> derive_one(const BatchTopic& topic, const Background& background,
                           const AliasTable* aliases) {
  DeriveInput input{.background = &background,
                    .aliases = aliases,
                    .from = "batch",
                    .check = false,
                    .needs_background = false};
  input.wanted.id = topic.id;
  input.wanted.title = topic.name;
  input.seeds = topic.seeds;
  auto derived = derive(input);
  if (derived && topic.name != topic.id) derived->topic.derived->name = topic.name;
  return derived;
}

}  // namespace tocsin::topics
