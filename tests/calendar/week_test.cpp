// SPDX-License-Identifier: Apache-2.0
#include "calendar/week.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_format.hpp"

namespace tocsin::calendar {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::SizeIs;

Time at(const char* text) {
  return from_rfc3339(text).value();
}

Zone berlin() {
  return Zone::find("Europe/Berlin").value();
}

std::optional<Time> end_of(const char* window, const Zone& zone, const char* now) {
  return end_of(std::vector{parse_window(window).value()}, zone, at(now));
}

std::optional<Time> next_of(const char* moment, const Zone& zone, const char* now) {
  return next_of(parse_moments(moment).value(), zone, at(now));
}

TEST(Window, IsReadAsHoursOfEveryDay) {
  const auto window = parse_window("22:00-07:30").value();
  EXPECT_EQ(window, (Window{.days = every_day, .from = 22h, .to = 7h + 30min}));
}

TEST(Window, IsReadWithTheDaysItBeginsOn) {
  EXPECT_EQ(parse_window("sat,sun 00:00-24:00").value(),
            (Window{.days = 0x60, .from = 0min, .to = 24h}));
}

TEST(Window, IsRefusedWhenItIsNone) {
  for (const char* text :
       {"", "22:00", "22:00-", "22-07", "22:00-24:01", "24:00-07:00", "07:00-07:00", "22:60-07:00",
        "som 22:00-07:00", "mon, tue 22:00-07:00", "22:00 - 07:00", "-1:00-07:00", "+1:00-07:00"}) {
    const auto window = parse_window(text);
    ASSERT_FALSE(window) << text;
    EXPECT_THAT(window.error().message, HasSubstr("22:00-07:00"));
  }
}

TEST(Window, HoldsFromItsBeginToItsEndAndNotAtIt) {
  const Zone utc;
  EXPECT_FALSE(end_of("09:00-17:00", utc, "2019-03-02T08:59:59.999Z"));
  EXPECT_EQ(end_of("09:00-17:00", utc, "2019-03-02T09:00:00Z"), at("2019-03-02T17:00:00Z"));
  EXPECT_FALSE(end_of("09:00-17:00", utc, "2019-03-02T17:00:00Z"));
}

TEST(Window, GoesOnAfterMidnight) {
  const Zone utc;
  EXPECT_EQ(end_of("22:00-07:00", utc, "2019-03-02T23:00:00Z"), at("2019-03-03T07:00:00Z"));
  EXPECT_EQ(end_of("22:00-07:00", utc, "2019-03-03T06:59:00Z"), at("2019-03-03T07:00:00Z"));
  EXPECT_FALSE(end_of("22:00-07:00", utc, "2019-03-03T12:00:00Z"));
}

TEST(Window, BelongsToTheDayItBeginsOn) {
  // 2019-03-02 was a Saturday.
  const Zone utc;
  EXPECT_TRUE(end_of("sat 22:00-07:00", utc, "2019-03-03T06:00:00Z"));
  EXPECT_FALSE(end_of("sat 22:00-07:00", utc, "2019-03-02T06:00:00Z"));
  EXPECT_FALSE(end_of("sat 22:00-07:00", utc, "2019-03-03T22:00:00Z"));
}

TEST(Window, FollowsTheClockOfItsZone) {
  EXPECT_EQ(end_of("22:00-07:00", berlin(), "2019-01-10T21:00:00Z"), at("2019-01-11T06:00:00Z"));
  EXPECT_EQ(end_of("22:00-07:00", berlin(), "2019-07-10T20:00:00Z"), at("2019-07-11T05:00:00Z"));
  EXPECT_FALSE(end_of("22:00-07:00", berlin(), "2019-01-10T20:59:00Z"));
}

TEST(Window, IsAnHourShorterInTheNightThatLosesOne) {
  EXPECT_EQ(end_of("22:00-07:00", berlin(), "2019-03-30T21:00:00Z"), at("2019-03-31T05:00:00Z"));
}

TEST(Window, IsAnHourLongerInTheNightThatGainsOne) {
  EXPECT_EQ(end_of("22:00-07:00", berlin(), "2019-10-26T20:00:00Z"), at("2019-10-27T06:00:00Z"));
}

TEST(Window, EndsAtTheSecondOfTwoTimesAndBeginsAtTheFirst) {
  // 02:30 comes at 00:30 and at 01:30 UTC.
  EXPECT_EQ(end_of("22:00-02:30", berlin(), "2019-10-27T00:45:00Z"), at("2019-10-27T01:30:00Z"));
  EXPECT_EQ(end_of("02:30-04:00", berlin(), "2019-10-27T00:30:00Z"), at("2019-10-27T03:00:00Z"));
}

TEST(Window, EndsAtTheJumpWhenItsEndDoesNotCome) {
  EXPECT_EQ(end_of("22:00-02:30", berlin(), "2019-03-31T00:30:00Z"), at("2019-03-31T01:00:00Z"));
  EXPECT_FALSE(end_of("02:10-02:50", berlin(), "2019-03-31T01:00:00Z"));
}

TEST(Window, LastsAsLongAsTheLatestThatHolds) {
  const std::vector<Window> windows{parse_window("22:00-06:00").value(),
                                    parse_window("sat,sun 00:00-24:00").value()};
  EXPECT_EQ(end_of(windows, Zone{}, at("2019-03-02T05:00:00Z")), at("2019-03-03T00:00:00Z"));
}

TEST(Moments, AreReadAsATimeOfDay) {
  const auto moments = parse_moments("mon,thu 09:05").value();
  ASSERT_THAT(moments, SizeIs(1));
  EXPECT_EQ(moments.front(), (Moment{.days = 0x09, .at = 9h + 5min}));
}

TEST(Moments, AreReadAsHoursThatDivideTheDay) {
  EXPECT_THAT(parse_moments("every 6h").value(), SizeIs(4));
  EXPECT_THAT(parse_moments("every 24h").value(), SizeIs(1));
}

TEST(Moments, AreRefusedWhenTheyAreNone) {
  for (const char* text : {"", "7", "24:00", "25:00", "every 5h", "every 0h", "every 6",
                           "every -6h", "mo 09:00", "every 48h", "09:00 mon"}) {
    const auto moments = parse_moments(text);
    ASSERT_FALSE(moments) << text;
    EXPECT_THAT(moments.error().message, HasSubstr("every 6h"));
  }
}

TEST(Moments, FollowOneAnother) {
  const Zone utc;
  EXPECT_EQ(next_of("07:00", utc, "2019-03-02T06:59:59Z"), at("2019-03-02T07:00:00Z"));
  EXPECT_EQ(next_of("07:00", utc, "2019-03-02T07:00:00Z"), at("2019-03-03T07:00:00Z"));
  EXPECT_EQ(next_of("every 6h", utc, "2019-03-02T06:10:00Z"), at("2019-03-02T12:00:00Z"));
  EXPECT_EQ(next_of("sat 07:00", utc, "2019-03-02T08:00:00Z"), at("2019-03-09T07:00:00Z"));
}

TEST(Moments, KeepToTheClockOfTheirZoneThroughTheYear) {
  EXPECT_EQ(next_of("07:00", berlin(), "2019-03-30T12:00:00Z"), at("2019-03-31T05:00:00Z"));
  EXPECT_EQ(next_of("07:00", berlin(), "2019-10-26T12:00:00Z"), at("2019-10-27T06:00:00Z"));
}

TEST(Moments, ComeOnceWhereTheClockShowsThemTwiceOrNever) {
  EXPECT_EQ(next_of("02:30", berlin(), "2019-10-26T12:00:00Z"), at("2019-10-27T00:30:00Z"));
  EXPECT_EQ(next_of("02:30", berlin(), "2019-10-27T00:30:00Z"), at("2019-10-28T01:30:00Z"));
  EXPECT_EQ(next_of("02:30", berlin(), "2019-03-30T12:00:00Z"), at("2019-03-31T01:00:00Z"));
  EXPECT_EQ(next_of("02:30", berlin(), "2019-03-31T01:00:00Z"), at("2019-04-01T00:30:00Z"));
}

TEST(Moments, AreNoneWhereNoneAreNamed) {
  EXPECT_FALSE(next_of(std::vector<Moment>{}, Zone{}, at("2019-03-02T08:00:00Z")));
}

}  // namespace
}  // namespace tocsin::calendar
