// SPDX-License-Identifier: Apache-2.0
#include "calendar/zone.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_format.hpp"

namespace tocsin::calendar {
namespace {

using namespace std::chrono_literals;

Time at(const char* text) {
  return from_rfc3339(text).value();
}

std::chrono::days day(const char* text) {
  return std::chrono::floor<std::chrono::days>(at(text).time_since_epoch());
}

TEST(Zone, IsUtcUnlessFoundByName) {
  EXPECT_EQ(Zone{}.name(), "UTC");
  EXPECT_EQ(Zone::find("UTC").value(), Zone{});
  EXPECT_EQ(Zone{}.local(at("2019-03-02T23:30:00Z")).of_day, 23h + 30min);
}

TEST(Zone, IsOneOfTheSystemsDatabase) {
  EXPECT_EQ(Zone::find("Europe/Berlin").value().name(), "Europe/Berlin");
  for (const char* name :
       {"Europe/Berlni", "", "../passwd", "/etc/passwd", "Europe/../../passwd"}) {
    const auto zone = Zone::find(name);
    ASSERT_FALSE(zone) << name;
    EXPECT_EQ(zone.error().code, Errc::invalid_input);
  }
}

TEST(Zone, TellsTheLocalDayAndTime) {
  const Zone berlin = Zone::find("Europe/Berlin").value();
  const LocalTime summer = berlin.local(at("2019-07-01T23:30:00Z"));
  EXPECT_EQ(summer.day, day("2019-07-02"));
  EXPECT_EQ(summer.of_day, 1h + 30min);
  EXPECT_EQ(berlin.local(at("2019-01-01T23:30:00Z")).of_day, 30min);
}

TEST(Zone, TellsTheLocalDayBeforeTheEpoch) {
  const LocalTime local = Zone{}.local(at("1969-12-31T23:00:00Z"));
  EXPECT_EQ(local.day, std::chrono::days{-1});
  EXPECT_EQ(local.of_day, 23h);
}

TEST(Zone, TakesTheJumpForATimeThatDoesNotCome) {
  const Zone berlin = Zone::find("Europe/Berlin").value();
  EXPECT_EQ(berlin.first(day("2019-03-31"), 2h + 30min), at("2019-03-31T01:00:00Z"));
  EXPECT_EQ(berlin.last(day("2019-03-31"), 2h + 30min), at("2019-03-31T01:00:00Z"));
}

TEST(Zone, TellsBothOfATimeThatComesTwice) {
  const Zone berlin = Zone::find("Europe/Berlin").value();
  EXPECT_EQ(berlin.first(day("2019-10-27"), 2h + 30min), at("2019-10-27T00:30:00Z"));
  EXPECT_EQ(berlin.last(day("2019-10-27"), 2h + 30min), at("2019-10-27T01:30:00Z"));
}

}  // namespace
}  // namespace tocsin::calendar
