// SPDX-License-Identifier: Apache-2.0
#include "topics/topic_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/quantity.hpp"
#include "base/suggest.hpp"
#include "base/utf8.hpp"
#include "topics/contradictions.hpp"
#include "topics/rule_reader.hpp"
#include "topics/toml_comments.hpp"
#include "topics/toml_reader.hpp"
#include "topics/topic_checks.hpp"

namespace tocsin::topics {
namespace {

constexpr double largest_weight = 1e6;
constexpr double largest_saturation = 100;

/// Everything in a topic that may be an "@alias", its condition apart.
std::vector<std::string> references_of(const Topic& topic) {
  std::vector<std::string> references = topic.exclude;
  for (const Term& term : topic.terms) references.push_back(term.text);
  for (const RequiredGroup& group : topic.require) {
    references.insert(references.end(), group.any.begin(), group.any.end());
  }
  return references;
}

/// Reads one file from top to bottom; what is wrong is told and left out.
class TopicReader {
 public:
  TopicReader(std::string_view toml, Mistakes& mistakes) : toml_{toml}, mistakes_{mistakes} {
    for (TomlComment& comment : toml_comments(toml)) {
      if (!comment.is_alone) trailing_.emplace(comment.line, std::move(comment.text));
    }
  }

  Topic run(const toml::table& file) {
    TableReader root{file, "", mistakes_};
    read_format(root);
    root.need("topic");
    root.need("terms");
    const toml::table* rule = root.table("rule");
    if (const toml::table* head = root.table("topic")) read_head(*head);
    const toml::table* aliases = root.table("alias");
    if (aliases != nullptr) topic_.aliases = read_aliases(*aliases, mistakes_);
    if (const toml::table* terms = root.table("terms")) read_terms(*terms);
    if (rule != nullptr) {
      TableReader reader{*rule, "rule", mistakes_};
      read_rule(reader, false);
      reader.finish();
    }
    if (const toml::table* correlation = root.table("correlation")) read_correlation(*correlation);
    root.finish();
    check_contradictions(topic_, places_, mistakes_);
    if (aliases != nullptr) {
      warn_of_unused_aliases(*aliases, references_of(topic_), topic_.when, mistakes_);
    }
    return std::move(topic_);
  }

 private:
  void read_head(const toml::table& table) {
    TableReader head{table, "topic", mistakes_};
    for (const auto* const key : {"id", "title", "threshold"}) head.need(key);
    if (const auto id = head.text("id")) {
      check_id(*id, mistakes_);
      topic_.id = id->text;
    }
    if (const auto title = head.text("title")) topic_.title = title->text;
    topic_.version = head.integer("version", 1, INT32_MAX).value_or(topic_.version);
    read_status(head);
    topic_.severity = head.integer("severity", 1, 9).value_or(topic_.severity);
    for (const PlacedText& language : head.texts("languages")) {
      check_language(language, mistakes_);
      topic_.languages.push_back(language.text);
    }
    for (const PlacedText& code : head.texts("medtop")) {
      check_medtop(code, mistakes_);
      topic_.medtop.push_back(code.text);
    }
    topic_.threshold = head.number("threshold", 0, largest_weight).value_or(0);
    topic_.average_length = head.number("average_length", 1, largest_weight).value_or(0);
    topic_.saturation =
        head.number("saturation", 0, largest_saturation).value_or(topic_.saturation);
    if (const toml::table* derived = head.table("derived")) read_derived(*derived);
    head.finish();
  }

  void read_status(TableReader& head) {
    const auto status = head.text("status");
    if (!status) return;
    constexpr std::array values{Status::experimental, Status::stable, Status::retired};
    std::vector<std::string> names;
    for (const Status value : values) {
      names.emplace_back(to_string(value));
      if (names.back() != status->text) continue;
      topic_.status = value;
      return;
    }
    mistakes_.add(status->at,
                  fmt::format("unknown status '{}'{} (experimental, stable or retired)",
                              escape_for_line(status->text), did_you_mean(status->text, names)));
  }

  void read_derived(const toml::table& table) {
    TableReader derived{table, "derived", mistakes_};
    for (const auto* const key : {"from", "digest", "algorithm"}) derived.need(key);
    Derivation origin;
    if (const auto from = derived.text("from")) origin.from = from->text;
    if (const auto digest = derived.text("digest")) origin.digest = digest->text;
    origin.algorithm = derived.integer("algorithm", 1, INT32_MAX).value_or(0);
    if (const auto name = derived.text("name")) origin.name = name->text;
    derived.finish();
    topic_.derived = std::move(origin);
  }

  /// A number is a weight. `require`, `exclude` and `when` may also stand here, behind the terms,
  /// where their values cannot be mistaken for one.
  void read_terms(const toml::table& table) {
    std::vector<PlacedText> written;
    for (const auto& [key, node] : in_file_order(table)) {
      const std::string_view name = key->str();
      if (!node->is_number() && is_rule_key(name)) continue;
      read_term({.text = std::string{name}, .at = key->source().begin}, *node, written);
    }
    if (topic_.terms.size() > TopicLimits::terms) {
      mistakes_.add(table.source().begin, fmt::format("over {} terms", TopicLimits::terms));
    }
    check_terms(topic_, written, mistakes_, table.source().begin);
    TableReader reader{table, "terms", mistakes_};
    read_rule(reader, true);
  }

  void read_term(const PlacedText& name, const toml::node& node, std::vector<PlacedText>& written) {
    const auto weight = node.is_number() ? node.value<double>() : std::nullopt;
    if (!weight) {
      return mistakes_.add(
          node.source().begin,
          fmt::format("the weight of term '{}' must be a number", escape_for_line(name.text)));
    }
    if (!(*weight >= -largest_weight && *weight <= largest_weight) || *weight == 0) {
      return mistakes_.add(
          node.source().begin,
          fmt::format("the weight of term '{}' must be from {} to {}, and not 0",
                      escape_for_line(name.text), -largest_weight, largest_weight));
    }
    Term term{.text = name.text, .weight = *weight, .provenance = {}};
    const auto comment = trailing_.find(node.source().end.line);
    if (comment != trailing_.end()) {
      const std::size_t start = comment->second.find_first_not_of("# \t");
      if (start != std::string::npos) term.provenance = comment->second.substr(start);
    }
    topic_.terms.push_back(std::move(term));
    places_.terms.push_back(name.at);
    written.push_back(name);
  }

  void read_rule(TableReader& rule, bool is_among_terms) {
    const auto is_given = [&](std::string_view key) {
      const toml::node* node = rule.find(key);
      return node != nullptr && !(is_among_terms && node->is_number());
    };
    if (is_given("require")) {
      if (const toml::array* groups = rule.array("require")) read_require(*groups);
    }
    if (is_given("exclude")) {
      for (std::string& one : read_exclusions(rule, topic_.aliases)) {
        topic_.exclude.push_back(std::move(one));
      }
    }
    if (is_given("when")) read_when(rule);
  }

  void read_when(TableReader& rule) {
    if (!topic_.when.empty()) {
      return mistakes_.add(rule.find("when")->source().begin, "there is a 'when' already");
    }
    topic_.when = read_condition(rule, "when", toml_, topic_.aliases);
  }

  void read_require(const toml::array& groups) {
    for (const toml::node& node : groups) {
      const toml::table* table = node.as_table();
      if (table == nullptr) {
        mistakes_.add(node.source().begin,
                      "'require' is a list of { any = [\"…\"], otherwise = 0.5 }");
        continue;
      }
      TableReader reader{*table, "require", mistakes_};
      RequiredGroup group;
      for (const auto* const key : {"any", "otherwise"}) reader.need(key);
      for (const PlacedText& one : reader.texts("any")) {
        check_reference(one, "required", topic_.aliases, mistakes_);
        group.any.push_back(one.text);
      }
      if (reader.find("any") != nullptr && group.any.empty()) {
        mistakes_.add(node.source().begin, "'any' names nothing");
      }
      group.otherwise = read_otherwise(reader);
      reader.finish();
      topic_.require.push_back(std::move(group));
      places_.groups.push_back(node.source().begin);
    }
  }

  double read_otherwise(TableReader& reader) {
    const toml::node* node = reader.find("otherwise");
    if (node == nullptr) return 0;
    if (!node->is_string()) return reader.number("otherwise", 0, 1).value_or(0);
    if (*node->as_string() != "drop") {
      mistakes_.add(node->source().begin, "'otherwise' is a factor from 0 to 1, or \"drop\"");
    }
    return 0;
  }

  void read_correlation(const toml::table& table) {
    TableReader reader{table, "correlation", mistakes_};
    for (const auto* const key : {"independent_sources", "within"}) reader.need(key);
    constexpr int most_sources = 1000;
    Correlation correlation;
    correlation.independent_sources =
        reader.integer("independent_sources", 2, most_sources).value_or(0);
    if (const auto within = reader.text("within")) read_within(*within, correlation);
    correlation.raises_severity = reader.boolean("raise_severity").value_or(false);
    reader.finish();
    topic_.correlation = correlation;
  }

  void read_within(const PlacedText& within, Correlation& correlation) {
    constexpr std::chrono::milliseconds shortest = std::chrono::minutes{1};
    constexpr std::chrono::milliseconds longest = std::chrono::hours{30 * 24};
    correlation.within = std::chrono::milliseconds{read_duration(within.text).value_or(0)};
    if (correlation.within >= shortest && correlation.within <= longest) return;
    mistakes_.add(within.at, fmt::format("'within' is '{}', but must be a duration such as \"6h\", "
                                         "from 1m to 30d",
                                         escape_for_line(within.text)));
  }

  std::string_view toml_;
  Mistakes& mistakes_;
  std::map<unsigned, std::string> trailing_;  ///< Comments behind something, by line.
  RulePlaces places_;
  Topic topic_;
};

}  // namespace

Result<Topic> read_topic(std::string_view toml, const std::string& file_name,
                         Diagnostics& diagnostics) {
  return read_rule_file<Topic, TopicReader>(toml, file_name, diagnostics);
}

}  // namespace tocsin::topics
