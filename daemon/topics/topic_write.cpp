// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/quantity.hpp"
#include "topics/topic_file.hpp"
#include "topics/topic_lines.hpp"

namespace tocsin::topics {
namespace {

constexpr std::size_t longest_line = 100;
constexpr std::string_view terms_path = "terms.";

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;  // not the inside of a character
  }));
}

/// A comment must not end before its line does.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == '\x7f'; }, ' ');
  return text;
}

std::string short_list(const std::vector<std::string>& values) {
  return fmt::format("[{}]", fmt::join(values, ", "));
}

/// On one line if that is short enough, else one value a line.
std::string key_and_list(std::string_view key, const std::vector<std::string>& values) {
  std::string line = fmt::format("{} = {}", key, short_list(values));
  if (width(line) <= longest_line) return line;
  line = fmt::format("{} = [\n", key);
  for (const std::string& value : values) line += fmt::format("  {},\n", value);
  line.push_back(']');
  return line;
}

class Writer {
 public:
  std::vector<TopicLine> run(const Topic& topic) {
    lines_.add("format", "format = 1");
    add_head(topic);
    lines_.add_aliases(topic.aliases);
    add_terms(topic.terms);
    add_rule(topic);
    if (topic.correlation) add_correlation(*topic.correlation);
    return std::move(lines_).take();
  }

 private:
  void add_key(std::string_view key, const std::string& value) {
    lines_.add_value("topic", key, value);
  }

  void add_head(const Topic& topic) {
    lines_.add("[topic]", "[topic]");
    add_key("id", toml_string(topic.id));
    add_key("title", toml_string(topic.title));
    add_key("version", fmt::to_string(topic.version));
    add_key("status", toml_string(to_string(topic.status)));
    add_key("severity", fmt::to_string(topic.severity));
    lines_.add_list("topic", "languages", all_quoted(topic.languages));
    lines_.add_list("topic", "medtop", all_quoted(topic.medtop));
    add_key("threshold", fmt::format("{}", topic.threshold));
    if (topic.average_length > 0) {
      add_key("average_length", fmt::format("{}", topic.average_length));
    }
    if (topic.saturation != Topic{}.saturation) {
      add_key("saturation", fmt::format("{}", topic.saturation));
    }
    if (!topic.derived) return;
    const Derivation& from = *topic.derived;
    const std::string name = from.name.empty() ? "" : ", name = " + toml_string(from.name);
    add_key("derived",
            fmt::format("{{ from = {}, digest = {}, algorithm = {}{} }}", toml_string(from.from),
                        toml_string(from.digest), from.algorithm, name));
  }

  void add_terms(std::vector<Term> terms) {
    std::stable_sort(terms.begin(), terms.end(),
                     [](const Term& a, const Term& b) { return a.weight > b.weight; });
    lines_.add("[terms]", "[terms]");
    for (const Term& term : terms) {
      lines_.add(std::string{terms_path} + term.text,
                 fmt::format("{} = {}", toml_string(term.text), term.weight));
      if (!term.provenance.empty()) lines_.add_trailing("# " + one_line(term.provenance));
    }
  }

  void add_rule(const Topic& topic) {
    if (topic.require.empty() && topic.exclude.empty() && topic.when.empty()) return;
    lines_.add("[rule]", "[rule]");
    std::vector<std::string> groups;
    for (const RequiredGroup& group : topic.require) {
      const std::string otherwise =
          group.otherwise == 0 ? "\"drop\"" : fmt::format("{}", group.otherwise);
      groups.push_back(fmt::format("{{ any = {}, otherwise = {} }}",
                                   short_list(all_quoted(group.any)), otherwise));
    }
    lines_.add_list("rule", "require", groups);
    lines_.add_list("rule", "exclude", all_quoted(topic.exclude));
    if (!topic.when.empty()) lines_.add_value("rule", "when", quoted_condition(topic.when));
  }

  void add_correlation(const Correlation& correlation) {
    const auto add = [this](std::string_view key, const std::string& value) {
      lines_.add_value("correlation", key, value);
    };
    lines_.add("[correlation]", "[correlation]");
    add("independent_sources", fmt::to_string(correlation.independent_sources));
    add("within", toml_string(write_duration(correlation.within.count())));
    add("raise_severity", fmt::to_string(correlation.raises_severity));
  }

  TopicLines lines_;
};

}  // namespace

std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20U || c == '\x7f') {
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
  return out;
}

std::vector<std::string> all_quoted(const std::vector<std::string>& texts) {
  std::vector<std::string> values;
  std::transform(texts.begin(), texts.end(), std::back_inserter(values), toml_string);
  return values;
}

std::string quoted_condition(const std::string& condition) {
  const bool is_plain = condition.find_first_of("\"\\") == std::string::npos ||
                        condition.find('\'') != std::string::npos;
  return is_plain ? toml_string(condition) : fmt::format("'{}'", condition);
}

void TopicLines::add(std::string path, std::string text) {
  lines_.push_back({.path = std::move(path), .text = std::move(text), .trailing = {}, .above = {}});
}

void TopicLines::add_value(std::string_view table, std::string_view key, const std::string& value) {
  add(fmt::format("{}.{}", table, key), fmt::format("{} = {}", key, value));
}

void TopicLines::add_list(std::string_view table, std::string_view key,
                          const std::vector<std::string>& values) {
  if (values.empty()) return;
  add(fmt::format("{}.{}", table, key), key_and_list(key, values));
}

void TopicLines::add_aliases(const Aliases& aliases) {
  if (!aliases.empty()) add("[alias]", "[alias]");
  for (const auto& [name, surfaces] : aliases) add_list("alias", name, all_quoted(surfaces));
}

std::vector<TopicLine> topic_lines(const Topic& topic) {
  return Writer{}.run(topic);
}

std::string join_lines(const std::vector<TopicLine>& lines) {
  std::size_t column = 0;
  for (const TopicLine& line : lines) {
    const bool is_aligned = line.path.starts_with(terms_path) && !line.trailing.empty();
    if (is_aligned) column = std::max(column, width(line.text));
  }
  std::string out;
  for (const TopicLine& line : lines) {
    if (line.path.starts_with('[')) out.push_back('\n');
    for (const std::string& comment : line.above) out.append(comment).push_back('\n');
    out += line.text;
    if (!line.trailing.empty()) {
      if (line.path.starts_with(terms_path)) out.append(column - width(line.text), ' ');
      if (!line.text.empty()) out += "  ";
      out += line.trailing;
    }
    out.push_back('\n');
  }
  return out;
}

std::string write_topic(const Topic& topic) {
  return join_lines(topic_lines(topic));
}

double round_significant(double value, int digits) {
  const std::string text = fmt::format("{:.{}e}", value, std::max(digits - 1, 0));
  double rounded = value;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return rounded;
}

}  // namespace tocsin::topics
