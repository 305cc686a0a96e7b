// SPDX-License-Identifier: Apache-2.0
// Formats random files as people write them: in any order, spaced anyhow, comments everywhere.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "topics/random_rules.hpp"
#include "topics/topic_file.hpp"
#include "topics/topic_fixture.hpp"

namespace tocsin::topics {
namespace {

/// Writes a topic so that it reads the same and looks like nothing the formatter would write.
class MessyWriter {
 public:
  explicit MessyWriter(unsigned seed) : random_{seed} {}

  std::string write(const Topic& topic) {
    out_.clear();
    comments_ = 0;
    line("format=1");
    std::vector<std::string> tables{head(topic), terms(topic), rule(topic), correlation(topic),
                                    aliases(topic)};
    std::shuffle(tables.begin(), tables.end(), random_);
    for (const std::string& table : tables) out_ += table;
    if (one_in(2)) out_ += comment();
    return std::move(out_);
  }

  [[nodiscard]] int comments() const { return comments_; }

 private:
  bool one_in(unsigned n) { return random_() % n == 0; }

  std::string comment() { return "#  note " + std::to_string(++comments_) + ";\n"; }

  /// A key and its value, maybe with comments above, behind, and space around.
  std::string keyed(const std::string& key, const std::string& value) {
    std::string text;
    if (one_in(4)) text += (one_in(2) ? "  " : "") + comment();
    if (one_in(6)) text += '\n';
    text += key + (one_in(2) ? "=" : "   = ") + value;
    return text + (one_in(3) ? " " + comment() : "\n");
  }

  void line(const std::string& text) { out_ += (one_in(2) ? comment() : "") + text + '\n'; }

  std::string header(const std::string& name) {
    return (one_in(3) ? comment() : "") + '[' + name + ']' + (one_in(3) ? comment() : "\n");
  }

  std::string quoted(const std::string& text) {
    const bool is_literal = one_in(2) && text.find('\'') == std::string::npos;
    if (is_literal) return '\'' + text + '\'';
    std::string out = "\"";
    for (const char c : text) out += (c == '"' || c == '\\' ? "\\" : "") + std::string{c};
    return out + '"';
  }

  std::string list(const std::vector<std::string>& values) {
    std::string text = "[";
    for (const std::string& value : values) {
      text += one_in(3) ? "\n  " : " ";
      text += value + ',';
      if (one_in(6)) text += comment();
    }
    return text + ']';
  }

  std::string list_of(const std::vector<std::string>& texts) {
    std::vector<std::string> values;
    for (const std::string& text : texts) values.push_back(quoted(text));
    return list(values);
  }

  std::string shuffled(std::vector<std::string> keys) {
    std::shuffle(keys.begin(), keys.end(), random_);
    std::string text;
    for (const std::string& key : keys) text += key;
    return text;
  }

  std::string head(const Topic& topic) {
    std::vector<std::string> keys{keyed("id", quoted(topic.id)),
                                  keyed("title", quoted(topic.title)),
                                  keyed("threshold", std::to_string(topic.threshold)),
                                  keyed("severity", std::to_string(topic.severity))};
    if (!topic.languages.empty()) keys.push_back(keyed("languages", list_of(topic.languages)));
    return header("topic") + shuffled(std::move(keys));
  }

  std::string terms(const Topic& topic) {
    std::vector<std::string> keys;
    for (const Term& term : topic.terms) {
      keys.push_back(keyed(quoted(term.text), std::to_string(term.weight)));
    }
    return header("terms") + shuffled(std::move(keys));
  }

  std::string aliases(const Topic& topic) {
    std::vector<std::string> keys;
    for (const auto& [name, surfaces] : topic.aliases) {
      keys.push_back(keyed(name, list_of(surfaces)));
    }
    return header("alias") + shuffled(std::move(keys));
  }

  std::string rule(const Topic& topic) {
    std::vector<std::string> groups;
    for (const RequiredGroup& group : topic.require) {
      std::vector<std::string> any;
      for (const std::string& one : group.any) any.push_back(quoted(one));
      std::string values;
      for (const std::string& one : any) values += one + ", ";
      groups.push_back("{any=[" + values + "],otherwise=" + std::to_string(group.otherwise) + "}");
    }
    std::vector<std::string> keys;
    if (!groups.empty()) keys.push_back(keyed("require", list(groups)));
    if (!topic.exclude.empty()) keys.push_back(keyed("exclude", list_of(topic.exclude)));
    if (!topic.when.empty()) keys.push_back(keyed("when", quoted(topic.when)));
    if (keys.empty()) return {};
    return header("rule") + shuffled(std::move(keys));
  }

  std::string correlation(const Topic& topic) {
    if (!topic.correlation) return {};
    std::vector<std::string> keys{keyed("within", "'360m'"), keyed("independent_sources", "3"),
                                  keyed("raise_severity", "true")};
    return header("correlation") + shuffled(std::move(keys));
  }

  std::mt19937 random_;
  std::string out_;
  int comments_ = 0;
};

/// What a topic means, in one canonical text without comments.
std::string meaning(const std::string& toml) {
  Diagnostics diagnostics;
  auto topic = read_topic(toml, "t.toml", diagnostics);
  if (!topic) return diagnostics.empty() ? "?" : to_line(diagnostics.front());
  for (Term& term : topic->terms) term.provenance.clear();
  std::sort(topic->terms.begin(), topic->terms.end(),
            [](const Term& a, const Term& b) { return a.text < b.text; });
  std::sort(topic->aliases.begin(), topic->aliases.end());
  return write_topic(*topic);
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST(FormatProperty, KeepsMeaningAndCommentsAndChangesNothingTheSecondTime) {
  constexpr unsigned files = 60;
  std::size_t comments = 0;
  for (unsigned seed = 1; seed <= files && !HasFailure(); ++seed) {
    RandomRules random{seed};
    Topic topic = random.rule("t").topic;
    if (seed % 3 == 0) topic.correlation = Correlation{};
    MessyWriter writer{seed};
    const std::string messy = writer.write(topic);
    // What contradicts itself, as random rules may, is no file to format.
    if (meaning(messy).find("never counts") != std::string::npos) continue;
    const auto once = format_topic(messy, "t.toml");
    ASSERT_TRUE(once.has_value()) << once.error().message << "\n" << messy;
    EXPECT_EQ(format_topic(*once, "t.toml").value_or(""), *once) << messy;
    EXPECT_EQ(meaning(*once), meaning(messy)) << messy;
    for (int i = 1; i <= writer.comments(); ++i) {
      EXPECT_EQ(count_of(*once, "note " + std::to_string(i) + ";"), 1U) << messy << *once;
    }
    comments += static_cast<std::size_t>(writer.comments());
  }
  EXPECT_GT(comments, files);
}

}  // namespace
}  // namespace tocsin::topics
