// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tocsin {
namespace {

using namespace std::string_literals;

const std::string replacement = "\xEF\xBF\xBD";

class WellFormedTest : public testing::TestWithParam<std::string> {};

TEST_P(WellFormedTest, IsTakenAsItIs) {
  EXPECT_TRUE(is_utf8(GetParam()));
  EXPECT_EQ(clean_utf8(GetParam()), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Utf8, WellFormedTest,
                         testing::Values("", "plain\n\t", "\xC3\xA4", "\xE2\x82\xAC",
                                         "\xF0\x9F\x94\x94", "\xED\x9F\xBF", "\xEE\x80\x80",
                                         "\xF4\x8F\xBF\xBF", "\xC2\xA0"));

struct IllFormed {
  std::string bytes;
  int replacements;
};

class IllFormedTest : public testing::TestWithParam<IllFormed> {};

TEST_P(IllFormedTest, IsReplacedByMaximalSubparts) {
  std::string expected = "a";
  for (int i = 0; i < GetParam().replacements; ++i) expected += replacement;
  EXPECT_FALSE(is_utf8(GetParam().bytes));
  EXPECT_FALSE(is_clean_utf8(GetParam().bytes));
  EXPECT_EQ(clean_utf8("a" + GetParam().bytes + "b"), expected + "b");
}

// Of the kinds in Unicode 15 §3.9, tables 3-8 to 3-11; the last is table 3-11 itself.
INSTANTIATE_TEST_SUITE_P(Utf8, IllFormedTest,
                         testing::Values(IllFormed{"\x80", 1}, IllFormed{"\xFF", 1},
                                         IllFormed{"\xC3", 1}, IllFormed{"\xE2\x82", 1},
                                         IllFormed{"\xF0\x9F\x94", 1}, IllFormed{"\xC0\xAF", 2},
                                         IllFormed{"\xE0\x80\xBF", 3}, IllFormed{"\xED\xA0\x80", 3},
                                         IllFormed{"\xF4\x90\x80\x80", 4},
                                         IllFormed{"\xF0\x80\x83\x92", 4},
                                         IllFormed{"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF", 4}));

// Long texts are looked at in blocks: a sequence may stand at any place in one, or across two.
TEST_P(WellFormedTest, IsWellFormedAtEveryPlaceInALongText) {
  for (std::size_t place = 0; place < 40; ++place) {
    const std::string before(place, 'a');
    EXPECT_TRUE(is_utf8(before + GetParam()));
    EXPECT_TRUE(is_utf8(before + GetParam() + GetParam() + std::string(40, 'b')));
  }
}

TEST_P(IllFormedTest, IsIllFormedAtEveryPlaceInALongText) {
  for (std::size_t place = 0; place < 40; ++place) {
    const std::string before(place, 'a');
    EXPECT_FALSE(is_utf8(before + GetParam().bytes));
    EXPECT_FALSE(is_utf8(before + GetParam().bytes + std::string(40, 'b')));
    EXPECT_FALSE(is_utf8("\xC3\xA4" + before + GetParam().bytes + "\xC3\xA4"));
  }
}

TEST(CleanUtf8, EndsLinesAsUnixDoes) {
  EXPECT_EQ(clean_utf8("a\r\nb\rc\r"), "a\nb\nc\n");
  EXPECT_FALSE(is_clean_utf8("a\r\n"));
}

TEST(CleanUtf8, DropsControlsButNewlineAndTab) {
  EXPECT_EQ(clean_utf8("a\0b\x1B[2J\x7F\n\t\xC2\x85z"s), "ab[2J\n\tz");
}

// A clean text is told by its blocks and not walked through.
TEST(CleanUtf8, DropsAControlAtEveryPlaceInALongText) {
  for (const std::string& control : {"\x01"s, "\x1F"s, "\x7F"s, "\0"s, "\xC2\x80"s, "\xC2\x9F"s}) {
    for (std::size_t place = 0; place < 40; ++place) {
      const std::string before(place, 'a');
      EXPECT_EQ(clean_utf8(before + control), before);
      EXPECT_EQ(clean_utf8(before + control + std::string(40, 'b')), before + std::string(40, 'b'));
      EXPECT_FALSE(is_clean_utf8(before + control));
      EXPECT_TRUE(is_clean_utf8(before + "\xC2\xA0\n\t"));
    }
  }
}

TEST(TruncateUtf8, NeverSplitsACharacter) {
  EXPECT_EQ(truncate_utf8("a\xE2\x82\xAC", 3), "a");
  EXPECT_EQ(truncate_utf8("a\xE2\x82\xAC", 4), "a\xE2\x82\xAC");
  EXPECT_EQ(truncate_utf8("\xE2\x82\xAC", 2), "");
  EXPECT_EQ(truncate_utf8("abc", 0), "");
}

TEST(EscapeForLine, MakesControlsAndQuotesVisible) {
  EXPECT_EQ(escape_for_line("a\nb\tc\rd\"e\\f"), R"(a\nb\tc\rd\"e\\f)");
  EXPECT_EQ(escape_for_line("\x1B]0;x\x07\xC2\x9B"), R"(\u001b]0;x\u0007\u009b)");
}

TEST(EscapeForLine, MakesWhatReordersOrHidesTextVisible) {
  EXPECT_EQ(escape_for_line("so\u00ADft \u3164 \uFFF9x"), R"(so\u00adft \u3164 \ufff9x)");
  EXPECT_EQ(escape_for_line("tag\U000E0041"), R"(tag\ue0041)");
  EXPECT_EQ(escape_for_line("葛\U000E0100 ❤\uFE0F"),
            "葛\U000E0100 ❤\uFE0F");  // which form, not nothing
  EXPECT_EQ(escape_for_line("a\xE2\x80\xAE\xE2\x80\x8B\xEF\xBB\xBFz"), R"(a\u202e\u200b\ufeffz)");
}

TEST(EscapeForLine, ShowsIllFormedBytesInHexadecimal) {
  EXPECT_EQ(escape_for_line("a\xFF\xE2\x82z"), R"(a\xff\xe2\x82z)");
}

TEST(EscapeForLine, MarksWhatItCut) {
  EXPECT_EQ(escape_for_line("abcdef", 3), "abc…");
  EXPECT_EQ(escape_for_line("abc", 3), "abc");
}

}  // namespace
}  // namespace tocsin
