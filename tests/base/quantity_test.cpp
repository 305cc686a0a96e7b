// SPDX-License-Identifier: Apache-2.0
#include "base/quantity.hpp"

#include <gtest/gtest.h>

namespace tocsin {
namespace {

TEST(Durations, AreWholeNumbersWithAUnit) {
  EXPECT_EQ(read_duration("250ms"), 250);
  EXPECT_EQ(read_duration("15m"), 15 * 60 * 1000);
  EXPECT_EQ(read_duration("48h"), 48LL * 3600 * 1000);
  EXPECT_EQ(read_duration("90d"), 90LL * 86400 * 1000);
  EXPECT_EQ(read_duration("0s"), 0);
}

TEST(Durations, OfAnyOtherWritingAreRefused) {
  for (const char* text :
       {"", "15", "m", "1.5h", "-5m", "+5m", " 5m", "5m ", "5 m", "5min", "5M"}) {
    EXPECT_FALSE(read_duration(text).has_value()) << text;
  }
}

TEST(Durations, TooLongForAnyClockAreRefused) {
  EXPECT_FALSE(read_duration("106752d").has_value());
  EXPECT_FALSE(read_duration("9223372036854775807d").has_value());
  EXPECT_FALSE(read_duration("99999999999999999999s").has_value());
}

TEST(Durations, AreWrittenInTheLargestUnitThatFits) {
  EXPECT_EQ(write_duration(0), "0s");
  EXPECT_EQ(write_duration(1500), "1500ms");
  EXPECT_EQ(write_duration(120'000), "2m");
  EXPECT_EQ(write_duration(48LL * 3600 * 1000), "48h");
  EXPECT_EQ(write_duration(7LL * 86400 * 1000), "7d");
}

TEST(Sizes, AreWholeNumbersWithABinaryUnit) {
  EXPECT_EQ(read_size("512B"), 512);
  EXPECT_EQ(read_size("64KiB"), 64 * 1024);
  EXPECT_EQ(read_size("10MiB"), 10 * 1024 * 1024);
  EXPECT_EQ(read_size("1GiB"), 1LL << 30U);
}

TEST(Sizes, InDecimalUnitsAreRefused) {
  for (const char* text : {"10MB", "10M", "10", "10 MiB"}) {
    EXPECT_FALSE(read_size(text).has_value()) << text;
  }
}

TEST(Sizes, AreWrittenInTheLargestUnitThatFits) {
  EXPECT_EQ(write_size(10 * 1024 * 1024), "10MiB");
  EXPECT_EQ(write_size(1025), "1025B");
}

}  // namespace
}  // namespace tocsin
