// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.hpp"
#include "topics/filter.hpp"
#include "topics/rule_reader.hpp"
#include "topics/toml_reader.hpp"
#include "topics/topic_checks.hpp"
#include "topics/topic_file.hpp"

namespace tocsin::topics {
namespace {

/// An id of a topic, the beginning of one with "*", or "*" alone.
bool is_selection(std::string_view text) {
  if (text == "*") return true;
  if (text.ends_with('*')) text.remove_suffix(1);
  return is_id(text);
}

class FilterReader {
 public:
  FilterReader(std::string_view toml, Mistakes& mistakes) : toml_{toml}, mistakes_{mistakes} {}

  Filter run(const toml::table& file) {
    TableReader root{file, "", mistakes_};
    read_format(root);
    root.need("filter");
    root.need("rule");
    if (const toml::table* head = root.table("filter")) read_head(*head);
    const toml::table* aliases = root.table("alias");
    if (aliases != nullptr) filter_.aliases = read_aliases(*aliases, mistakes_);
    if (const toml::table* rule = root.table("rule")) read_rule(*rule);
    root.finish();
    if (aliases != nullptr) {
      warn_of_unused_aliases(*aliases, filter_.exclude, filter_.unless, mistakes_);
    }
    return std::move(filter_);
  }

 private:
  void read_head(const toml::table& table) {
    TableReader head{table, "filter", mistakes_};
    for (const auto* const key : {"id", "title", "topics"}) head.need(key);
    if (const auto id = head.text("id")) {
      check_id(*id, mistakes_);
      filter_.id = id->text;
    }
    if (const auto title = head.text("title")) filter_.title = title->text;
    for (const PlacedText& topic : head.texts("topics")) {
      if (!is_selection(topic.text)) {
        mistakes_.add(topic.at, fmt::format("'{}' is no id of a topic; write an id, the beginning "
                                            "of ids as in \"plots-*\", or \"*\"",
                                            escape_for_line(topic.text)));
      }
      filter_.topics.push_back(topic.text);
    }
    read_severities(head);
    for (const PlacedText& code : head.texts("medtop")) {
      check_medtop(code, mistakes_);
      filter_.medtop.push_back(code.text);
    }
    head.finish();
  }

  void read_severities(TableReader& head) {
    constexpr std::int64_t lowest = 9;
    const toml::array* severities = head.array("severity");
    if (severities == nullptr) return;
    for (const toml::node& node : *severities) {
      const auto severity = node.value_exact<std::int64_t>();
      if (!severity || *severity < 1 || *severity > lowest) {
        mistakes_.add(node.source().begin, "'severity' is a list of whole numbers from 1 to 9");
        return;
      }
      filter_.severities.push_back(static_cast<int>(*severity));
    }
  }

  void read_rule(const toml::table& table) {
    TableReader rule{table, "rule", mistakes_};
    filter_.exclude = read_exclusions(rule, filter_.aliases);
    filter_.unless = read_condition(rule, "unless", toml_, filter_.aliases);
    const bool is_empty = table.get("exclude") == nullptr && table.get("unless") == nullptr;
    if (is_empty) mistakes_.add(rule.place(), "[rule] has neither 'exclude' nor 'unless'");
    rule.finish();
  }

  std::string_view toml_;
  Mistakes& mistakes_;
  Filter filter_;
};

}  // namespace

bool Filter::selects(const Topic& topic) const {
  const bool is_named = std::any_of(topics.begin(), topics.end(), [&](std::string_view wanted) {
    if (!wanted.ends_with('*')) return topic.id == wanted;
    return topic.id.starts_with(wanted.substr(0, wanted.size() - 1));
  });
  const bool is_ranked = severities.empty() || std::find(severities.begin(), severities.end(),
                                                         topic.severity) != severities.end();
  const bool is_coded =
      medtop.empty() || std::find_first_of(topic.medtop.begin(), topic.medtop.end(), medtop.begin(),
                                           medtop.end()) != topic.medtop.end();
  return is_named && is_ranked && is_coded;
}

Result<Filter> read_filter(std::string_view toml, const std::string& file_name,
                           Diagnostics& diagnostics) {
  return read_rule_file<Filter, FilterReader>(toml, file_name, diagnostics);
}

std::vector<TopicLine> filter_lines(const Filter& filter) {
  TopicLines lines;
  lines.add("format", "format = 1");
  lines.add("[filter]", "[filter]");
  lines.add_value("filter", "id", toml_string(filter.id));
  lines.add_value("filter", "title", toml_string(filter.title));
  lines.add_list("filter", "topics", all_quoted(filter.topics));
  std::vector<std::string> severities;
  for (const int severity : filter.severities) severities.push_back(fmt::to_string(severity));
  lines.add_list("filter", "severity", severities);
  lines.add_list("filter", "medtop", all_quoted(filter.medtop));
  lines.add_aliases(filter.aliases);
  lines.add("[rule]", "[rule]");
  lines.add_list("rule", "exclude", all_quoted(filter.exclude));
  if (!filter.unless.empty()) lines.add_value("rule", "unless", quoted_condition(filter.unless));
  return std::move(lines).take();
}

}  // namespace tocsin::topics
