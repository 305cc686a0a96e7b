// SPDX-License-Identifier: Apache-2.0
#include "alert/ninjs.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/sample_alert.hpp"

namespace tocsin::alert {
namespace {

using nlohmann::json;

json ninjs(const Alert& alert) {
  return json::parse(encode_ninjs(alert));
}

TEST(Ninjs, SaysWhatTheAlertSaysInTheMembersOfTheStandard) {
  const json item = ninjs(test::sample_alert());
  EXPECT_EQ(item["uri"], "urn:tocsin:alert:a1");
  EXPECT_EQ(item["urgency"], 3);
  EXPECT_EQ(item["version"], "1");
  EXPECT_EQ(item["pubStatus"], "usable");
  EXPECT_EQ(item["headlines"][0]["value"], "Foreign fighters return from Raqqa");
  EXPECT_EQ(item["bodies"][0]["value"], "The foreign fighters left Raqqa. … Some return.");
  EXPECT_EQ(item["subjects"][0]["uri"], "urn:tocsin:topic:returning-fighters");
  EXPECT_EQ(item["subjects"][1]["uri"], "http://cv.iptc.org/newscodes/mediatopic/20000053");
  EXPECT_EQ(item["infoSources"][0]["name"], "Example News");
  EXPECT_EQ(item["renditions"][0]["href"], "https://news.example/a?x=1");
  EXPECT_EQ(item["by"], "A. Writer, B. Second");
  EXPECT_EQ(item["contentCreated"], "2017-04-28T19:00:00.000Z");
  EXPECT_EQ(item["standard"]["version"], "3.1");
}

TEST(Ninjs, TellsWhyInTheNoteToTheEditor) {
  EXPECT_EQ(
      ninjs(test::sample_alert())["edNote"],
      "returning-fighters 4.250 of 3.000: foreign fighters; corroborated: a source of its own "
      "tells of the same event (cosine 0.50: raqqa)");
}

TEST(Ninjs, IsTheSameItemInALaterVersion) {
  Alert alert = test::sample_alert();
  alert.revision = 2;
  const json item = ninjs(alert);
  EXPECT_EQ(item["version"], "2");
  EXPECT_FALSE(item.contains("firstCreated"));
}

TEST(Ninjs, CancelsWhatIsRetracted) {
  Alert alert = test::sample_alert();
  alert.kind = Kind::retracted;
  EXPECT_EQ(ninjs(alert)["pubStatus"], "canceled");
}

TEST(Ninjs, TellsTheSummaryOfAnOperatorAlertAsItsHeadline) {
  const json item = ninjs(test::sample_operator_alert());
  EXPECT_EQ(item["profile"], "tocsin-operations");
  EXPECT_EQ(item["headlines"][0]["value"], "feed 'example' has failed 8 times in a row");
  EXPECT_FALSE(item.contains("bodies"));
}

TEST(Ninjs, LeavesOutAnAddressThatIsNone) {
  Alert alert = test::sample_alert();
  alert.item.url = "javascript:alert(1)";
  alert.source.url = "not an address";
  alert.id = "a b/\xff";
  const json item = ninjs(alert);
  EXPECT_FALSE(item.contains("renditions"));
  EXPECT_FALSE(item["infoSources"][0].contains("uri"));
  EXPECT_EQ(item["uri"], "urn:tocsin:alert:a%20b%2F%FF");
}

}  // namespace
}  // namespace tocsin::alert
