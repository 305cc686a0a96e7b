// SPDX-License-Identifier: Apache-2.0
#include "bare_matcher.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <map>

#include "topics/score.hpp"

namespace tocsin::bench {
namespace {

constexpr std::size_t most_words = 300;

constexpr std::array<unsigned char, 256> make_small() {
  std::array<unsigned char, 256> small{};
  for (unsigned char c = 'a'; c <= 'z'; ++c) small[c] = c;
  for (unsigned char c = '0'; c <= '9'; ++c) small[c] = c;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) small[c] = static_cast<unsigned char>(c + 32);
  return small;
}

/// The small letter or the digit; 0 for what is in no word.
constexpr std::array<unsigned char, 256> small = make_small();

constexpr std::uint64_t first_hash = 0xcbf29ce484222325;

constexpr std::uint64_t add_to_hash(std::uint64_t hash, unsigned char c) {
  return (hash ^ c) * 0x9E3779B97F4A7C15;
}

constexpr std::uint64_t place_of(std::uint64_t hash) {
  return hash ^ (hash >> 32U);
}

/// Calls `take` with the hash of each word.
template <typename Take>
void for_each_word(std::string_view text, const Take& take) {
  std::uint64_t hash = first_hash;
  for (const char c : text) {
    const unsigned char letter = small[static_cast<unsigned char>(c)];
    if (letter != 0) {
      hash = add_to_hash(hash, letter);
    } else if (hash != first_hash) {
      take(hash);
      hash = first_hash;
    }
  }
  if (hash != first_hash) take(hash);
}

/// The fewest terms whose weights reach the threshold, each occurring once in so many words.
std::uint32_t least_terms(const topics::Topic& topic, double words) {
  std::vector<double> weights;
  double sum = 0;
  for (const topics::Term& term : topic.terms) {
    weights.push_back(term.weight);
    sum += term.weight;
  }
  std::sort(weights.begin(), weights.end(), std::greater<>{});
  const double needed = topic.threshold * sum /
                        topics::term_part(1, 1, words / topic.average_length, topic.saturation);
  std::uint32_t count = 0;
  double reached = 0;
  while (count < weights.size() && reached < needed) reached += weights[count++];
  return std::max(count, 1U);
}

}  // namespace

BareMatcher::BareMatcher(const std::vector<topics::Topic>& topics, double words)
    : counts_(topics.size()) {
  std::map<std::vector<std::uint64_t>, std::vector<std::uint32_t>> rules_of;
  for (const topics::Topic& topic : topics) {
    for (const topics::Term& term : topic.terms) {
      std::vector<std::uint64_t> hashes;
      for_each_word(term.text, [&](std::uint64_t hash) { hashes.push_back(hash); });
      rules_of[hashes].push_back(static_cast<std::uint32_t>(least_.size()));
    }
    least_.push_back(least_terms(topic, words));
  }
  table_.resize(std::bit_ceil(rules_of.size() * 2));
  mask_ = table_.size() - 1;
  terms_.resize(1);
  for (const auto& [term, rules] : rules_of) {
    std::size_t at = place_of(term[0]) & mask_;
    while (table_[at].hash != 0 && table_[at].hash != term[0]) at = (at + 1) & mask_;
    if (table_[at].hash == 0) {
      table_[at] = {term[0], static_cast<std::uint32_t>(terms_.size())};
      terms_.emplace_back();
    }
    terms_[table_[at].word].push_back({{term.begin() + 1, term.end()}, rules});
  }
}

void BareMatcher::cut(std::string_view text) {
  for_each_word(text, [this](std::uint64_t hash) {
    __builtin_prefetch(&table_[place_of(hash) & mask_]);
    hashes_.push_back(hash);
  });
}

std::uint32_t BareMatcher::find(std::uint64_t hash) const {
  for (std::size_t at = place_of(hash) & mask_;; at = (at + 1) & mask_) {
    if (table_[at].hash == hash) return table_[at].word;
    if (table_[at].hash == 0) return 0;
  }
}

std::size_t BareMatcher::count(Term& term, std::size_t place) {
  if (term.epoch == epoch_ || hashes_.size() - place <= term.rest.size()) return 0;
  if (!std::equal(term.rest.begin(), term.rest.end(), hashes_.data() + place + 1)) return 0;
  term.epoch = epoch_;
  std::size_t fires = 0;
  for (const std::uint32_t rule : term.rules) {
    Count& count = counts_[rule];
    if (count.epoch != epoch_) count = {epoch_, 0};
    fires += ++count.count == least_[rule] ? 1U : 0U;
  }
  return fires;
}

std::size_t BareMatcher::match(std::string_view title, std::string_view body) {
  hashes_.clear();
  ++epoch_;
  cut(title);
  // Enough bytes for the words that count.
  constexpr std::size_t bytes_per_word = 8;
  cut(body.substr(0, most_words * bytes_per_word));
  if (hashes_.size() > most_words) hashes_.resize(most_words);
  std::size_t fires = 0;
  for (std::size_t place = 0; place < hashes_.size(); ++place) {
    for (Term& term : terms_[find(hashes_[place])]) fires += count(term, place);
  }
  return fires;
}

}  // namespace tocsin::bench
