// SPDX-License-Identifier: Apache-2.0
#include "outbound/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/sample_alert.hpp"

namespace tocsin::outbound {
namespace {

using plugin::Segment;
using testing::ElementsAre;

TEST(OneLine, LeavesNothingThatBreaksTurnsOrHides) {
  EXPECT_EQ(one_line("  a\r\nb\t\tc\u2028d "), "a b c d");
  EXPECT_EQ(one_line("x\x1b[2Jy\x07z\x7F"), "x[2Jyz");
  EXPECT_EQ(one_line("a\u202Eb\u2066c\u200Bd\uFEFFe\u200Ff"), "abcdef");
  EXPECT_EQ(one_line("bad \xFF\xC3 bytes"), "bad bytes");
  EXPECT_EQ(one_line(""), "");
}

TEST(OneLine, KeepsWhatScriptsAndPeopleNeed) {
  EXPECT_EQ(one_line("\"quoted\" \\ é 港 می\u200Cخواهم 👨\u200D👩"),
            "\"quoted\" \\ é 港 می\u200Cخواهم 👨\u200D👩");
}

TEST(CutSegments, KeepsHitsWithinTheLimit) {
  EXPECT_THAT(cut_segments({{"abc", true}, {"defgh", false}, {"ijk", true}}, 6),
              ElementsAre(Segment{"abc", true}, Segment{"de…", false}));
  EXPECT_THAT(cut_segments({{"abc", true}}, 3), ElementsAre(Segment{"abc", true}));
  EXPECT_TRUE(cut_segments({{"abc", true}}, 0).empty());
}

TEST(CutSegments, JoinsTheLastOfMany) {
  std::vector<Segment> many;
  for (int i = 0; i < 100; ++i) many.push_back({"x", i % 2 == 0});
  const auto few = cut_segments(many, 1000);
  EXPECT_EQ(few.size(), segments_limit);
  EXPECT_EQ(plain(few), std::string(100, 'x'));
  EXPECT_FALSE(few.back().is_hit);
}

TEST(Message, TellsAnAlertInAFewLines) {
  const Message message = message_of(test::sample_alert());
  EXPECT_EQ(heading(message), "ALERT · Returning fighters · high");
  EXPECT_THAT(message.headline,
              ElementsAre(Segment{"Foreign fighters", true}, Segment{" return from Raqqa", false}));
  EXPECT_THAT(message.text, ElementsAre(Segment{"The ", false}, Segment{"foreign fighters", true},
                                        Segment{" left Raqqa. … Some return.", false}));
  EXPECT_EQ(message.url, "https://news.example/a?x=1");
  EXPECT_EQ(credit(message),
            "Example News · 28 Apr 2017 19:00 UTC · corroborated: 2 outlets, 1 independent");
  EXPECT_EQ(message.why, "score 4.25, threshold 3.00: foreign fighters");
}

TEST(Message, TellsAnOperatorAlertByItsSentence) {
  auto alert = test::sample_operator_alert();
  EXPECT_EQ(plain(message_of(alert).headline), "feed 'example' has failed 8 times in a row");
  alert.summary = std::string(500, 'x');
  const Message message = message_of(alert);
  EXPECT_LE(plain(message.headline).size(), headline_limit + 2);
  EXPECT_EQ(plain(message.text), alert.summary);
}

TEST(Message, ListsWhatADigestHolds) {
  auto alert = test::sample_digest();
  Message message = message_of(alert);
  ASSERT_EQ(message.items.size(), 1U);
  EXPECT_EQ(message.items[0].title, "Foreign fighters return from Raqqa");
  EXPECT_EQ(message.more, 1);
  alert.digest->items.resize(25, alert.digest->items.front());
  message = message_of(alert);
  EXPECT_EQ(message.items.size(), items_limit);
  EXPECT_EQ(message.more, 16);
}

TEST(Message, CallsATitleOfBlanksNone) {
  auto alert = test::sample_alert();
  alert.item.title = " \t\n";
  alert.match.evidence.clear();
  const Message message = message_of(alert);
  ASSERT_EQ(message.headline.size(), 1U);
  EXPECT_EQ(message.headline[0].text, "(no title)");
}

TEST(Message, LinksToPagesOnly) {
  auto alert = test::sample_alert();
  for (const std::string url : {"javascript:alert(1)", "data:text/html,x"}) {
    alert.item.url = url;
    EXPECT_EQ(message_of(alert).url, "") << url;
  }
  for (const std::string url :
       {"https://a/\"onclick", "https://a/ b", "https://a/\r\nX", "https://a/<b>"}) {
    alert.item.url = url;
    EXPECT_EQ(message_of(alert).url, plugin::web_link(url));
  }
  alert.item.url = "https://a/" + std::string(2000, 'x');
  EXPECT_EQ(message_of(alert).url, "");
}

}  // namespace
}  // namespace tocsin::outbound
