// SPDX-License-Identifier: Apache-2.0
#include "base/time_format.hpp"

#include <gtest/gtest.h>

namespace tocsin {
namespace {

using namespace std::chrono_literals;

std::string round_trip(std::string_view text) {
  const auto time = from_rfc3339(text);
  return time ? to_rfc3339(*time) : "nothing";
}

TEST(TimeFormat, ShowsMillisecondsInUtc) {
  EXPECT_EQ(to_rfc3339(Time{}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_rfc3339(Time{-1ms}), "1969-12-31T23:59:59.999Z");
}

TEST(TimeFormat, ClampsYearsThatRfc3339CannotWrite) {
  EXPECT_EQ(to_rfc3339(Time{std::chrono::sys_days{std::chrono::year{12'000} / 1 / 1}}),
            "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(to_rfc3339(Time{std::chrono::sys_days{std::chrono::year{-5} / 1 / 1}}),
            "0000-01-01T00:00:00.000Z");
}

TEST(TimeFormat, ReadsEveryOffset) {
  EXPECT_EQ(round_trip("2017-04-28T21:05:00+02:00"), "2017-04-28T19:05:00.000Z");
  EXPECT_EQ(round_trip("2017-04-28T13:35:00-05:30"), "2017-04-28T19:05:00.000Z");
  EXPECT_EQ(round_trip("2017-04-28t19:05:00z"), "2017-04-28T19:05:00.000Z");
  EXPECT_EQ(round_trip("2017-04-28 19:05:00Z"), "2017-04-28T19:05:00.000Z");
}

TEST(TimeFormat, ReadsFractionsAndCutsThemToMilliseconds) {
  EXPECT_EQ(round_trip("2017-04-28T19:05:00.5Z"), "2017-04-28T19:05:00.500Z");
  EXPECT_EQ(round_trip("2017-04-28T19:05:00.123999999Z"), "2017-04-28T19:05:00.123Z");
  EXPECT_EQ(round_trip("2017-04-28T19:05:00." + std::string(5000, '9') + "Z"),
            "2017-04-28T19:05:00.999Z");
}

TEST(TimeFormat, ReadsABareDateAsMidnight) {
  EXPECT_EQ(round_trip("2024-02-29"), "2024-02-29T00:00:00.000Z");
}

TEST(TimeFormat, TakesALeapSecondForTheLastOne) {
  EXPECT_EQ(round_trip("2016-12-31T23:59:60Z"), "2016-12-31T23:59:59.000Z");
}

class NoTimeTest : public testing::TestWithParam<const char*> {};

TEST_P(NoTimeTest, IsNotRead) {
  EXPECT_EQ(from_rfc3339(GetParam()), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(TimeFormat, NoTimeTest,
                         testing::Values("", "2017", "2017-4-28", "2023-02-29", "2017-13-01",
                                         "2017-04-28T", "2017-04-28T19:05", "2017-04-28T19:05:00",
                                         "2017-04-28T24:00:00Z", "2017-04-28T19:60:00Z",
                                         "2017-04-28T19:05:61Z", "2017-04-28T19:05:00.Z",
                                         "2017-04-28T19:05:00+0200", "2017-04-28T19:05:00+24:00",
                                         "2017-04-28T19:05:00Zulu", "2017-04-28T19:05:00Z ",
                                         " 2017-04-28"));

}  // namespace
}  // namespace tocsin
