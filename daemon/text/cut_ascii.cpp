// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "text/fold.hpp"
#include "text/stretch.hpp"

namespace tocsin::text {

namespace {

enum Kind : std::uint8_t { other, small, capital, digit };

constexpr std::array<Kind, 256> make_kinds() {
  std::array<Kind, 256> kinds{};
  for (std::size_t c = 'a'; c <= 'z'; ++c) kinds[c] = small;
  for (std::size_t c = 'A'; c <= 'Z'; ++c) kinds[c] = capital;
  for (std::size_t c = '0'; c <= '9'; ++c) kinds[c] = digit;
  return kinds;
}

constexpr std::array<Kind, 256> kinds = make_kinds();

/// Looks at the bytes of one stretch; past either end everything is `other`.
class Reader {
 public:
  explicit Reader(const Stretch& stretch) : stretch_{stretch} {}

  [[nodiscard]] Kind kind(std::int64_t at) const {
    if (at < stretch_.begin || at >= stretch_.end) return other;
    return kinds[static_cast<unsigned char>(byte(at))];
  }

  [[nodiscard]] char byte(std::int64_t at) const {
    return stretch_.text[static_cast<std::size_t>(at)];
  }

  [[nodiscard]] bool is_letter(std::int64_t at) const {
    return kind(at) == small || kind(at) == capital;
  }

  /// UAX #29 WB6–7, WB11–12: an apostrophe between letters or digits, a separator between digits.
  [[nodiscard]] bool joins(std::int64_t at) const {
    const char c = byte(at);
    if (c == '\'')
      return (is_letter(at - 1) && is_letter(at + 1)) ||
             (kind(at - 1) == digit && kind(at + 1) == digit);
    return (c == '.' || c == ',' || c == ';') && kind(at - 1) == digit && kind(at + 1) == digit;
  }

  /// The full stop inside "U.S." or "I.S.I.S.": single letters on both sides.
  [[nodiscard]] bool is_acronym_dot(std::int64_t at) const {
    return byte(at) == '.' && is_single(at - 1) && is_single(at + 1);
  }

 private:
  [[nodiscard]] bool is_single(std::int64_t at) const {
    return is_letter(at) && kind(at - 1) == other && kind(at + 1) == other &&
           !(at > stretch_.begin && byte(at - 1) == '\'') &&
           !(at + 1 < stretch_.end && byte(at + 1) == '\'');
  }

  const Stretch& stretch_;
};

/// Appends the key and token of a word that holds an apostrophe, a separator or an acronym's full
/// stop; `end` is one past its last letter or digit.
void add_joined_word(const Reader& reader, std::int64_t begin, std::int64_t end, Tokens& out) {
  Token& token = out.tokens.emplace_back();
  token.begin = static_cast<std::uint32_t>(begin);
  token.end = static_cast<std::uint32_t>(end);
  token.key_begin = static_cast<std::uint32_t>(out.keys.size());
  std::size_t capitals = 0;
  bool has_letter = false;
  for (std::int64_t at = begin; at < end; ++at) {
    if (reader.is_acronym_dot(at)) continue;
    const bool is_capital = reader.kind(at) == capital;
    capitals += is_capital ? 1U : 0U;
    has_letter = has_letter || reader.is_letter(at);
    out.keys.push_back(is_capital ? static_cast<char>(reader.byte(at) + ('a' - 'A'))
                                  : reader.byte(at));
  }
  const std::string_view key = std::string_view{out.keys}.substr(token.key_begin);
  const std::size_t possessive = possessive_size(key);
  // The s of "IS's" or "ISIS'S" is no part of the acronym.
  if (possessive != 0 && reader.kind(end - 1) == capital) --capitals;
  token.key_size = static_cast<std::uint32_t>(key.size() - possessive);
  out.keys.resize(out.keys.size() - possessive);
  token.is_exact_case = capitals == token.key_size && is_acronym_size(capitals);
  token.is_capitalised = reader.kind(begin) == capital;
  token.is_number = !has_letter;
}

constexpr std::size_t block_size = 64;

/// What 64 bytes are, a bit for each.
struct Block {
  std::uint64_t words = 0;     ///< Letters and digits.
  std::uint64_t capitals = 0;  ///< Of those.
  std::uint64_t digits = 0;
  std::uint64_t joiners = 0;  ///< What may stand inside of a word: ' . , ;
};

#if defined(__SSE2__)

/// Bytes in [low, high], which are ASCII.
__m128i is_between(__m128i bytes, char low, char high) {
  return _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(static_cast<char>(low - 1))),
                       _mm_cmplt_epi8(bytes, _mm_set1_epi8(static_cast<char>(high + 1))));
}

std::uint64_t bits(__m128i bytes) {
  return static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(bytes)));
}

/// Reads 64 bytes and writes them with small letters.
Block read_block(const char* from, char* to) {
  Block block;
  constexpr std::size_t step = sizeof(__m128i);
  for (std::size_t i = 0; i < block_size; i += step) {
    __m128i bytes{};
    std::memcpy(&bytes, from + i, step);
    const __m128i capitals = is_between(bytes, 'A', 'Z');
    bytes = _mm_or_si128(bytes, _mm_and_si128(capitals, _mm_set1_epi8('a' - 'A')));
    std::memcpy(to + i, &bytes, step);
    const __m128i digits = is_between(bytes, '0', '9');
    const __m128i words = _mm_or_si128(is_between(bytes, 'a', 'z'), digits);
    const __m128i stops = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('.')),
                                       _mm_cmpeq_epi8(bytes, _mm_set1_epi8(',')));
    const __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\'')),
                                       _mm_cmpeq_epi8(bytes, _mm_set1_epi8(';')));
    block.words |= bits(words) << i;
    block.capitals |= bits(capitals) << i;
    block.digits |= bits(digits) << i;
    block.joiners |= bits(_mm_or_si128(stops, marks)) << i;
  }
  return block;
}

#else

Block read_block(const char* from, char* to) {
  Block block;
  for (std::size_t i = 0; i < block_size; ++i) {
    const char c = from[i];
    const Kind kind = kinds[static_cast<unsigned char>(c)];
    to[i] = kind == capital ? static_cast<char>(c + ('a' - 'A')) : c;
    block.words |= std::uint64_t{kind != other} << i;
    block.capitals |= std::uint64_t{kind == capital} << i;
    block.digits |= std::uint64_t{kind == digit} << i;
    block.joiners |= std::uint64_t{c == '\'' || c == '.' || c == ',' || c == ';'} << i;
  }
  return block;
}

#endif

/// Goes through one stretch by blocks: words are found as edges in a bit mask. The stretch is
/// copied with small letters to the end of the keys, where most words find theirs ready.
class Cutter {
 public:
  Cutter(const Stretch& stretch, Tokens& out)
      : stretch_{stretch},
        reader_{stretch},
        out_{out},
        keys_begin_{out.keys.size()} {}

  void run(std::size_t limit) {
    const std::size_t size = stretch_.end - stretch_.begin;
    const std::size_t whole = (size + block_size - 1) / block_size * block_size;
    out_.keys.resize(keys_begin_ + whole);
    for (std::size_t at = 0; at < size && out_.tokens.size() < limit; at += block_size) {
      const char* from = stretch_.text.data() + stretch_.begin + at;
      std::array<char, block_size> last{};
      if (size - at < block_size) {
        std::copy_n(from, size - at, last.begin());
        from = last.data();
      }
      take(read_block(from, out_.keys.data() + keys_begin_ + at), at);
    }
    if (is_in_word_) end_word(size);
  }

 private:
  /// Takes the block at byte `at` of the stretch.
  void take(Block block, std::size_t at) {
    join(block, at);
    std::uint64_t edges = block.words ^ ((block.words << 1U) | (is_in_word_ ? 1U : 0U));
    const auto next_edge = [&edges] {
      const auto bit = static_cast<unsigned>(std::countr_zero(edges));
      edges &= edges - 1;
      return bit;
    };
    if (is_in_word_ && edges != 0) {
      end_word(at + next_edge());
      is_in_word_ = false;
    }
    while (edges != 0) {
      const unsigned begin = next_edge();
      word_begin_ = at + begin;
      if (edges == 0) {
        is_in_word_ = true;
        return;
      }
      const unsigned end = next_edge();
      if (joined_until_ > word_begin_)
        end_word(at + end);
      else
        add_word(block, begin, end);
    }
  }

  /// Adds a word without joiners that begins and ends in the block: what it is can be read off the
  /// masks.
  void add_word(const Block& block, unsigned begin, unsigned end) {
    const std::uint64_t word = ((std::uint64_t{1} << (end - begin)) - 1) << begin;
    const auto at = static_cast<std::uint32_t>(stretch_.begin + word_begin_);
    const std::uint32_t size = end - begin;
    const std::uint64_t capitals = block.capitals & word;
    out_.tokens.push_back({.begin = at,
                           .end = at + size,
                           .key_begin = static_cast<std::uint32_t>(keys_begin_ + word_begin_),
                           .key_size = size,
                           .is_exact_case = capitals == word && is_acronym_size(size),
                           .is_capitalised = (capitals >> begin & 1U) != 0,
                           .is_number = (block.digits & word) == word});
  }

  /// Counts those joiners that do join among the bytes of words.
  void join(Block& block, std::size_t at) {
    const auto next = static_cast<std::int64_t>(stretch_.begin + at + block_size);
    const std::uint64_t before = (block.words << 1U) | (is_in_word_ ? 1U : 0U);
    const std::uint64_t after =
        (block.words >> 1U) | (std::uint64_t{reader_.kind(next) != other} << (block_size - 1));
    std::uint64_t candidates = block.joiners & before & after;
    while (candidates != 0) {
      const auto bit = static_cast<unsigned>(std::countr_zero(candidates));
      candidates &= candidates - 1;
      const auto place = static_cast<std::int64_t>(stretch_.begin + at + bit);
      if (!reader_.joins(place) && !reader_.is_acronym_dot(place)) continue;
      block.words |= std::uint64_t{1} << bit;
      joined_until_ = at + bit + 1;
    }
  }

  /// Adds the word that began at `word_begin_`.
  void end_word(std::size_t end) {
    const auto begin = static_cast<std::uint32_t>(stretch_.begin + word_begin_);
    const auto size = static_cast<std::uint32_t>(end - word_begin_);
    if (joined_until_ > word_begin_) {
      add_joined_word(reader_, begin, begin + size, out_);
      return;
    }
    Token& token = out_.tokens.emplace_back();
    token.begin = begin;
    token.end = begin + size;
    token.key_begin = static_cast<std::uint32_t>(keys_begin_ + word_begin_);
    token.key_size = size;
    const Kind first = kinds[static_cast<unsigned char>(stretch_.text[begin])];
    token.is_capitalised = first == capital;
    token.is_exact_case = first == capital && is_acronym_size(size) && is_all(capital, token);
    token.is_number = first == digit && is_all(digit, token);
  }

  [[nodiscard]] bool is_all(Kind kind, const Token& token) const {
    const std::string_view word = stretch_.text.substr(token.begin, token.key_size);
    return std::all_of(word.begin(), word.end(),
                       [kind](char c) { return kinds[static_cast<unsigned char>(c)] == kind; });
  }

  const Stretch& stretch_;
  const Reader reader_;
  Tokens& out_;
  std::size_t keys_begin_;        ///< Of the copy with small letters.
  std::size_t word_begin_ = 0;    ///< In the stretch, as `joined_until_`.
  std::size_t joined_until_ = 0;  ///< One past the last joiner that joined.
  bool is_in_word_ = false;
};

}  // namespace

void cut_ascii(const Stretch& stretch, std::size_t limit, Tokens& out) {
  Cutter{stretch, out}.run(limit);
}

}  // namespace tocsin::text
