// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <string>

#include "feed/feed.hpp"
#include "feed/to_json.hpp"

/// What the golden feeds do not show: refusals and hostile sizes.
namespace tocsin::feed {
namespace {

using testing::HasSubstr;

std::string refusal(std::string_view bytes) {
  const auto feed = parse(bytes, {});
  return feed ? "a feed" : feed.error().message;
}

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Parse, SaysWhyThereIsNoFeed) {
  EXPECT_THAT(refusal(""), HasSubstr("empty"));
  EXPECT_THAT(refusal("<!DOCTYPE html><html><body>x</body></html>"), HasSubstr("HTML"));
  EXPECT_THAT(refusal("plain text"), HasSubstr("neither"));
  EXPECT_THAT(refusal("<svg/>"), HasSubstr("without rss"));
  EXPECT_THAT(refusal("{\"a\":1}"), HasSubstr("JSON"));
  EXPECT_THAT(refusal("{\"a\":"), HasSubstr("JSON"));
}

TEST(Parse, EndsTheLinesOfPlainContentAsUnixDoes) {
  const auto feed = parse(
      "<feed><entry><content type='text'>a&#13;b&#13;&#10;c<![CDATA[\rd]]></content></entry>", {});
  ASSERT_TRUE(feed.has_value());
  ASSERT_EQ(feed->items.size(), 1U);
  EXPECT_EQ(feed->items[0].text, "a\nb\nc\nd");
}

TEST(Parse, RefusesADocumentOverItsLimit) {
  const std::string huge(11UL * 1024 * 1024, ' ');
  ASSERT_FALSE(parse(huge, {}).has_value());
  EXPECT_EQ(parse(huge, {}).error().code, Errc::too_large);
}

TEST(Parse, SurvivesAHundredThousandLevels) {
  const std::string deep = "<rss><channel><item><title>a</title><description>" +
                           repeated("<b>", 100'000) + "x" + repeated("</b>", 100'000) +
                           "</description></item></channel></rss>";
  const auto feed = parse(deep, {});
  ASSERT_TRUE(feed.has_value());
  ASSERT_EQ(feed->items.size(), 1U);
  EXPECT_EQ(feed->items[0].text, "x");
}

TEST(Parse, SurvivesAHundredThousandLevelsLeftOpen) {
  const auto feed = parse("<rss><channel><item><title>a</title>" + repeated("<b>", 100'000), {});
  ASSERT_TRUE(feed.has_value());
  EXPECT_EQ(feed->items.size(), 1U);
}

TEST(Parse, SurvivesDeepJson) {
  EXPECT_FALSE(parse("{\"items\":" + repeated("[", 100'000), {}).has_value());
}

TEST(Parse, SurvivesVeryManyAttributes) {
  const std::string text = "<rss><channel><item " + repeated("xmlns:a='b' ", 200'000) +
                           "><title>a</title></item></channel></rss>";
  const auto feed = parse(text, {});
  ASSERT_TRUE(feed.has_value());
  EXPECT_EQ(feed->items.size(), 1U);
}

TEST(Parse, FindsTheItemsBehindAnUnclosedTag) {
  const auto feed = parse(
      "<rss><channel><item><title>a</title><description>x<br>y<p>z</description>"
      "</item><item><title>b</title></item></channel></rss>",
      {});
  ASSERT_TRUE(feed.has_value());
  ASSERT_EQ(feed->items.size(), 2U);
  EXPECT_EQ(feed->items[0].text, "x\ny\nz");
  EXPECT_EQ(feed->items[1].title, "b");
  EXPECT_TRUE(feed->bozo);
}

TEST(Parse, KeepsTheChannelsHints) {
  const auto feed = parse(
      "<rss xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'><channel>"
      "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4"
      "</sy:updateFrequency><skipHours><hour>3</hour><hour>24</hour></skipHours>"
      "<skipDays><day>Sunday</day><day>Friday</day></skipDays></channel></rss>",
      {});
  ASSERT_TRUE(feed.has_value());
  EXPECT_EQ(feed->channel.ttl, std::chrono::minutes{15});
  EXPECT_THAT(feed->channel.skip_hours, testing::ElementsAre(3, 0));
  EXPECT_THAT(feed->channel.skip_days, testing::ElementsAre(0, 5));
}

TEST(Parse, ReadsHowOldAFeedSaysItGets) {
  const auto feed = parse("<rss><channel><ttl>45</ttl></channel></rss>", {});
  ASSERT_TRUE(feed.has_value());
  EXPECT_EQ(feed->channel.ttl, std::chrono::minutes{45});
}

TEST(Parse, ResolvesLinksAgainstTheFeedsAddress) {
  const auto feed = parse("<rss><channel><item><link>/a?b=1</link></item></channel></rss>",
                          {.url = "https://news.example/feeds/all.xml", .content_type = {}});
  ASSERT_TRUE(feed.has_value());
  EXPECT_EQ(feed->items.at(0).link, "https://news.example/a?b=1");
}

TEST(Parse, GivesItemsTheFeedsLanguage) {
  const auto feed = parse("<rss><channel><item/><language>de-at</language></channel></rss>", {});
  ASSERT_TRUE(feed.has_value());
  EXPECT_EQ(feed->items.at(0).language, "de-at");
}

TEST(ToJson, PrintsOneLineOnRequest) {
  EXPECT_THAT(to_json(Feed{}, -1), testing::StartsWith("{\"format\":\"rss20\",\"encoding\":\"\","));
}

TEST(Parse, TakesTheSlashThatEndsAnUnquotedAddressForNoEndOfTheElement) {
  const auto feed = parse(
      "<rss><channel><item><description><a href=http://x/>text</a> more</description>"
      "<guid>1</guid></item>",
      {});
  ASSERT_TRUE(feed.has_value());
  ASSERT_EQ(feed->items.size(), 1U);
  EXPECT_EQ(feed->items[0].summary, R"(<a href="http://x/">text</a> more)");
}

TEST(Parse, ClosesNoAncestorByAnEndTagOfWhatIsTooDeep) {
  const auto feed =
      parse("<rss><channel><item><guid>1</guid><fullitem>" + repeated("<b>", 260) +
                "<fullitem>x</fullitem> y" + repeated("</b>", 260) + " z</fullitem></item>",
            {});
  ASSERT_TRUE(feed.has_value());
  ASSERT_EQ(feed->items.size(), 1U);
  EXPECT_EQ(feed->items[0].text, "x y z");
}

TEST(Parse, KeepsAsManyTagsAndAttachmentsOfJsonAsOfXml) {
  const auto feed =
      parse(R"({"items":[{"id":"1","tags":["a")" + repeated(R"(,"a")", 300) +
                R"(],"attachments":[{"url":"u"})" + repeated(R"(,{"url":"u"})", 300) + "]}]}",
            {});
  ASSERT_TRUE(feed.has_value());
  EXPECT_EQ(feed->items.at(0).categories.size(), 256U);
  EXPECT_EQ(feed->items.at(0).enclosures.size(), 256U);
}

TEST(Parse, FindsNoControlsInBase64) {
  const auto feed =
      parse(R"(<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><id>a</id>)"
            R"(<content type="text/plain" mode="base64">SGFiBxtbMW0=</content></entry></feed>)",
            {});
  ASSERT_TRUE(feed.has_value());
  EXPECT_EQ(feed->items.at(0).text, "Hab[1m");
}

}  // namespace
}  // namespace tocsin::feed
