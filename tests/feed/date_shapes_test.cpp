// SPDX-License-Identifier: Apache-2.0
#include "feed/date_shapes.hpp"

#include <gtest/gtest.h>

#include <string>

#include "feed/dates.hpp"

namespace tocsin::feed {
namespace {

class CommonDateTest : public testing::TestWithParam<std::string> {};

TEST_P(CommonDateTest, IsReadAsWordByWord) {
  const auto common = parse_common_date(GetParam());
  ASSERT_TRUE(common.has_value());
  // A comment behind it makes it no common shape any more, and means nothing.
  const std::string commented = GetParam() + " (as written)";
  ASSERT_FALSE(parse_common_date(commented).has_value());
  EXPECT_EQ(common, parse_date(commented));
}

INSTANTIATE_TEST_SUITE_P(Dates, CommonDateTest,
                         testing::Values("Wed, 01 May 2024 10:20:30 GMT",
                                         "Wed, 01 May 2024 10:20:30 +0000",
                                         "Sun, 31 Dec 2023 23:59:59 -0330",
                                         "29 Feb 2024 00:00:00 +1400", "31 Apr 2024 10:20:30 GMT",
                                         "2024-05-01T10:20:30Z", "2024-05-01T10:20:30.125Z",
                                         "2024-02-29T23:59:59+05:45", "0001-01-01T00:00:00-14:00"));

class UncommonDateTest : public testing::TestWithParam<std::string> {};

TEST_P(UncommonDateTest, IsLeftToTheOtherReader) {
  EXPECT_FALSE(parse_common_date(GetParam()).has_value());
}

INSTANTIATE_TEST_SUITE_P(
    Dates, UncommonDateTest,
    testing::Values("", "yesterday at about nine", "Wed, 1 May 2024 10:20:30 GMT",
                    "Mit, 01 Mai 2024 10:20:30 GMT", "Wed, 01 nFe 2024 10:20:30 GMT",
                    "Wed, 01 May 2024 10:20:30 EST", "Wed, 01 May 2024 24:00:00 GMT",
                    "Wed, 32 May 2024 10:20:30 GMT", "2024-13-01T10:20:30Z", "2024-05-01 10:20:30Z",
                    "2024-05-01T10:20:30.1Z", "2024-05-01T10:20:30", "2024-05-01T10:20:30Z and on",
                    "9999-05-01T10:20:30Z", "2024-05-01T10:20:30+14:01",
                    "Wed, 01 May 2024 10:20:30 -1500"));

}  // namespace
}  // namespace tocsin::feed
