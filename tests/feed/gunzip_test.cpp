// SPDX-License-Identifier: Apache-2.0
#include "feed/gunzip.hpp"

#include <gmock/gmock.h>
#include <zlib.h>

#include <string>

namespace tocsin::feed {
namespace {

std::string gzipped(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string copy = text;
  std::string out(deflateBound(&stream, copy.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(copy.data());
  stream.avail_in = static_cast<uInt>(copy.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(Gunzip, GivesTheContentBack) {
  const std::string text(100'000, 'x');
  ASSERT_TRUE(is_gzip(gzipped(text)));
  EXPECT_EQ(gunzip(gzipped(text), 1'000'000).value_or(""), text);
}

TEST(Gunzip, StopsAtTheLimit) {
  const auto content = gunzip(gzipped(std::string(1'000'000, 'x')), 100'000);
  ASSERT_FALSE(content.has_value());
  EXPECT_EQ(content.error().code, Errc::too_large);
}

TEST(Gunzip, GivesWhatACutOffStreamHolds) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i * 7919);
  const std::string whole = gzipped(text);
  const auto content = gunzip(whole.substr(0, whole.size() / 2), 1'000'000);
  ASSERT_TRUE(content.has_value());
  EXPECT_TRUE(text.starts_with(*content));
  EXPECT_GT(content->size(), text.size() / 3);
}

TEST(Gunzip, ReadsAllMembers) {
  const std::string bytes = gzipped("one ") + gzipped("") + gzipped("two ") + gzipped("three");
  EXPECT_EQ(gunzip(bytes, 1000).value_or(""), "one two three");
}

TEST(Gunzip, CountsAllMembersAgainstTheLimit) {
  const std::string member = gzipped(std::string(600, 'x'));
  EXPECT_TRUE(gunzip(member, 1000).has_value());
  const auto content = gunzip(member + member, 1000);
  ASSERT_FALSE(content.has_value());
  EXPECT_EQ(content.error().code, Errc::too_large);
}

TEST(Gunzip, IgnoresWhatStandsBehindTheLastMember) {
  EXPECT_EQ(gunzip(gzipped("one") + std::string(512, '\0'), 1000).value_or(""), "one");
  EXPECT_EQ(gunzip(gzipped("one") + "\x1f\x8b", 1000).value_or(""), "one");
  EXPECT_EQ(gunzip(gzipped("one") + "\x1f\x8b\x08garbage", 1000).value_or(""), "one");
}

TEST(Gunzip, GivesWhatACutOffSecondMemberHolds) {
  std::string bytes = gzipped("one ") + gzipped("two");
  bytes.resize(bytes.size() - 8);  // its checksum and length
  EXPECT_EQ(gunzip(bytes, 1000).value_or(""), "one two");
}

TEST(Gunzip, ReadsAHundredThousandEmptyMembers) {
  std::string bytes;
  const std::string nothing = gzipped("");
  for (int i = 0; i < 100'000; ++i) bytes += nothing;
  EXPECT_EQ(gunzip(bytes + gzipped("end"), 10'000'000).value_or(""), "end");
}

TEST(Gunzip, RefusesGarbage) {
  EXPECT_FALSE(gunzip("\x1f\x8b\x08garbage", 1000).has_value());
}

}  // namespace
}  // namespace tocsin::feed
