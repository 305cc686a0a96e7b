// SPDX-License-Identifier: Apache-2.0
#include "rule_sample.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>

#include "topics/background.hpp"

namespace tocsin::bench {
namespace {

/// The commonest word among the terms of the shipped topics occurs once in a thousand words.
constexpr double commonest_share = 0.001;

/// One piece of a text in so many is a pair or triple.
constexpr std::size_t words_per_phrase = 15;

std::size_t words_in(const std::string& text) {
  return 1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), ' '));
}

bool is_plain(const std::string& term) {
  return std::all_of(term.begin(), term.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || c == ' '; });
}

std::string capitalised(std::string word) {
  if (word[0] >= 'a' && word[0] <= 'z') word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return word;
}

}  // namespace

void RuleSample::Urn::add(std::string term, std::uint64_t count) {
  terms.push_back(std::move(term));
  sums.push_back((sums.empty() ? 0 : sums.back()) + count);
}

RuleSample::RuleSample(std::uint32_t seed) : random_{seed} {
  const auto background =
      topics::Background::load(std::string{TOCSIN_SOURCE_DIR} + "/config/background.bin");
  if (!background) std::abort();
  average_length_ = background->average_length();
  const double most = commonest_share * static_cast<double>(background->word_count());
  for (std::uint32_t i = 0; i < background->term_count(); ++i) {
    std::string term{background->term(i)};
    const std::uint64_t count = background->count(term);
    if (!is_plain(term)) continue;
    if (words_in(term) > 1) {
      phrases_.add(std::move(term), count);
      continue;
    }
    if (static_cast<double>(count) < most && term.size() > 2) telling_.add(term, count);
    words_.add(std::move(term), count);
  }
}

std::size_t RuleSample::Urn::place_of(std::uint64_t at) const {
  return static_cast<std::size_t>(std::upper_bound(sums.begin(), sums.end(), at) - sums.begin());
}

std::uint64_t RuleSample::Urn::count(std::size_t place) const {
  return sums[place] - (place == 0 ? 0 : sums[place - 1]);
}

const std::string& RuleSample::draw(const Urn& urn) {
  return urn.terms[urn.place_of(random_() % urn.sums.back())];
}

RuleSample::Drawn RuleSample::draw_phrase() {
  const std::size_t place = phrases_.place_of(random_() % phrases_.sums.back());
  return {phrases_.terms[place], static_cast<double>(phrases_.count(place)) /
                                     static_cast<double>(phrases_.sums.back() * words_per_phrase)};
}

RuleSample::Drawn RuleSample::draw_word() {
  const std::size_t place = telling_.place_of(random_() % telling_.sums.back());
  return {telling_.terms[place],
          static_cast<double>(telling_.count(place)) / static_cast<double>(words_.sums.back())};
}

RuleSample::Drawn RuleSample::term() {
  const std::size_t kind = below(20);
  if (kind < 5) return draw_phrase();
  Drawn word = draw_word();
  constexpr std::size_t shortest_stem = 4;
  if (kind == 5 && word.text.size() > shortest_stem) {
    word.text.resize(std::max(shortest_stem, word.text.size() - 2));
    word.text += '*';
  }
  return word;
}

double RuleSample::threshold(const std::vector<topics::Term>& terms,
                             const std::vector<double>& shares) {
  constexpr std::size_t trials = 2000;
  constexpr std::size_t above = 2;
  std::vector<double> scores(trials);
  double sum = 0;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    sum += terms[i].weight;
    const double times = shares[i] * average_length_ * trials;
    for (std::size_t n = static_cast<std::size_t>(times) + below(2); n > 0; --n)
      scores[below(trials)] += terms[i].weight;
  }
  std::nth_element(scores.begin(), scores.begin() + above, scores.end(), std::greater<>{});
  return std::max(scores[above], terms.back().weight) / sum;
}

void RuleSample::add_rule(topics::Topic& topic) {
  const auto any = [&] {
    return '"' + topic.terms[below(topic.terms.size())].text + '"';
  };
  if (below(5) == 0) {
    topic.when = "(" + any() + " OR " + any() + ") NEAR/30 (" + any() + " OR " + any() +
                 ") OR 2 OF (" + any() + ", " + any() + ", " + any() + ", " + any() + ")";
  }
  if (below(5) == 0) {
    topic.require.push_back(
        {.any = {topic.terms[0].text, topic.terms[1].text, topic.terms[2].text}, .otherwise = 0.5});
  }
  if (below(10) == 0) topic.exclude.push_back(draw(phrases_));
}

topics::Topic RuleSample::topic(std::size_t number) {
  topics::Topic topic;
  topic.id = "topic-" + std::to_string(number);
  topic.title = "Topic " + std::to_string(number);
  topic.average_length = average_length_;
  const std::size_t size = 5 + below(26);
  std::vector<double> shares;
  while (topic.terms.size() < size) {
    Drawn drawn = term();
    const bool is_known =
        std::any_of(topic.terms.begin(), topic.terms.end(),
                    [&](const topics::Term& known) { return known.text == drawn.text; });
    if (is_known) continue;
    shares.push_back(drawn.share);
    const double weight = std::round(100 / std::sqrt(static_cast<double>(shares.size())));
    topic.terms.push_back({.text = std::move(drawn.text), .weight = weight, .provenance = {}});
  }
  add_rule(topic);
  if (below(3) == 0) {
    const std::vector<Drawn> names{draw_phrase(), draw_word(), draw_word()};
    topic.aliases.push_back({"name", {names[0].text, names[1].text, names[2].text}});
    topic.terms.push_back({.text = "@name", .weight = 50, .provenance = {}});
    shares.push_back(names[0].share + names[1].share + names[2].share);
  }
  topic.threshold = threshold(topic.terms, shares);
  return topic;
}

std::vector<topics::Topic> RuleSample::topics(std::size_t count) {
  std::vector<topics::Topic> all;
  all.reserve(count);
  for (std::size_t i = 0; i < count; ++i) all.push_back(topic(i));
  return all;
}

std::string RuleSample::piece(const topics::Topic* about) {
  if (about != nullptr && below(11) == 0) {
    std::string text = about->terms[below(about->terms.size())].text;
    if (text.front() == '@') text = about->aliases[0].second[0];
    if (text.back() == '*') text.pop_back();
    return text;
  }
  std::string text = below(words_per_phrase) == 0 ? draw(phrases_) : draw(words_);
  if (below(8) == 0) text = capitalised(std::move(text));
  switch (below(180)) {
    case 0:
      return text + "’s";
    case 1:
      return "“" + text + "”";
    case 2:
      return text + "é";
    case 3:
      return "U.S.";
    default:
      return text;
  }
}

std::string RuleSample::text(std::size_t words, const topics::Topic* about) {
  std::string text;
  for (std::size_t left = words; left > 0;) {
    std::string next = piece(about);
    if (text.empty() || text.back() == '.') next = capitalised(std::move(next));
    if (!text.empty()) text += ' ';
    text += next;
    left -= std::min(left, words_in(next));
    const std::size_t stop = below(18);
    if (stop < 2) text += stop == 0 ? '.' : ',';
  }
  return text;
}

std::vector<SampleItem> RuleSample::items(std::size_t count, std::size_t words,
                                          const std::vector<topics::Topic>& topics) {
  constexpr std::size_t title_words = 10;
  std::vector<SampleItem> items;
  for (std::size_t i = 0; i < count; ++i) {
    const topics::Topic* about = i % 5 == 0 ? &topics[below(topics.size())] : nullptr;
    items.push_back({.title = text(title_words, about), .body = text(words - title_words, about)});
  }
  return items;
}

}  // namespace tocsin::bench
