// SPDX-License-Identifier: Apache-2.0
// The ways to cut a stretch give the same words, and none of them can be made slow.

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "text/stretch.hpp"

namespace tocsin::text {
namespace {

using Random = std::mt19937;

struct Word {
  std::string key;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool is_exact_case = false;
  bool is_capitalised = false;
  bool is_number = false;

  bool operator==(const Word&) const = default;
};

void PrintTo(const Word& word, std::ostream* out) {
  *out << word.key << ' ' << word.begin << '-' << word.end << ' ' << word.is_exact_case
       << word.is_capitalised << word.is_number;
}

std::vector<Word> words(const Tokens& cut) {
  std::vector<Word> found;
  for (const Token& token : cut.tokens)
    found.push_back({std::string{cut.key(token)}, token.begin, token.end, token.is_exact_case,
                     token.is_capitalised, token.is_number});
  return found;
}

Stretch whole(std::string_view text) {
  return {text, 0, static_cast<std::uint32_t>(text.size())};
}

template <std::size_t Count>
std::string random_text(Random& random, const std::array<std::string_view, Count>& pieces) {
  std::string text;
  const std::size_t size = 1 + random() % 12;
  for (std::size_t i = 0; i < size; ++i) text += pieces[random() % Count];
  return text;
}

class Cutting : public testing::TestWithParam<unsigned> {};

TEST_P(Cutting, OfAsciiAgreesWithICU) {
  constexpr std::array<std::string_view, 16> pieces{"a",  "S", "U", "word", "IS", "7",  "40", "'",
                                                    "'s", ".", ",", ";",    "-",  "(x", " ",  "'S"};
  Random random{GetParam()};
  for (int round = 0; round < 200; ++round) {
    const std::string text = random_text(random, pieces);
    Tokens fast;
    cut_ascii(whole(text), SIZE_MAX, fast);
    Tokens slow;
    cut_unicode(whole(text), SIZE_MAX, slow);
    ASSERT_EQ(words(fast), words(slow)) << text;
  }
}

TEST_P(Cutting, OfLettersAgreesWithICU) {
  constexpr std::array<std::string_view, 18> pieces{"é", "É", "ß", "U", "x", "7", "’", "'s", ".",
                                                    ",", "“", "”", "–", "ł", "İ", "ç", "S",  "…"};
  Random random{GetParam()};
  for (int round = 0; round < 200; ++round) {
    const std::string text = random_text(random, pieces);
    Tokens fast;
    ASSERT_TRUE(cut_letters(whole(text), fast)) << text;
    Tokens slow;
    cut_unicode(whole(text), SIZE_MAX, slow);
    ASSERT_EQ(words(fast), words(slow)) << text;
  }
}

TEST_P(Cutting, OfCyrillicAndGreekAgreesWithICU) {
  constexpr std::array<std::string_view, 12> pieces{"й", "Ё", "и", "ї", "ς", "Σ",
                                                    "ώ", "7", "’", ".", "«", "—"};
  Random random{GetParam()};
  for (int round = 0; round < 200; ++round) {
    const std::string text = random_text(random, pieces);
    Tokens fast;
    ASSERT_TRUE(cut_letters(whole(text), fast)) << text;
    Tokens slow;
    cut_unicode(whole(text), SIZE_MAX, slow);
    ASSERT_EQ(words(fast), words(slow)) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Cutting, testing::Range(1U, 11U));

TEST(Cutting, LeavesToICUWhatDoesNotStandAlone) {
  Tokens out;
  EXPECT_FALSE(cut_letters(whole("cafe\u0301"), out));
  EXPECT_FALSE(cut_letters(whole("ter\u00adror"), out));
  EXPECT_FALSE(cut_letters(whole("ІSІS"), out));
  EXPECT_FALSE(cut_letters(whole("中国"), out));
  EXPECT_TRUE(out.tokens.empty());
}

TEST(Cutting, FindsWordsAcrossBlocks) {
  for (std::size_t before = 50; before < 70; ++before) {
    const std::string text = std::string(before, ' ') + "don't stop U.S. 40,000";
    Tokens cut;
    cut_ascii(whole(text), SIZE_MAX, cut);
    ASSERT_EQ(cut.tokens.size(), 4U);
    EXPECT_EQ(cut.key(cut.tokens[0]), "don't");
    EXPECT_EQ(cut.key(cut.tokens[2]), "us");
    EXPECT_EQ(cut.key(cut.tokens[3]), "40,000");
  }
}

TEST(HostileText, OfOneEndlessWordIsOneWord) {
  constexpr std::size_t size = 1 << 20;
  EXPECT_EQ(tokenize(std::string(size, 'x')).tokens.size(), 1U);
  std::string accented;
  for (std::size_t i = 0; i < size / 2; ++i) accented += "é";
  const Tokens cut = tokenize(accented);
  ASSERT_EQ(cut.tokens.size(), 1U);
  EXPECT_EQ(cut.tokens[0].end, size);
}

/// Putting n marks in order takes n² steps: only a few reach that.
TEST(HostileText, KeepsOnlySomeOfTheMarksPiledOnOneLetter) {
  std::string text = "क";
  for (int i = 0; i < 100000; ++i) text += i % 2 == 0 ? "\u093c" : "\u0951";
  const Tokens cut = tokenize(text);
  ASSERT_EQ(cut.tokens.size(), 1U);
  EXPECT_LT(cut.tokens[0].key_size, 200U);
}

TEST(HostileText, IsReadNoFurtherThanTheLimitAsks) {
  std::string text;
  for (int i = 0; i < 64000; ++i) text += "word ";
  Tokens cut;
  cut_words(text, 300, cut);
  EXPECT_EQ(cut.tokens.size(), 300U);
  EXPECT_LT(cut.keys.size(), 5000U);
}

TEST(HostileText, OfAcronymsKeepsItsPlaces) {
  std::string text = "é";
  for (int i = 0; i < 50000; ++i) text += ".a";
  const Tokens cut = tokenize(text);
  ASSERT_EQ(cut.tokens.size(), 1U);
  EXPECT_EQ(cut.tokens[0].key_size, 50001U);
  EXPECT_EQ(cut.tokens[0].end, text.size());
}

}  // namespace
}  // namespace tocsin::text
