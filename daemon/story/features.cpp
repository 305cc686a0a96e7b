// SPDX-License-Identifier: Apache-2.0
#include "story/features.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numeric>
#include <utility>

#include "story/credits.hpp"
#include "story/signature.hpp"
#include "text/tokenize.hpp"

namespace tocsin::story {
namespace {

constexpr std::size_t word_limit = 300;
constexpr unsigned name_counts = 2;
/// A word in fewer than one of 1,100 background items weighs as if it were in so many: how rare it
/// is beyond is chance, and one village's name would make any two items about it one event.
constexpr double rarest = 7;

/// One occurrence of a word.
struct Spoken {
  std::uint64_t hash = 0;
  std::string_view key;  ///< Into the tokens it came from.
  bool is_name = false;
};

/// A stretch of text that is cut into words together.
struct Part {
  text::Tokens tokens;
  std::vector<Spoken> words;
};

/// Where every third word is capitalised a capital does not make a name.
bool capitals_mean_names(const text::Tokens& tokens) {
  constexpr std::size_t too_few_to_tell = 4;
  std::size_t inner = 0;
  std::size_t capitalised = 0;
  for (const text::Token& token : tokens.tokens) {
    if (token.starts_sentence) continue;
    ++inner;
    if (token.is_capitalised) ++capitalised;
  }
  return inner < too_few_to_tell || 5 * capitalised < 2 * inner;
}

Part part_of(std::string_view text, std::size_t limit) {
  Part part;
  part.tokens = text::tokenize(text, limit);
  const bool has_names = capitals_mean_names(part.tokens);
  part.words.reserve(part.tokens.tokens.size());
  for (const text::Token& token : part.tokens.tokens) {
    const std::string_view key = part.tokens.key(token);
    part.words.push_back({.hash = hash_of(key),
                          .key = key,
                          .is_name = has_names && token.is_capitalised && !token.starts_sentence});
  }
  return part;
}

std::vector<std::uint64_t> hashes_of(const std::vector<Spoken>& words) {
  std::vector<std::uint64_t> hashes;
  hashes.reserve(words.size());
  for (const Spoken& word : words) hashes.push_back(word.hash);
  return hashes;
}

struct Counted {
  std::uint64_t hash = 0;
  std::string_view key;
  bool is_name = false;
  double weight = 0;
};

/// 1 + ln count. Few words stand in an item more often than a table is long.
double dampened(unsigned count) {
  static const auto known = [] {
    std::array<double, 32> dampened{};
    for (std::size_t i = 1; i < dampened.size(); ++i)
      dampened[i] = 1 + std::log(static_cast<double>(i));
    return dampened;
  }();
  return count < known.size() ? known[count] : 1 + std::log(static_cast<double>(count));
}

using Order = std::vector<std::pair<std::uint64_t, std::uint32_t>>;

/// Hash and place of each word, by hash. First laid out by the upper bits, which leaves next to
/// nothing to sort: comparing hashes is a toss of a coin each time.
Order by_hash(const std::vector<Spoken>& words) {
  constexpr unsigned shift = 56;
  std::array<std::uint32_t, 257> next{};
  for (const Spoken& word : words) ++next[(word.hash >> shift) + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  Order order(words.size());
  for (std::size_t i = 0; i < words.size(); ++i)
    order[next[words[i].hash >> shift]++] = {words[i].hash, static_cast<std::uint32_t>(i)};
  for (std::size_t i = 1; i < order.size(); ++i) {
    const auto one = order[i];
    std::size_t at = i;
    for (; at > 0 && one < order[at - 1]; --at) order[at] = order[at - 1];
    order[at] = one;
  }
  return order;
}

/// Each word once, by hash, with its weight (1 + ln tf)·idf, those that tell nothing left out.
std::vector<Counted> counted(const std::vector<Spoken>& words, WordWeights& weights) {
  const Order order = by_hash(words);
  std::vector<Counted> all;
  all.reserve(words.size());
  for (std::size_t i = 0; i < order.size();) {
    Counted word{.hash = order[i].first, .key = words[order[i].second].key};
    unsigned count = 0;
    for (; i < order.size() && order[i].first == word.hash; ++i) {
      ++count;
      word.is_name = word.is_name || words[order[i].second].is_name;
    }
    if (word.is_name) count *= name_counts;
    word.weight = dampened(count) * static_cast<double>(weights.of(word.key, word.hash));
    if (word.weight > 0) all.push_back(word);
  }
  return all;
}

/// Leaves the heaviest in their order; of equal ones the first.
void keep_most_telling(std::vector<Counted>& words) {
  if (words.size() <= Features::most_words) return;
  std::vector<double> heaviest;
  heaviest.reserve(words.size());
  for (const Counted& word : words) heaviest.push_back(word.weight);
  const auto last = heaviest.begin() + Features::most_words - 1;
  std::nth_element(heaviest.begin(), last, heaviest.end(), std::greater<>{});
  const double least = *last;
  auto room = static_cast<std::size_t>(std::count(heaviest.begin(), last + 1, least));
  std::erase_if(words, [&](const Counted& word) {
    if (word.weight != least) return word.weight < least;
    if (room == 0) return true;
    --room;
    return false;
  });
}

void fill_words(std::vector<Counted> words, Features& features) {
  keep_most_telling(words);
  double squares = 0;
  for (const Counted& word : words) squares += word.weight * word.weight;
  const double scale = unit_weight / std::sqrt(squares);
  features.words.reserve(words.size());
  features.spelt.reserve(words.size());
  for (const Counted& word : words) {
    const auto hash = static_cast<std::uint32_t>(word.hash >> 32U);
    if (!features.words.empty() && features.words.back().hash == hash) continue;
    features.words.push_back({.hash = hash,
                              .weight = static_cast<std::uint16_t>(word.weight * scale),
                              .is_name = word.is_name});
    features.spelt.emplace_back(word.key);
  }
}

}  // namespace

WordWeights::WordWeights(InverseDocumentFrequency idf) : idf_{std::move(idf)} {}

float WordWeights::of(std::string_view word, std::uint64_t hash) {
  Known& known = known_[place_of(hash)];
  const auto high = static_cast<std::uint32_t>(hash >> 32U);
  if (known.weight < 0 || known.hash != high) {
    known = {.hash = high, .weight = static_cast<float>(std::clamp(idf_(word), 0.0, rarest))};
  }
  return known.weight;
}

Features features_of(const StoryText& item, WordWeights& weights) {
  const Uncredited plain = without_credits(
      {.title = item.title, .text = item.text, .outlet = item.outlet, .source = item.source});
  const Part title = part_of(plain.title, word_limit);
  const Part place = part_of(plain.place, word_limit);
  const Part text = part_of(plain.text, word_limit);
  Features features{.agency = std::string{plain.agency}};

  std::vector<Spoken> all = title.words;
  all.insert(all.end(), place.words.begin(), place.words.end());
  all.insert(all.end(), text.words.begin(), text.words.end());
  if (all.size() > word_limit) all.resize(word_limit);
  for (const Spoken& word : all) weights.prefetch(word.hash);
  // Near-copies keep the text and change the headline, so the signature is the text's, where it is
  // long enough to have one.
  constexpr std::size_t enough_words = 12;
  const bool is_long = text.words.size() >= enough_words;
  const std::vector<std::uint64_t> hashes = hashes_of(is_long ? text.words : all);
  features.signature = simhash(hashes);
  features.passages = passages_of(hashes);
  fill_words(counted(all, weights), features);
  return features;
}

}  // namespace tocsin::story
