// SPDX-License-Identifier: Apache-2.0
#include "base/byte_block.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tocsin {
namespace {

std::size_t find_comma(std::string_view text, std::size_t at, char pad = 'x') {
  return find_marked(text, at, pad,
                     [](ByteBlock here, ByteBlock) -> ByteBlock { return here == ','; });
}

std::size_t find_pair(std::string_view text, char pad = 'x') {
  return find_marked(text, 0, pad, [](ByteBlock here, ByteBlock next) -> ByteBlock {
    return (here == 'a') & (next == 'b');
  });
}

TEST(FindMarked, FindsTheFirstByteAtEveryPlace) {
  for (std::size_t place = 0; place < 50; ++place) {
    std::string text(50, '-');
    text[place] = ',';
    text.back() = ',';
    EXPECT_EQ(find_comma(text, 0), place);
    EXPECT_EQ(find_comma(text, place), place);
  }
}

TEST(FindMarked, GivesTheEndWhereNothingIsMarked) {
  for (std::size_t size = 0; size < 50; ++size) {
    EXPECT_EQ(find_comma(std::string(size, '-'), 0), size);
    EXPECT_EQ(find_comma(std::string(size, '-'), size), size);
  }
}

TEST(FindMarked, SeesTheNextByteAcrossBlocks) {
  for (std::size_t place = 0; place < 48; ++place) {
    std::string text(50, '-');
    text.replace(place, 2, "ab");
    EXPECT_EQ(find_pair(text), place);
  }
}

TEST(FindMarked, SeesThePaddingBehindTheEndAndNeverReportsIt) {
  EXPECT_EQ(find_pair("--a", 'b'), 2U);
  EXPECT_EQ(find_pair("--a", 'x'), 3U);
  EXPECT_EQ(find_comma("--", 0, ','), 2U);
}

TEST(FindMarked, ComparesBytesWithoutSign) {
  const auto find_high = [](std::string_view text) {
    return find_marked(text, 0, 'x',
                       [](ByteBlock here, ByteBlock) -> ByteBlock { return here >= 0x80; });
  };
  EXPECT_EQ(find_high("plain \xC3\xA4"), 6U);
  EXPECT_EQ(find_high("a longer text that is plain \xC3\xA4"), 28U);
}

}  // namespace
}  // namespace tocsin
