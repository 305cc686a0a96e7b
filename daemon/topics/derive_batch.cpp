// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <fstream>
#include <optional>

#include <nlohmann/json.hpp>

#include "base/utf8.hpp"
#include "topics/derive.hpp"

namespace tocsin::topics {

namespace {

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
  std::vector<BatchTopic> batch;
  std::string line;
  for (unsigned number = 1; std::getline(file, line); ++number) {
    if (line.empty()) continue;
    if (line.size() > max_seed_bytes)
      return fail(Errc::too_large,
                  fmt::format("{}:{}: over {} bytes", path, number, max_seed_bytes));
    auto topic = read_line(line);
    if (!topic)
      return fail(Errc::invalid_input,
                  fmt::format("{}:{}: no {{\"id\": …, \"seeds\": [{{\"title\": …, \"text\": …}}]}}",
                              path, number));
    batch.push_back(std::move(*topic));
  }
  return batch;
}

std::vector<Result<Derived>> derive_batch(const std::vector<BatchTopic>& batch,
                                          const Background& background, const AliasTable* aliases) {
  std::vector<Result<Derived>> derived;
  for (const BatchTopic& topic : batch) {
    DeriveInput input{
        .background = &background, .aliases = aliases, .from = "batch", .check = false};
    input.wanted.id = topic.id;
    input.wanted.title = topic.id;
    input.seeds = topic.seeds;
    derived.push_back(derive(input));
  }
  return derived;
}

}  // namespace tocsin::topics
