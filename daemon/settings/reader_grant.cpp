// SPDX-License-Identifier: Apache-2.0
#include "settings/reader_grant.hpp"

#include <algorithm>

#include <toml++/toml.h>

#include "base/key_pair.hpp"
#include "base/utf8.hpp"
#include "settings/value_reader.hpp"

namespace tocsin::settings {
namespace {

constexpr std::size_t file_limit = std::size_t{64} << 10U;
constexpr std::size_t list_limit = 64;
constexpr std::size_t topic_bytes = 200;
constexpr std::string_view everything = "*";

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_topic_prefix(std::string_view text) {
  return text.size() <= topic_bytes && text.ends_with('/') &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
}

bool is_verb(std::string_view text) {
  return !text.empty() && text.size() <= 40 &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_plain(c) || c == '-'; });
}

/// The texts of a list, each of which `is_good` finds right.
template <typename Check>
std::vector<std::string> read_list(const toml::node& node, const std::string& what, Check is_good,
                                   const Reporter& report) {
  std::vector<std::string> texts;
  const toml::array* list = node.as_array();
  if (list == nullptr || list->size() > list_limit) {
    report.error(node.source(), what);
    return texts;
  }
  for (const toml::node& one : *list) {
    const auto text = one.value<std::string>();
    if (!text || !is_good(*text)) {
      report.error(one.source(), what);
    } else {
      texts.push_back(*text);
    }
  }
  return texts;
}

void read_topics(const toml::node& node, const Reporter& report, ReaderGrant& grant) {
  const auto is_good = [](const std::string& text) {
    return text == everything || is_topic_prefix(text);
  };
  grant.topics = read_list(
      node, "'topics' holds prefixes that end in \"/\", such as \"alert/floods/\", or is [\"*\"]",
      is_good, report);
  const auto star = std::find(grant.topics.begin(), grant.topics.end(), everything);
  if (star != grant.topics.end()) {
    grant.topics.clear();
  } else if (grant.topics.empty()) {
    report.error(node.source(), "'topics' names nothing; [\"*\"] is everything");
  }
}

void read_key(const toml::node& node, const Reporter& report, ReaderGrant& grant) {
  const auto text = node.value<std::string>();
  if (!text || !is_curve_key(*text)) {
    report.error(node.source(), "'key' is the reader's public key, 40 characters");
  } else {
    grant.key = *text;
  }
}

ReaderGrant read_root(const toml::table& root, const Reporter& report) {
  ReaderGrant grant;
  bool has_format = false;
  for (const auto& [key, node] : root) {
    if (key.str() == "format") {
      has_format = node.value<std::int64_t>() == 1;
    } else if (key.str() == "key") {
      read_key(node, report, grant);
    } else if (key.str() == "topics") {
      read_topics(node, report, grant);
    } else if (key.str() == "verbs") {
      grant.verbs = read_list(node, "'verbs' holds verbs such as \"status\"", is_verb, report);
    } else {
      report.unknown(key, "key", {"format", "key", "topics", "verbs"});
    }
  }
  if (!has_format) report.error({}, "'format = 1' must stand at the head");
  if (!root.contains("key")) report.error({}, "'key' is missing");
  if (!root.contains("topics")) report.error({}, "'topics' is missing; [\"*\"] is everything");
  return grant;
}

std::string list_text(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) list += (list.size() > 1 ? ", \"" : "\"") + text + "\"";
  return list + "]";
}

}  // namespace

bool is_reader_name(std::string_view name) {
  constexpr std::size_t longest = 64;
  return !name.empty() && name.size() <= longest && is_plain(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_plain(c) || c == '.' || c == '_' || c == '-'; });
}

std::string render(const ReaderGrant& grant) {
  const auto topics = grant.topics.empty() ? std::vector{std::string{everything}} : grant.topics;
  return "format = 1\nkey = \"" + grant.key + "\"\ntopics = " + list_text(topics) +
         "\nverbs = " + list_text(grant.verbs) + "\n";
}

Result<ReaderGrant> read_reader_grant(std::string_view toml, const std::string& file_name,
                                      Diagnostics& diagnostics) {
  const Reporter report{file_name, diagnostics};
  const std::size_t already = diagnostics.size();
  ReaderGrant grant;
  if (toml.size() > file_limit) {
    report.error({}, "file over 64 KiB");
  } else {
    try {
      grant = read_root(toml::parse(toml, file_name), report);
    } catch (const toml::parse_error& error) {
      report.error(error.source(), escape_for_line(error.description()));
    }
  }
  if (diagnostics.size() > already) {
    return fail(Errc::invalid_input, to_line(diagnostics.at(already)));
  }
  return grant;
}

}  // namespace tocsin::settings
