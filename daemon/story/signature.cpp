// SPDX-License-Identifier: Apache-2.0
#include "story/signature.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "base/utf8.hpp"
#include "text/tokenize.hpp"

namespace tocsin::story {
namespace {

struct Agency {
  std::string_view mark;  ///< As it stands in credits, compared with its case.
  std::string_view name;
};

// Facts of the trade: the marks under which agencies sign their copy.
constexpr std::array agencies{Agency{"(AP)", "ap"},
                              Agency{"Associated Press", "ap"},
                              Agency{"(Reuters)", "reuters"},
                              Agency{"Reuters", "reuters"},
                              Agency{"(AFP)", "afp"},
                              Agency{"AFP", "afp"},
                              Agency{"Agence France-Presse", "afp"},
                              Agency{"(dpa)", "dpa"},
                              Agency{"dpa", "dpa"},
                              Agency{"(UPI)", "upi"},
                              Agency{"(PA)", "pa"},
                              Agency{"PA Media", "pa"},
                              Agency{"Press Association", "pa"},
                              Agency{"(EFE)", "efe"},
                              Agency{"(ANSA)", "ansa"},
                              Agency{"(Xinhua)", "xinhua"},
                              Agency{"Xinhua", "xinhua"},
                              Agency{"(TASS)", "tass"},
                              Agency{"Interfax", "interfax"},
                              Agency{"(Anadolu)", "anadolu"},
                              Agency{"Anadolu Agency", "anadolu"},
                              Agency{"(Kyodo)", "kyodo"},
                              Agency{"(Yonhap)", "yonhap"},
                              Agency{"(APA)", "apa"}};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// True when `mark` stands in `text` as words of its own.
bool names(std::string_view text, std::string_view mark) {
  for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
    const auto end = at + mark.size();
    const bool begins = at == 0 || !is_letter(mark.front()) || !is_letter(text[at - 1]);
    const bool ends = end == text.size() || !is_letter(mark.back()) || !is_letter(text[end]);
    if (begins && ends) return true;
  }
  return false;
}

/// splitmix64's finaliser (Vigna 2015, public domain): spreads every input bit over all output
/// bits.
std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 30U;
  x *= 0xBF58476D1CE4E5B9ULL;
  x ^= x >> 27U;
  x *= 0x94D049BB133111EBULL;
  return x ^ (x >> 31U);
}

/// FNV-1a, 64 bits: the same on every machine, which std::hash does not promise.
std::uint64_t hash_of(std::string_view word) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : word) {
    hash ^= static_cast<std::uint8_t>(c);
    hash *= 0x100000001B3ULL;
  }
  return hash;
}

bool is_agency_word(std::string_view key) {
  return std::any_of(agencies.begin(), agencies.end(),
                     [key](const Agency& agency) { return agency.name == key; });
}

void append_words(std::vector<Word>& words, std::string_view text, std::size_t limit) {
  const text::Tokens tokens = text::tokenize(text, limit);
  for (const text::Token& token : tokens.tokens) {
    if (words.size() >= limit) return;
    const std::string_view key = tokens.key(token);
    if (is_agency_word(key)) continue;
    words.push_back(
        {.key = std::string{key}, .is_name = token.is_capitalised && !token.starts_sentence});
  }
}

}  // namespace

std::vector<Word> story_words(std::string_view title, std::string_view text, std::size_t limit) {
  std::vector<Word> words;
  append_words(words, title, limit);
  append_words(words, text, limit);
  return words;
}

std::string wire_credit(std::string_view text) {
  constexpr std::size_t reach = 200;
  const std::string_view head = truncate_utf8(text, reach);
  const std::string_view tail =
      text.size() > reach ? text.substr(text.size() - reach) : std::string_view{};
  for (const Agency& agency : agencies) {
    if (names(head, agency.mark) || names(tail, agency.mark)) return std::string{agency.name};
  }
  return {};
}

std::uint64_t simhash(const std::vector<Word>& words) {
  if (words.size() < 2) return 0;
  std::array<int, 64> votes{};
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::uint64_t pair = mix(hash_of(words[i].key) * 3 + hash_of(words[i + 1].key));
    for (std::size_t bit = 0; bit < votes.size(); ++bit) {
      votes.at(bit) += ((pair >> bit) & 1U) != 0 ? 1 : -1;
    }
  }
  std::uint64_t signature = 0;
  for (std::size_t bit = 0; bit < votes.size(); ++bit) {
    if (votes.at(bit) > 0) signature |= 1ULL << bit;
  }
  return signature;
}

int hamming_distance(std::uint64_t a, std::uint64_t b) {
  return std::popcount(a ^ b);
}

}  // namespace tocsin::story
