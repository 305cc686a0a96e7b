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
#include "text/latin.hpp"
#include "topics/derive.hpp"
#include "topics/line_json.hpp"
#include "topics/topic_checks.hpp"

namespace tocsin::topics {

namespace {

constexpr std::size_t max_batch = 100'000;
constexpr std::size_t max_line_bytes = std::size_t{64} << 20U;
constexpr std::size_t most_of_a_name = 48;  // leaves room for a number

/// The id of a line, on one line, since that is how scores are printed.
std::string name_of(const nlohmann::json& object) {
  std::string name;
  for (const char c : line_id(object).value_or("")) {
    if (c == '\n' || c == '\t') {
      name += c == '\n' ? "\\n" : "\\t";
    } else {
      name += c;
    }
  }
  return name;
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
  std::optional<text::LatinLetters> latin;
  for (BatchTopic& topic : batch) {
    if (!topic.id.empty()) continue;
    const bool is_ascii = std::all_of(topic.name.begin(), topic.name.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0x80U) == 0;
    });
    if (!is_ascii && !latin) latin.emplace();
    const std::string id = id_like(is_ascii ? topic.name : latin->write(topic.name));
    topic.id = id;
    while (!taken.insert(topic.id).second) topic.id = fmt::format("{}-{}", id, ++tries[id] + 1);
  }
}

Seed seed_of(const nlohmann::json& value, std::size_t number) {
  Seed seed{.name = fmt::format("{}", number)};
  seed.title = line_text(value, "title");
  seed.paragraphs = paragraphs_of(line_text(value, "text"));
  return seed;
}

Result<BatchTopic> read_line(std::string_view line) {
  const auto wrong =
      fail(Errc::invalid_input, R"(no {"id": …, "seeds": [{"title": …, "text": …}]})");
  if (line.size() > max_line_bytes)
    return fail(Errc::too_large, fmt::format("over {} bytes", max_line_bytes));
  const auto object = read_line_json(line);
  if (!object || !object->is_object()) return wrong;
  BatchTopic topic{.name = name_of(*object)};
  const auto seeds = object->find("seeds");
  if (topic.name.empty() || seeds == object->end() || !seeds->is_array()) return wrong;
  for (const auto& seed : *seeds) {
    if (!seed.is_object()) return wrong;
    topic.seeds.push_back(seed_of(seed, topic.seeds.size() + 1));
  }
  return topic;
}

/// Reads the lines of a batch, and remembers which name stood where.
class Lines {
 public:
  explicit Lines(std::vector<BatchTopic>& batch) : batch_{batch} {}

  /// Empty when the line holds a topic, which is then of the batch.
  std::string add(const std::string& line, unsigned number) {
    auto topic = read_line(line);
    if (!topic) return topic.error().message;
    const auto [first, is_new] = known_.emplace(topic->name, number);
    if (!is_new)
      return fmt::format("id '{}' is that of line {}", escape_for_line(topic->name), first->second);
    topic->line = number;
    batch_.push_back(std::move(*topic));
    return {};
  }

 private:
  std::vector<BatchTopic>& batch_;
  std::map<std::string, unsigned> known_;
};

}  // namespace

Result<std::vector<BatchTopic>> read_batch(const std::string& path, Diagnostics& diagnostics) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Errc::not_found, fmt::format("batch '{}': cannot be opened", path));
  return parse_batch(file, path, diagnostics);
}

Result<std::vector<BatchTopic>> parse_batch(std::istream& lines, const std::string& file,
                                            Diagnostics& diagnostics) {
  std::vector<BatchTopic> batch;
  Lines read{batch};
  std::string line;
  for (unsigned number = 1; std::getline(lines, line); ++number) {
    if (is_blank_line(line)) continue;
    if (batch.size() == max_batch)
      return fail(Errc::too_large,
                  fmt::format("{}:{}: more than {} topics", file, number, max_batch));
    std::string wrong = read.add(line, number);
    if (!wrong.empty())
      diagnostics.push_back({.file = file, .line = number, .message = std::move(wrong)});
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
