// SPDX-License-Identifier: Apache-2.0
#include "topics/background.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <map>
#include <unordered_map>
#include <utility>

#include "base/digest.hpp"
#include "text/tokenize.hpp"
#include "topics/common_words.hpp"

namespace tocsin::topics {

namespace {

/// Which terms stand in the texts more than once, and by chance of their hashes a few others. Most
/// pairs and triples of words stand in one place, and would take most of the memory.
class Repeated {
 public:
  explicit Repeated(std::span<const std::string> texts) {
    std::size_t bytes = 0;
    for (const std::string& text : texts) bytes += text.size();
    const std::size_t size = std::bit_ceil(2 * bytes + 1);
    once_.resize(size);
    again_.resize(size);
  }

  void add(const std::string& term) {
    const std::size_t at = place_of(term);
    if (once_[at]) again_[at] = true;
    once_[at] = true;
  }

  [[nodiscard]] bool may_hold(const std::string& term) const { return again_[place_of(term)]; }

 private:
  [[nodiscard]] std::size_t place_of(const std::string& term) const {
    return std::hash<std::string>{}(term) & (once_.size() - 1);
  }

  std::vector<bool> once_;
  std::vector<bool> again_;
};

/// The terms of one text, with repetitions: words, pairs and triples inside a sentence, and "=IS".
template <typename Take>
void for_each_term(const std::string& text, const Take& take) {
  const text::Tokens cut = text::tokenize(text);
  for (std::size_t first = 0; first < cut.tokens.size(); ++first) {
    const text::Token& token = cut.tokens[first];
    std::string term{cut.key(token)};
    take(term);
    if (token.is_exact_case)
      take(exact_case_term(std::string_view{text}.substr(token.begin, token.end - token.begin)));
    if (is_function_word(term)) continue;
    for (std::size_t last = first + 1; last < std::min(first + 3, cut.tokens.size()); ++last) {
      if (cut.tokens[last].sentence != token.sentence) break;
      const std::string_view word = cut.key(cut.tokens[last]);
      term.append(" ").append(word);
      if (!is_function_word(word)) take(term);
    }
  }
}

}  // namespace

std::string exact_case_term(std::string_view surface) {
  std::string term = "=";
  for (const char c : surface.substr(0, surface.find_first_of("'\xE2")))
    if (c >= 'A' && c <= 'Z') term.push_back(c);
  return term;
}

Background Background::build(std::span<const std::string> texts, std::string language,
                             std::string attribution) {
  Background background;
  background.language_ = std::move(language);
  background.attribution_ = std::move(attribution);
  Repeated repeated{texts};
  for (const std::string& text : texts)
    for_each_term(text, [&](const std::string& term) { repeated.add(term); });
  std::unordered_map<std::string, std::vector<Occurrence>> found;
  for (std::uint32_t item = 0; item < texts.size(); ++item) {
    for_each_term(texts[item], [&](const std::string& term) {
      if (!repeated.may_hold(term)) return;
      std::vector<Occurrence>& runs = found[term];
      if (runs.empty() || runs.back().item != item) runs.push_back({item, 0});
      ++runs.back().count;
    });
    background.lengths_.push_back(
        static_cast<std::uint32_t>(text::tokenize(texts[item]).tokens.size()));
  }
  std::erase_if(found, [](const auto& entry) { return entry.second.size() < 2; });
  std::map<std::string, std::vector<Occurrence>> sorted(found.begin(), found.end());
  for (auto& [term, runs] : sorted) {
    background.terms_.push_back(term);
    background.starts_.push_back(background.occurrences_.size());
    background.occurrences_.insert(background.occurrences_.end(), runs.begin(), runs.end());
  }
  background.starts_.push_back(background.occurrences_.size());
  background.sum_up();
  background.digest_ = sha256_hex(background.encode(), 16);
  return background;
}

void Background::sum_up() {
  words_ = 0;
  for (const std::uint32_t length : lengths_) words_ += length;
  totals_.clear();
  for (std::size_t term = 0; term < terms_.size(); ++term) {
    std::uint64_t total = 0;
    for (std::size_t at = starts_[term]; at < starts_[term + 1]; ++at)
      total += occurrences_[at].count;
    totals_.push_back(total);
  }
}

double Background::average_length() const {
  return lengths_.empty() ? 0 : static_cast<double>(words_) / static_cast<double>(lengths_.size());
}

std::optional<std::uint32_t> Background::find(std::string_view term) const {
  const auto found = std::lower_bound(terms_.begin(), terms_.end(), term);
  if (found == terms_.end() || *found != term) return std::nullopt;
  return static_cast<std::uint32_t>(found - terms_.begin());
}

std::span<const Occurrence> Background::occurrences(std::uint32_t number) const {
  return std::span{occurrences_}.subspan(starts_[number], starts_[number + 1] - starts_[number]);
}

std::span<const Occurrence> Background::occurrences(std::string_view term) const {
  const auto number = find(term);
  return number ? occurrences(*number) : std::span<const Occurrence>{};
}

std::size_t Background::document_frequency(std::string_view term) const {
  return occurrences(term).size();
}

std::uint64_t Background::count(std::string_view term) const {
  const auto number = find(term);
  return number ? totals_[*number] : 0;
}

}  // namespace tocsin::topics
