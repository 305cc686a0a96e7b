// SPDX-License-Identifier: Apache-2.0
#include "story/features.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numeric>
#include <span>
#include <utility>

#include "story/credits.hpp"
#include "story/signature.hpp"
#include "text/tokenize.hpp"

namespace tocsin::story {
namespace {

constexpr std::size_t word_limit = 300;
constexpr unsigned name_counts = 2;

/// One occurrence of a word.
struct Spoken {
  std::string_view key;  ///< Into the tokens it came from.
  bool is_name = false;
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
void order_by_hash(std::span<const std::uint64_t> hashes, Order& order) {
  constexpr unsigned shift = 56;
  std::array<std::uint32_t, 257> next{};
  for (const std::uint64_t hash : hashes) ++next[(hash >> shift) + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  order.resize(hashes.size());
  for (std::size_t i = 0; i < hashes.size(); ++i)
    order[next[hashes[i] >> shift]++] = {hashes[i], static_cast<std::uint32_t>(i)};
  for (std::size_t i = 1; i < order.size(); ++i) {
    const auto one = order[i];
    std::size_t at = i;
    for (; at > 0 && one < order[at - 1]; --at) order[at] = order[at - 1];
    order[at] = one;
  }
}

}  // namespace

struct FeatureReader::Draft {
  std::array<text::Tokens, 3> tokens;  ///< Of title, place and text.
  std::vector<Spoken> words;           ///< Of all three.
  std::vector<std::uint64_t> hashes;   ///< Of `words`.
  Order order;
  std::vector<Counted> counted;
  std::vector<double> heaviest;
  std::vector<std::string_view> spelt;  ///< The features' words.
  std::size_t before_text = 0;          ///< Words of title and place.

  /// Adds the words of `text`.
  void read(std::string_view text, text::Tokens& cut, const WordWeights& weights);
  /// The words once, by hash, with weight (1 + ln tf)·idf, those that tell nothing left out.
  void count(WordWeights& weights);
  /// Leaves the heaviest in their order; of equal ones the first.
  void keep_most_telling();
  void fill_words(Features& features);
};

void FeatureReader::Draft::read(std::string_view text, text::Tokens& cut,
                                const WordWeights& weights) {
  text::tokenize(text, word_limit, cut);
  const bool has_names = capitals_mean_names(cut);
  for (const text::Token& token : cut.tokens) {
    const std::string_view key = cut.key(token);
    words.push_back(
        {.key = key, .is_name = has_names && token.is_capitalised && !token.starts_sentence});
    hashes.push_back(hash_of(key));
    weights.prefetch(hashes.back());
  }
}

void FeatureReader::Draft::count(WordWeights& weights) {
  order_by_hash(std::span{hashes}.first(std::min(hashes.size(), word_limit)), order);
  counted.clear();
  for (std::size_t i = 0; i < order.size();) {
    Counted word{.hash = order[i].first, .key = words[order[i].second].key};
    unsigned count = 0;
    for (; i < order.size() && order[i].first == word.hash; ++i) {
      ++count;
      word.is_name = word.is_name || words[order[i].second].is_name;
    }
    if (word.is_name) count *= name_counts;
    word.weight = dampened(count) * static_cast<double>(weights.of(word.key, word.hash));
    if (word.weight > 0) counted.push_back(word);
  }
}

void FeatureReader::Draft::keep_most_telling() {
  if (counted.size() <= Features::most_words) return;
  heaviest.clear();
  for (const Counted& word : counted) heaviest.push_back(word.weight);
  const auto last = heaviest.begin() + Features::most_words - 1;
  std::nth_element(heaviest.begin(), last, heaviest.end(), std::greater<>{});
  const double least = *last;
  auto room = static_cast<std::size_t>(std::count(heaviest.begin(), last + 1, least));
  std::erase_if(counted, [&](const Counted& word) {
    if (word.weight != least) return word.weight < least;
    if (room == 0) return true;
    --room;
    return false;
  });
}

void FeatureReader::Draft::fill_words(Features& features) {
  double squares = 0;
  for (const Counted& word : counted) squares += word.weight * word.weight;
  const double scale = unit_weight / std::sqrt(squares);
  features.words.reserve(counted.size());
  spelt.clear();
  for (const Counted& word : counted) {
    const auto hash = static_cast<std::uint32_t>(word.hash >> 32U);
    if (!features.words.empty() && features.words.back().hash == hash) continue;
    features.words.push_back({.hash = hash,
                              .weight = static_cast<std::uint16_t>(word.weight * scale),
                              .is_name = word.is_name});
    spelt.push_back(word.key);
  }
}

FeatureReader::FeatureReader(InverseDocumentFrequency idf)
    : weights_{std::move(idf)},
      draft_{std::make_unique<Draft>()} {}

FeatureReader::FeatureReader(FeatureReader&&) noexcept = default;
FeatureReader& FeatureReader::operator=(FeatureReader&&) noexcept = default;
FeatureReader::~FeatureReader() = default;

Features FeatureReader::read(const StoryText& item) {
  Features features = read_words(item);
  sign(features);
  return features;
}

Features FeatureReader::read_words(const StoryText& item) {
  const Uncredited plain = without_credits(
      {.title = item.title, .text = item.text, .outlet = item.outlet, .source = item.source});
  Draft& draft = *draft_;
  draft.words.clear();
  draft.hashes.clear();
  draft.read(plain.title, draft.tokens[0], weights_);
  draft.read(plain.place, draft.tokens[1], weights_);
  draft.before_text = draft.hashes.size();
  draft.read(plain.text, draft.tokens[2], weights_);
  draft.count(weights_);
  draft.keep_most_telling();
  Features features{.agency = std::string{plain.agency}};
  draft.fill_words(features);
  return features;
}

/// Near-copies keep the text and change the headline, so the signature is the text's, where it is
/// long enough to have one.
void FeatureReader::sign(Features& last_read) const {
  constexpr std::size_t enough_words = 12;
  const std::span<const std::uint64_t> all{draft_->hashes};
  const auto text = all.subspan(draft_->before_text);
  const auto words =
      text.size() >= enough_words ? text : all.first(std::min(all.size(), word_limit));
  last_read.signature = simhash(words);
  last_read.passages = passages_of(words);
}

std::span<const std::string_view> FeatureReader::spelt() const {
  return draft_->spelt;
}

}  // namespace tocsin::story
