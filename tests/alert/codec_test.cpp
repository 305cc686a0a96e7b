// SPDX-License-Identifier: Apache-2.0
#include "alert/codec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "alert/json_writer.hpp"
#include "base/utf8.hpp"
#include "support/sample_alert.hpp"

namespace tocsin::alert {
namespace {

using nlohmann::json;
using test::sample_alert;
using test::sample_digest;
using testing::Contains;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

json encoded(const Alert& alert, std::uint64_t sequence = 1842) {
  return json::parse(encode(alert, sequence));
}

Alert sent(const Alert& alert) {
  auto decoded = decode(encode(alert, 1));
  if (!decoded) throw std::runtime_error{decoded.error().message};
  return decoded->alert;
}

TEST(Encode, WritesCloudEventsAttributes) {
  const auto event = encoded(sample_alert());
  EXPECT_EQ(event["specversion"], "1.0");
  EXPECT_EQ(event["id"], "a1");
  EXPECT_EQ(event["source"], "/tocsin");
  EXPECT_EQ(event["type"], "tocsin.alert.new.v1");
  EXPECT_EQ(event["subject"], "returning-fighters");
  EXPECT_EQ(event["time"], "2017-04-28T20:00:00.005Z");
  EXPECT_EQ(event["datacontenttype"], "application/json");
  EXPECT_EQ(event["dataschema"], schema_id);
  EXPECT_EQ(event["sequence"], "00000000000000001842");
  EXPECT_EQ(event["partitionkey"], "s1");
  EXPECT_EQ(event["correlationid"], "s1");
  EXPECT_EQ(event["severitytext"], "high");
}

TEST(Encode, WritesTheLargestSequenceInTwentyDigits) {
  EXPECT_EQ(encoded(sample_alert(), std::numeric_limits<std::uint64_t>::max())["sequence"],
            "18446744073709551615");
}

TEST(Encode, LeavesOutWhatIsNotKnown) {
  auto alert = sample_alert();
  alert.times.published.reset();
  alert.source.credibility.reset();
  const auto event = encoded(alert);
  EXPECT_FALSE(event["data"]["times"].contains("published"));
  EXPECT_FALSE(event["data"]["source"].contains("credibility"));
}

TEST(Encode, GivesAnOperatorAlertNoItem) {
  const auto event = encoded(test::sample_operator_alert());
  EXPECT_EQ(event["type"], "tocsin.ops.v1");
  EXPECT_EQ(event["data"]["operations"]["kind"], "feed.failing");
  EXPECT_FALSE(event["data"].contains("item"));
  EXPECT_FALSE(event.contains("correlationid"));
  EXPECT_EQ(event["partitionkey"], "feed.failing");
}

TEST(Encode, KeepsEvidenceWhereItStands) {
  const auto alert = sent(sample_alert());
  ASSERT_THAT(alert.match.evidence, SizeIs(2));
  EXPECT_EQ(alert.item.title.substr(0, 16), alert.match.evidence[0].text);
}

TEST(Encode, CountsEvidenceInListsOverTheJoinedValues) {
  auto alert = sample_alert();
  alert.match.evidence = {{"author", 10, 19, "B. Second", "b. second", 1},
                          {"category", 6, 14, "Security", "security", 1},
                          {"source", 0, 7, "Example", "example", 1}};
  EXPECT_THAT(sent(alert).match.evidence, SizeIs(3));
}

TEST(Encode, DropsEvidenceThatStandsElsewhere) {
  auto alert = sample_alert();
  alert.match.evidence = {{"title", 1, 17, "Foreign fighters", "", 1},
                          {"title", 0, 5000, "Foreign fighters", "", 1},
                          {"title", 9, 9, "", "", 1},
                          {"nowhere", 0, 1, "F", "", 1}};
  EXPECT_THAT(sent(alert).match.evidence, IsEmpty());
}

TEST(Encode, DropsEvidenceThatSplitsACharacter) {
  auto alert = sample_alert();
  alert.item.title = "é";
  alert.match.evidence = {{"title", 0, 1, "", "", 1}, {"title", 0, 2, "", "", 1}};
  const auto evidence = sent(alert).match.evidence;
  ASSERT_THAT(evidence, SizeIs(1));
  EXPECT_EQ(evidence.front().text, "é");
}

TEST(Encode, MarksASummaryCutToTwoKibibytes) {
  auto alert = sample_alert();
  alert.item.summary = std::string(2047, 'a') + "é and more";
  const auto item = sent(alert).item;
  EXPECT_EQ(item.summary, std::string(2047, 'a'));
  EXPECT_THAT(item.cut, Contains("summary"));
}

TEST(Encode, MarksNothingInAnOrdinaryAlert) {
  EXPECT_THAT(sent(sample_alert()).item.cut, IsEmpty());
}

TEST(Encode, NamesAFieldOnceThatWasCutBefore) {
  auto alert = sample_alert();
  alert.item.cut = {"summary"};
  alert.item.summary = std::string(3000, 'a');
  EXPECT_THAT(sent(alert).item.cut, testing::ElementsAre("summary"));
}

TEST(Encode, LeavesOutAnAddressRatherThanShortenIt) {
  auto alert = sample_alert();
  alert.item.url = "https://news.example/" + std::string(3000, 'u');
  const auto item = sent(alert).item;
  EXPECT_EQ(item.url, "");
  EXPECT_THAT(item.cut, Contains("url"));
}

TEST(Encode, ShortensTheContentFirst) {
  auto alert = sample_alert();
  alert.item.content = "The foreign fighters " + std::string(48'000, '"');
  alert.match.evidence.push_back({"content", 40'000, 40'001, "\"", "", 9});
  const auto payload = encode(alert, 1);
  EXPECT_LE(payload.size(), payload_limit);
  // Bytes are taken as if each stood for one in the payload; a quote stands for two.
  EXPECT_GT(payload.size(), payload_limit / 2);
  const auto shortened = sent(alert);
  EXPECT_EQ(shortened.item.summary, alert.item.summary);
  EXPECT_THAT(shortened.item.cut, testing::ElementsAre("content"));
  EXPECT_THAT(shortened.match.evidence, SizeIs(2));
}

TEST(Encode, DropsTheLightestEvidenceLast) {
  auto alert = sample_alert();
  alert.item.content.clear();
  alert.item.summary.clear();
  alert.match.evidence.clear();
  for (int i = 0; i < 400; ++i) {
    alert.match.evidence.push_back(
        {"title", 0, 16, "Foreign fighters", std::string(400, 'x'), static_cast<double>(i)});
  }
  const auto shortened = sent(alert);
  EXPECT_LE(encode(alert, 1).size(), payload_limit);
  ASSERT_THAT(shortened.match.evidence, Not(IsEmpty()));
  EXPECT_EQ(shortened.match.evidence.back().weight, 399);
  EXPECT_GT(shortened.match.evidence.front().weight, 200);
  EXPECT_THAT(shortened.item.cut, Contains("evidence"));
}

TEST(Encode, FitsWhateverIsInTheFields) {
  auto alert = sample_alert();
  const std::string worst(100'000, '"');
  const std::vector<std::string> worst_list(100, worst);
  auto& item = alert.item;
  for (auto* text : {&item.id,
                     &item.url,
                     &item.canonical_url,
                     &item.title,
                     &item.summary,
                     &item.content,
                     &item.language,
                     &item.guid,
                     &alert.source.feed_id,
                     &alert.source.name,
                     &alert.source.url,
                     &alert.source.kind,
                     &alert.match.title,
                     &alert.match.rule_digest,
                     &alert.story.id,
                     &alert.story.status,
                     &alert.story.joined,
                     &alert.story.why,
                     &alert.first_id,
                     &alert.group_key,
                     &alert.summary,
                     &alert.subject}) {
    *text = worst;
  }
  for (auto* list : {&item.authors, &item.categories, &item.cut, &alert.match.missing,
                     &alert.story.similar, &alert.story.shared, &alert.medtop}) {
    *list = worst_list;
  }
  alert.match.evidence.assign(1000, {worst, 0, 50'000, worst, worst, 1});
  EXPECT_LE(encode(alert, 1).size(), payload_limit);
}

TEST(Encode, IsAlwaysWellFormed) {
  auto alert = sample_alert();
  alert.item.title = "\xff\xc3(\x01\xed\xa0\x80";
  alert.item.authors = {"\x80"};
  alert.match.missing = {"\xc3"};
  alert.item.content = std::string(70'000, '\xc3');
  const auto payload = encode(alert, 1);
  EXPECT_TRUE(is_utf8(payload));
  EXPECT_LE(payload.size(), payload_limit);
  EXPECT_FALSE(json::parse(payload, nullptr, false).is_discarded());
}

TEST(JsonWriter, EscapesWhateverStandsWhereverInAText) {
  std::mt19937 random{11};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto left = random() % 50; left > 0; --left) {
      const auto kind = random() % 16;
      if (kind == 0) text += "é";
      if (kind == 1) text += static_cast<char>(random() % 0x80);
      if (kind > 1) text += 'a';
    }
    JsonWriter writer;
    writer.put("text", text);
    writer.put("list", std::vector<std::string>{text, "", text});
    const json expected{{"text", text}, {"list", {text, "", text}}};
    ASSERT_EQ(json::parse(writer.finish()), expected) << testing::PrintToString(text);
  }
}

TEST(Encode, CutsAnAlertToWhatItSends) {
  auto alert = sample_alert();
  alert.item.content = std::string(70'000, '"');
  const auto whole = alert;
  const auto read = decode(fit_and_encode(alert, 1));
  ASSERT_TRUE(read);
  EXPECT_EQ(alert.item.content, read->alert.item.content);
  EXPECT_LT(alert.item.content.size(), payload_limit / 2);  // each takes two bytes
  EXPECT_EQ(alert.item.cut, read->alert.item.cut);
  EXPECT_EQ(encode(whole, 1), encode(alert, 1));
}

TEST(Encode, WritesNumbersThatJsonHas) {
  auto alert = sample_alert();
  alert.match.score = std::numeric_limits<double>::infinity();
  alert.source.credibility = std::numeric_limits<double>::quiet_NaN();
  const auto event = encoded(alert);
  EXPECT_EQ(event["data"]["match"]["score"], 0);
  EXPECT_FALSE(event["data"]["source"].contains("credibility"));
}

TEST(Encode, TellsWhatADigestHolds) {
  const auto sent = sample_digest();
  const auto alert = decode(encode(sent, 7)).value().alert;
  EXPECT_EQ(alert.kind, Kind::digest);
  ASSERT_TRUE(alert.digest);
  EXPECT_EQ(alert.digest->count, 2);
  EXPECT_EQ(alert.digest->more, 1);
  EXPECT_EQ(alert.digest->reasons, sent.digest->reasons);
  EXPECT_EQ(alert.digest->since, sent.digest->since);
  ASSERT_EQ(alert.digest->items.size(), 1U);
  EXPECT_EQ(alert.digest->items.front().title, "Foreign fighters return from Raqqa");
  EXPECT_EQ(alert.digest->items.front().held, sent.digest->since);
  EXPECT_EQ(alert.digest->items.front().copies, 1);
}

TEST(Encode, CountsWhatADigestHasNoRoomFor) {
  auto sent = sample_digest();
  sent.digest->items.front().title = std::string(600, '"');
  sent.digest->items.resize(5000, sent.digest->items.front());
  sent.digest->count = 5000;
  sent.digest->more = 0;
  const auto payload = encode(sent, 7);
  EXPECT_LE(payload.size(), payload_limit);
  const auto digest = decode(payload).value().alert.digest.value();
  EXPECT_GT(digest.items.size(), 20U);
  EXPECT_EQ(static_cast<std::int64_t>(digest.items.size()) + digest.more, 5000);
}

}  // namespace
}  // namespace tocsin::alert
