// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "topics/topic.hpp"

namespace tocsin::bench {

/// One item to match: a title of 10 words and a body.
struct SampleItem {
  std::string title;
  std::string body;
};

/// Draws topics and items whose words are as frequent as in the shipped background, the same ones
/// for the same seed.
class RuleSample {
 public:
  /// Reads config/background.bin; aborts without it.
  explicit RuleSample(std::uint32_t seed);

  /// 5–30 terms, a quarter of them phrases, some prefixes and aliases; a fifth of the topics has a
  /// `when` with proximity and "n OF", as many a required group, a tenth an exclusion. The
  /// threshold is what one in a thousand items of average length exceeds by chance, as derived.
  [[nodiscard]] std::vector<topics::Topic> topics(std::size_t count);

  /// Every fifth item is about one of `topics`: each eleventh word or so is one of its terms. A
  /// word in sixty is not ASCII.
  [[nodiscard]] std::vector<SampleItem> items(std::size_t count, std::size_t words,
                                              const std::vector<topics::Topic>& topics);

 private:
  /// A term and the share of a text's words that begin one.
  struct Drawn {
    std::string text;
    double share = 0;
  };

  /// Terms with their counts summed up, to draw from by bisection.
  struct Urn {
    std::vector<std::string> terms;
    std::vector<std::uint64_t> sums;

    void add(std::string term, std::uint64_t count);
    [[nodiscard]] std::size_t place_of(std::uint64_t at) const;
    [[nodiscard]] std::uint64_t count(std::size_t place) const;
  };

  [[nodiscard]] std::size_t below(std::size_t end) { return random_() % end; }

  [[nodiscard]] const std::string& draw(const Urn& urn);
  [[nodiscard]] Drawn draw_phrase();
  [[nodiscard]] Drawn draw_word();
  [[nodiscard]] Drawn term();
  [[nodiscard]] double threshold(const std::vector<topics::Term>& terms,
                                 const std::vector<double>& shares);
  [[nodiscard]] topics::Topic topic(std::size_t number);
  void add_rule(topics::Topic& topic);
  [[nodiscard]] std::string text(std::size_t words, const topics::Topic* about);
  [[nodiscard]] std::string piece(const topics::Topic* about);

  std::mt19937 random_;
  double average_length_ = 0;
  Urn words_;    ///< All words.
  Urn telling_;  ///< Words that are no commoner than those of derived topics.
  Urn phrases_;  ///< Pairs and triples.
};

}  // namespace tocsin::bench
