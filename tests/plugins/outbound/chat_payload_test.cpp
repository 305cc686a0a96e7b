// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include <nlohmann/json.hpp>

#include "chat/markdown.hpp"
#include "chat/payload.hpp"
#include "support/sample_alert.hpp"

namespace tocsin::chat {
namespace {

using nlohmann::json;
using outbound::Message;
using outbound::message_of;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

/// All that costs most when it is escaped, as long as texts may be.
Message longest_message() {
  auto alert = test::sample_alert();
  alert.item.title = std::string(5000, '*');
  alert.item.summary.clear();
  alert.item.content = std::string(5000, '_');
  alert.match.evidence.clear();
  for (std::uint32_t i = 0; i < 2000; ++i) {
    alert.match.evidence.push_back({"content", 2 * i, 2 * i + 1, "_", "x", 1});
  }
  alert.match.title = std::string(500, '@');
  alert.source.name = std::string(500, '[');
  return message_of(alert);
}

TEST(Markdown, IsNothingButTextOnceEscaped) {
  EXPECT_EQ(escape_markdown("**b** [x](http://y) `c`"),
            "\\*\\*b\\*\\* \\[x\\]\\(http:\u200B//y\\) \\`c\\`");
  EXPECT_EQ(escape_markdown("@everyone :skull: <@1>"),
            "@\u200Beveryone :\u200Bskull:\u200B \\<@\u200B1\\>");
  EXPECT_EQ(escape_markdown("plain é 港"), "plain é 港");
}

TEST(Markdown, LinksCannotBeClosedFromWithin) {
  EXPECT_EQ(markdown_link("t", "https://a/x_(y)"), "[t](https://a/x_%28y%29)");
  EXPECT_EQ(markdown_link("t", ""), "t");
}

TEST(SlackPayload, KeepsTextApartFromMarkup) {
  auto alert = test::sample_alert();
  alert.item.title = "<!channel> <@U1> & <https://evil.example|bank>";
  const auto payload = json::parse(slack_payload(message_of(alert)));
  EXPECT_THAT(payload["text"].get<std::string>(),
              HasSubstr("&lt;!channel&gt; &lt;@U1&gt; &amp; &lt;https://evil.example|bank&gt;"));
  const auto& elements = payload["blocks"][0]["elements"][0]["elements"];
  EXPECT_EQ(elements[1]["type"], "link");
  EXPECT_EQ(elements[1]["url"], "https://news.example/a?x=1");
  EXPECT_EQ(elements[1]["text"], alert.item.title);
}

TEST(DiscordPayload, CallsNobodyAndKeepsWithinItsLimits) {
  const auto payload = json::parse(discord_payload(longest_message()));
  EXPECT_EQ(payload["allowed_mentions"], json::parse(R"({"parse":[]})"));
  const auto& embed = payload["embeds"][0];
  EXPECT_LE(embed["title"].get<std::string>().size(), 256U);
  EXPECT_LE(embed["description"].get<std::string>().size(), 4096U);
  EXPECT_LE(embed["author"]["name"].get<std::string>().size(), 256U);
}

TEST(MattermostPayload, KeepsWithinTheSmallestLimit) {
  const auto payload = json::parse(mattermost_payload(longest_message()));
  EXPECT_LE(payload["text"].get<std::string>().size(), 4000U);
}

TEST(TeamsPayload, KeepsWithinItsLimit) {
  EXPECT_LE(teams_payload(longest_message()).size(), 20'000U);
}

TEST(TeamsPayload, PartsWhatLooksLikeAMention) {
  auto alert = test::sample_alert();
  alert.item.title = "<at>Everybody</at>";
  EXPECT_THAT(teams_payload(message_of(alert)), Not(HasSubstr("<at>")));
}

TEST(Payload, ListsADigestForEveryService) {
  for (const char* name : {"slack", "mattermost", "discord", "teams"}) {
    const std::string text = payload(*service_of(name), message_of(test::sample_digest()));
    EXPECT_THAT(text, HasSubstr("Foreign fighters return from Raqqa")) << name;
    EXPECT_THAT(text, HasSubstr("and 1 more")) << name;
    EXPECT_THAT(text, HasSubstr("https://news.example/a?x=1")) << name;
  }
  EXPECT_EQ(service_of("irc"), std::nullopt);
}

TEST(Payload, OfTheLongestDigestKeepsWithinTheLimits) {
  auto alert = test::sample_digest();
  auto& items = alert.digest->items;
  items.front().title = std::string(1000, '*');
  items.front().url = "https://news.example/" + std::string(400, '(');
  items.resize(30, items.front());
  const Message message = message_of(alert);
  const auto discord = json::parse(discord_payload(message));
  EXPECT_LE(discord["embeds"][0]["description"].get<std::string>().size(), 4096U);
  const auto mattermost = json::parse(mattermost_payload(message));
  EXPECT_LE(mattermost["text"].get<std::string>().size(), 4000U);
  EXPECT_THAT(mattermost["text"].get<std::string>(), HasSubstr("and 29 more"));
  EXPECT_LE(teams_payload(message).size(), 28U * 1024);
}

TEST(MattermostPayload, GivesUpTextForALongLink) {
  Message message = longest_message();
  message.url = "https://news.example/" + std::string(1900, 'x');
  const auto payload = json::parse(mattermost_payload(message));
  EXPECT_LE(payload["text"].get<std::string>().size(), 4000U);
  EXPECT_THAT(payload["text"].get<std::string>(), HasSubstr(message.url));
}

TEST(Wish, IsReadFromHeaderAndBody) {
  const std::chrono::seconds two{2};
  EXPECT_EQ(wish_of({.status = 429, .retry_after = two}), milliseconds{2000});
  EXPECT_EQ(wish_of({.status = 429, .body = R"({"retry_after": 0.65})", .retry_after = two}),
            milliseconds{650});
  EXPECT_EQ(
      wish_of({.status = 204,
               .headers = {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset-After", "1.25"}}}),
      milliseconds{1250});
  EXPECT_EQ(
      wish_of({.status = 204,
               .headers = {{"X-RateLimit-Remaining", "3"}, {"X-RateLimit-Reset-After", "1.25"}}}),
      milliseconds{0});
}

TEST(Wish, IsNoneWhereItIsNoNumber) {
  for (const char* body : {"", "[]", "{}", R"({"retry_after":"soon"})", R"({"retry_after":-5})",
                           "{\"retry_after\":", "[[[[[["}) {
    EXPECT_EQ(wish_of({.status = 429, .body = body}), milliseconds{0}) << body;
  }
  EXPECT_EQ(wish_of({.status = 429, .body = R"({"retry_after":1e300})"}), std::chrono::hours{1});
}

}  // namespace
}  // namespace tocsin::chat
