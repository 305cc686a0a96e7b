// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <fstream>
#include <istream>
#include <map>
#include <optional>

#include <nlohmann/json.hpp>

#include "base/utf8.hpp"
#include "topics/derive.hpp"

namespace tocsin::topics {

namespace {

constexpr std::size_t max_batch = 100'000;

std::string text_of(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return {};
  return clean_utf8(found->get<std::string>());
}

/// Nothing when the line is not what it should be.
std::optional<BatchTopic> read_line(const std::string& line) {
  const auto object = nlohmann::json::parse(line, nullptr, false);
  if (!object.is_object() || text_of(object, "id").empty()) return std::nullopt;
  const auto seeds = object.find("seeds");
  if (seeds == object.end() || !seeds->is_array()) return std::nullopt;
  BatchTopic topic{.id = text_of(object, "id")};
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
    const auto [first, is_new] = known.emplace(topic->id, number);
    if (!is_new)
      return fail_here(Errc::invalid_input, fmt::format("id '{}' is that of line {}",
                                                        escape_for_line(topic->id), first->second));
    topic->line = number;
    batch.push_back(std::move(*topic));
  }
  return batch;
}

Result<Derived> derive_one(const BatchTopic& topic, const Background& background,
                           const AliasTable* aliases) {
  DeriveInput input{.background = &background, .aliases = aliases, .from = "batch", .check = false};
  input.wanted.id = topic.id;
  input.wanted.title = topic.id;
  input.seeds = topic.seeds;
  return derive(input);
}

}  // namespace tocsin::topics
