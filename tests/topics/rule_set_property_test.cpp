// SPDX-License-Identifier: Apache-2.0
// Holds the index against a plain evaluator that looks for every name of every topic at every word.
// It has code of its own for everything but cutting words, which are simple here.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "topics/topic_fixture.hpp"

namespace tocsin::topics {
namespace {

using Random = std::mt19937;
using Words = std::vector<std::string>;

/// Few words, so that phrases occur, overlap and share beginnings.
const Words& vocabulary() {
  static const Words words{"alpha", "alphabet", "beta", "gamma", "Gamma", "delta", "epsilon"};
  return words;
}

std::size_t below(Random& random, std::size_t end) {
  return std::uniform_int_distribution<std::size_t>{0, end - 1}(random);
}

std::string join(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

Words random_words(Random& random, std::size_t most) {
  Words words;
  const std::size_t count = below(random, most + 1);
  for (std::size_t i = 0; i < count; ++i) {
    words.push_back(vocabulary()[below(random, vocabulary().size())]);
  }
  return words;
}

std::string random_surface(Random& random) {
  Words words = random_words(random, 2);
  words.push_back(vocabulary()[below(random, vocabulary().size())]);
  const std::string text = join(words);
  switch (below(random, 6)) {
    case 0:
      return text.substr(0, text.size() - 2) + "*";
    case 1:
      return "=" + text;
    default:
      return text;
  }
}

std::string random_reference(Random& random) {
  const std::vector<std::string> aliases{"@one", "@two"};
  return below(random, 4) == 0 ? aliases[below(random, 2)] : random_surface(random);
}

Topic random_topic(Random& random, std::size_t number) {
  Topic topic;
  topic.id = "t" + std::to_string(number);
  topic.threshold = static_cast<double>(below(random, 12)) / 10;
  topic.average_length = static_cast<double>(below(random, 3) * 20);
  topic.aliases = {{"one", {}}, {"two", {}}};
  for (auto& [name, surfaces] : topic.aliases) {
    for (std::size_t i = 0; i <= below(random, 3); ++i) surfaces.push_back(random_surface(random));
  }
  topic.terms.push_back({.text = random_reference(random), .weight = 10, .provenance = {}});
  for (std::size_t i = 0; i < below(random, 5); ++i) {
    const double weight = static_cast<double>(below(random, 30)) - 9.5;
    topic.terms.push_back({.text = random_reference(random), .weight = weight, .provenance = {}});
  }
  if (below(random, 2) == 0) {
    topic.require.push_back({.any = {random_reference(random), random_reference(random)},
                             .otherwise = static_cast<double>(below(random, 3)) / 2});
  }
  if (below(random, 3) == 0) topic.exclude.push_back(random_reference(random));
  if (below(random, 3) == 0) topic.languages = {"en", "fr"};
  return topic;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c == 'G' ? 'g' : c; });
  return text;
}

Words split(const std::string& text) {
  Words words;
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find(' ', start), text.size());
    words.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return words;
}

/// Words of a field as the rules see them.
struct PlainField {
  Field field;
  Words words;
  double weight;
};

struct PlainItem {
  std::vector<PlainField> fields;
  double length = 0;
};

PlainItem plain_item(const Words& title, const Words& summary, const Words& content) {
  PlainItem item;
  std::size_t left = 300;
  const auto add = [&](Field field, const Words& words, double weight) {
    const std::size_t count = std::min(words.size(), left);
    left -= count;
    item.length += weight * static_cast<double>(count);
    const Words first(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count));
    item.fields.push_back({field, first, weight});
  };
  add(Field::title, title, 2);
  const auto visible =
      content.begin() + static_cast<std::ptrdiff_t>(std::min(content.size(), left));
  const bool repeats = std::search(content.begin(), visible, summary.begin(), summary.end(),
                                   [](const std::string& a, const std::string& b) {
                                     return lower(a) == lower(b);
                                   }) != visible;
  if (!repeats) add(Field::summary, summary, 1);
  add(Field::content, content, 1);
  return item;
}

/// How many words `surface` takes at a place, or nothing.
std::optional<std::size_t> length_at(std::string surface, const Words& text, std::size_t at) {
  const bool is_exact = surface.front() == '=';
  if (is_exact) surface.erase(0, 1);
  const bool is_prefix = surface.back() == '*';
  if (is_prefix) surface.pop_back();
  const Words words = split(surface);
  if (at + words.size() > text.size()) return std::nullopt;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string there = is_exact ? text[at + i] : lower(text[at + i]);
    const std::string wanted = is_exact ? words[i] : lower(words[i]);
    if (is_prefix && i + 1 == words.size()) there.resize(std::min(there.size(), wanted.size()));
    if (there != wanted) return std::nullopt;
  }
  return words.size();
}

Words surfaces_of(const Topic& topic, const std::string& reference) {
  if (reference == "@one") return topic.aliases[0].second;
  if (reference == "@two") return topic.aliases[1].second;
  return {reference};
}

std::size_t begin_of(const Words& words, std::size_t at) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < at; ++i) begin += words[i].size() + 1;
  return begin;
}

/// Occurrences of a reference without overlaps, the longest at each place from the left.
std::vector<Evidence> occurrences(const Topic& topic, const std::string& reference,
                                  const PlainItem& item) {
  std::vector<Evidence> found;
  for (const PlainField& field : item.fields) {
    for (std::size_t at = 0; at < field.words.size();) {
      std::size_t longest = 0;
      for (const std::string& surface : surfaces_of(topic, reference)) {
        longest = std::max(longest, length_at(surface, field.words, at).value_or(0));
      }
      if (longest > 0) {
        const std::size_t last = at + longest - 1;
        const std::size_t end = begin_of(field.words, last) + field.words[last].size();
        found.push_back({.field = field.field,
                         .begin = static_cast<std::uint32_t>(begin_of(field.words, at)),
                         .end = static_cast<std::uint32_t>(end),
                         .term = reference});
      }
      at += std::max<std::size_t>(longest, 1);
    }
  }
  return found;
}

struct Verdict {
  double score = 0;
  bool fired = false;
  std::vector<Evidence> evidence;
};

Verdict plain_verdict(const Topic& topic, const PlainItem& item, std::string_view language) {
  Verdict verdict;
  double positive = 0;
  for (const Term& term : topic.terms) positive += std::max(term.weight, 0.0);
  for (const Term& term : topic.terms) {
    const std::vector<Evidence> found = occurrences(topic, term.text, item);
    double frequency = 0;
    for (const Evidence& one : found) frequency += one.field == Field::title ? 2 : 1;
    const double length = topic.average_length == 0 ? 1 : item.length / topic.average_length;
    if (frequency > 0) {
      verdict.score +=
          term.weight * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * length)) / positive;
    }
    verdict.evidence.insert(verdict.evidence.end(), found.begin(), found.end());
  }
  for (const RequiredGroup& group : topic.require) {
    const bool is_present =
        std::any_of(group.any.begin(), group.any.end(),
                    [&](const std::string& one) { return !occurrences(topic, one, item).empty(); });
    if (!is_present) verdict.score *= group.otherwise;
  }
  const bool is_excluded =
      std::any_of(topic.exclude.begin(), topic.exclude.end(),
                  [&](const std::string& one) { return !occurrences(topic, one, item).empty(); });
  const bool is_foreign = !topic.languages.empty() && language == "de";
  verdict.fired =
      verdict.score > 0 && verdict.score >= topic.threshold && !is_excluded && !is_foreign;
  return verdict;
}

std::vector<std::string> sorted_lines(const std::vector<Evidence>& evidence) {
  std::vector<std::string> lines;
  for (const Evidence& one : evidence) {
    lines.push_back(std::string{to_string(one.field)} + ' ' + std::to_string(one.begin) + '-' +
                    std::to_string(one.end) + ' ' + std::string{one.term});
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

/// Compares `explain` and `match` with the plain verdict on one topic.
void expect_same(const RuleSet& rules, const ItemFields& item, const PlainItem& plain) {
  std::vector<Match> fired = rules.match(item);
  const std::vector<Match> all = rules.explain(item);
  std::size_t expected_fired = 0;
  for (const Topic& topic : rules.topics()) {
    const Verdict verdict = plain_verdict(topic, plain, item.language);
    const auto is_topic = [&](const Match& match) {
      return match.topic == &topic;
    };
    expected_fired += verdict.fired ? 1 : 0;
    EXPECT_EQ(std::any_of(fired.begin(), fired.end(), is_topic), verdict.fired)
        << write_topic(topic);
    const auto match = std::find_if(all.begin(), all.end(), is_topic);
    EXPECT_TRUE(match != all.end() || verdict.score <= 0) << write_topic(topic);
    if (match == all.end()) continue;
    EXPECT_NEAR(match->score, verdict.score, 1e-9) << write_topic(topic);
    EXPECT_EQ(match->fired, verdict.fired) << write_topic(topic);
    EXPECT_EQ(sorted_lines(match->evidence), sorted_lines(verdict.evidence)) << write_topic(topic);
  }
  EXPECT_EQ(fired.size(), expected_fired);
}

class RuleSetProperty : public testing::TestWithParam<unsigned> {};

TEST_P(RuleSetProperty, AgreesWithThePlainEvaluator) {
  Random random{GetParam()};
  std::vector<Topic> topics;
  for (std::size_t i = 0; i < 20; ++i) topics.push_back(random_topic(random, i));
  const auto rules = rules_of(topics);
  ASSERT_NE(rules, nullptr);
  for (int round = 0; round < 10 && !HasFailure(); ++round) {
    const Words title = random_words(random, 6);
    const Words summary = random_words(random, 12);
    Words content = random_words(random, below(random, 8) == 0 ? 400 : 20);
    if (below(random, 3) == 0) content.insert(content.begin(), summary.begin(), summary.end());
    const Words texts{join(title), join(summary), join(content)};
    ItemFields item = item_of(texts[0], texts[1], texts[2]);
    item.language = below(random, 2) == 0 ? "de" : "en-GB";
    expect_same(*rules, item, plain_item(title, summary, content));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RuleSetProperty, testing::Range(1U, 41U));

}  // namespace
}  // namespace tocsin::topics
