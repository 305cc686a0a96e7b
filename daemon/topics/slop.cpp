// SPDX-License-Identifier: Apache-2.0
#include "topics/slop.hpp"

#include <algorithm>

#include "topics/phrase_index.hpp"

namespace tocsin::topics {
namespace {

/// The places of a segment where each word of a phrase may stand.
///
/// All words of a window of shifts [m, m + slop] take their places from the left, each the first
/// free one in its own stretch [m + i, m + i + slop]. That finds an assignment whenever there is
/// one: two words that are the same share all places and their stretches are equally long and in
/// order; two that differ share none. The only word that may share places with different ones is a
/// prefix, which is the last and takes what the others leave.
class Windows {
 public:
  Windows(const std::vector<Phrase>& words, std::size_t slop, const Segment& segment,
          std::size_t& steps)
      : words_{words},
        slop_{slop},
        size_{segment.tokens.tokens.size()},
        steps_{steps} {
    for (const Phrase& word : words) {
      const std::size_t i = next_.size();
      before_.push_back(i);
      for (std::size_t k = 0; k < i; ++k) {
        if (words[k] == word) before_[i] = k;
      }
      add_places(word, segment);
    }
  }

  bool run() {
    const bool is_hopeless = std::any_of(
        next_.begin(), next_.end(), [this](const auto& next) { return next.front() >= size_; });
    if (is_hopeless) return false;
    // The smallest shift may be negative: the last word at the first place.
    const std::size_t last = words_.size() - 1;
    for (std::size_t start = 0; start < size_ + last; ++start) {
      if (fits(start)) return true;
    }
    return false;
  }

 private:
  /// For each place the next one, itself included, where the word stands; or the size.
  void add_places(const Phrase& word, const Segment& segment) {
    std::vector<std::size_t> next(size_ + 1, size_);
    for (std::size_t at = size_; at-- > 0;) {
      ++steps_;
      next[at] = stands_at(word, segment, at) ? at : next[at + 1];
    }
    next_.push_back(std::move(next));
  }

  /// `start` is the smallest shift plus the number of the last word, so that it is never negative.
  bool fits(std::size_t start) {
    const std::size_t last = words_.size() - 1;
    taken_.clear();
    for (std::size_t i = 0; i <= last; ++i) {
      ++steps_;
      if (start + i + slop_ < last) return false;
      std::size_t from = start + i > last ? start + i - last : 0;
      if (before_[i] != i) from = std::max(from, taken_[before_[i]] + 1);
      std::size_t place = next_[i][std::min(from, size_)];
      if (words_[i].is_prefix) place = first_free(i, place);
      if (place >= size_ || place > start + i + slop_ - last) return false;
      taken_.push_back(place);
    }
    return true;
  }

  /// The first place of a prefix, from `place` on, that no other word has taken.
  std::size_t first_free(std::size_t i, std::size_t place) {
    while (place < size_ && std::find(taken_.begin(), taken_.end(), place) != taken_.end()) {
      ++steps_;
      place = next_[i][place + 1];
    }
    return place;
  }

  const std::vector<Phrase>& words_;
  std::size_t slop_;
  std::size_t size_;
  std::size_t& steps_;
  std::vector<std::vector<std::size_t>> next_;
  std::vector<std::size_t> before_;  ///< The word before that is the same, or the word itself.
  std::vector<std::size_t> taken_;
};

}  // namespace

bool stands_within(const std::vector<Phrase>& words, std::size_t slop, const Segment& segment,
                   std::size_t& steps) {
  return Windows{words, slop, segment, steps}.run();
}

}  // namespace tocsin::topics
