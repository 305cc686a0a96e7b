// SPDX-License-Identifier: Apache-2.0
// Keeps docs/reference/topics.md true: its examples are read, its grammar makes conditions that
// parse.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "topics/ebnf.hpp"
#include "topics/filter.hpp"
#include "topics/gate.hpp"
#include "topics/topic_fixture.hpp"

namespace tocsin::topics {
namespace {

using testing::IsEmpty;

std::string text_of_file(const std::string& name) {
  std::ifstream file{std::string{TOCSIN_SOURCE_DIR} + '/' + name};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// What stands between ```language and ```.
std::vector<std::string> blocks(const std::string& page, const std::string& language) {
  const std::string open = "\n```" + language + "\n";
  std::vector<std::string> found;
  for (std::size_t at = page.find(open); at != std::string::npos; at = page.find(open, at)) {
    at += open.size();
    found.push_back(page.substr(at, page.find("```", at) - at));
  }
  return found;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The mistakes and warnings in one example, which may be the part of a topic file.
std::vector<std::string> mistakes_in_example(const std::string& example) {
  Diagnostics diagnostics;
  if (has(example, "[filter]")) {
    static_cast<void>(read_filter(example, "t", diagnostics));
  } else if (has(example, "[[test]]")) {
    static_cast<void>(read_tests(example, "t", diagnostics));
  } else {
    const std::string whole =
        has(example, "[topic]") ? example : file_with("[terms]\na = 1\n") + example;
    static_cast<void>(read_topic(whole, "t", diagnostics));
  }
  std::vector<std::string> lines;
  for (const Diagnostic& one : diagnostics) lines.push_back(to_line(one));
  return lines;
}

const Aliases& sample_aliases() {
  static const Aliases aliases{{"islamic-state", {"Islamic State", "=IS", "ISIS"}}};
  return aliases;
}

std::string mistake_in(const std::string& condition) {
  const auto gate = Gate::parse(condition, sample_aliases());
  return gate ? "" : condition + "\n" + gate.error().message;
}

TEST(TopicsPage, ShowsFilesThatRead) {
  const auto examples = blocks(text_of_file("docs/reference/topics.md"), "toml");
  EXPECT_GE(examples.size(), 4U);
  for (const std::string& example : examples) {
    if (has(example, "#:schema")) continue;  // a first line alone
    EXPECT_THAT(mistakes_in_example(example), IsEmpty()) << example;
  }
}

TEST(TopicsPage, ShowsFilesThatReadInTheHowTo) {
  for (const std::string& example : blocks(text_of_file("docs/how-to/make-topics.md"), "toml")) {
    if (has(example, "exclude =")) continue;  // the middle of a file, in a list
    EXPECT_THAT(mistakes_in_example(example), IsEmpty()) << example;
  }
}

TEST(TopicsPage, ShowsConditionsThatParse) {
  const auto examples = blocks(text_of_file("docs/reference/topics.md"), "text");
  ASSERT_FALSE(examples.empty());
  std::istringstream lines{examples.front()};
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_EQ(mistake_in(line), "");
  EXPECT_GE(count, 8U);
}

Ebnf grammar_of_the_page() {
  const auto grammars = blocks(text_of_file("docs/reference/topics.md"), "ebnf");
  EXPECT_EQ(grammars.size(), 1U);
  return Ebnf{grammars.empty() ? "" : grammars.front()};
}

/// What the lexer makes of a condition, in the words of the grammar.
std::vector<std::string> words_of(const std::vector<std::string>& signs) {
  std::vector<std::string> words;
  for (const std::string& sign : signs) {
    if (sign.ends_with(':')) {
      words.emplace_back("FIELD");
    } else if (sign.starts_with("NEAR/") || sign.starts_with("ONEAR/")) {
      words.emplace_back("NEAR");
    } else if (sign == "/r/") {
      words.emplace_back("PATTERN");
    } else if (sign.ends_with("~1")) {
      words.emplace_back("SLOPPY");
    } else if (sign == "1 OF") {
      words.insert(words.end(), {"NUMBER", "OF"});
    } else {
      words.push_back(sign == "a" ? "PHRASE" : sign);
    }
  }
  return words;
}

/// Right signs in any order: the parser takes what the grammar takes, and nothing else.
TEST(TopicsPage, HoldsTheWholeGrammarOfTheParser) {
  const Ebnf grammar = grammar_of_the_page();
  const std::vector<std::string> signs{"a",    "a", "(",      ")",      "AND", "OR",        "NOT",
                                       "1 OF", "(", "title:", "NEAR/1", ",",   "\"a a\"~1", "/r/"};
  std::mt19937 random{1};
  constexpr int conditions = 1500;
  std::size_t sentences = 0;
  for (int i = 0; i < conditions && !HasFailure(); ++i) {
    std::vector<std::string> chosen;
    std::string condition;
    for (std::size_t size = 1 + random() % 7; size > 0; --size) {
      chosen.push_back(signs[random() % signs.size()]);
      condition += chosen.back() + ' ';
    }
    const std::string told = mistake_in(condition);
    if (has(told, "a field inside of another")) continue;
    const bool is_right = is_sentence(grammar, "condition", words_of(chosen));
    EXPECT_EQ(told.empty(), is_right) << condition << told;
    sentences += is_right ? 1 : 0;
  }
  EXPECT_GT(sentences, 50U);
}

TEST(TopicsPage, HoldsAGrammarWhoseSentencesParse) {
  const Ebnf grammar = grammar_of_the_page();
  constexpr unsigned seed = 1;
  constexpr int sentences = 300;
  Sentences random{grammar,
                   {{"WORD", {"foreign", "fighters", "ISIS", "naïve", "lone-wolf", "2017"}},
                    {"NAME", {"islamic-state"}},
                    {"NUMBER", {"1"}},
                    {"REGEX", {"ra.d", "\\/sport\\/", "[a-z]+ \"b\", (c)"}}},
                   seed};
  for (int i = 0; i < sentences && !HasFailure(); ++i) {
    const std::string condition = random.make("condition");
    if (condition.size() > GateLimits::bytes) continue;
    const std::string told = mistake_in(condition);
    const bool is_limit = has(told, "\nover ") || has(told, "too deeply");
    EXPECT_TRUE(told.empty() || is_limit) << told;
  }
  EXPECT_THAT(random.unused(), IsEmpty());
}

}  // namespace
}  // namespace tocsin::topics
