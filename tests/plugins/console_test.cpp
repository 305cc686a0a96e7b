// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/time_format.hpp"
#include "base/utf8.hpp"
#include "console/glyphs.hpp"
#include "console/options.hpp"
#include "console/render.hpp"

namespace tocsin::console {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// Evidence for the first place where `text` stands in `field_text`.
alert::Evidence found(const std::string& field, const std::string& field_text,
                      const std::string& text, const std::string& term, double weight) {
  const auto start = static_cast<std::uint32_t>(field_text.find(text));
  alert::Evidence evidence;
  evidence.field = field;
  evidence.start = start;
  evidence.end = start + static_cast<std::uint32_t>(text.size());
  evidence.text = text;
  evidence.term = term;
  evidence.weight = weight;
  return evidence;
}

alert::Alert returning() {
  alert::Alert alert;
  alert.severity = 3;
  alert.match.topic = "returning-fighters";
  alert.match.title = "Returning foreign fighters";
  alert.match.score = 0.241;
  alert.match.threshold = 0.094;
  alert.item.title = "Two arrested at Lyon airport on return from Syria, prosecutors say";
  alert.item.summary =
      "Police detained two French citizens on Friday. Both are suspected of having joined "
      "Islamic State in 2014 and \"fought for it\" near Raqqa. They came by way of Istanbul. "
      "A hearing is set for Monday.";
  alert.item.url = "https://news.example.org/2017/04/28/lyon-arrests?a=1&b=2";
  alert.source.name = "Example News";
  alert.source.kind = "agency";
  alert.times.published = from_rfc3339("2017-04-28T19:05:00Z");
  alert.story.status = "corroborated";
  alert.story.position = 3;
  alert.story.outlets = 3;
  alert.story.independent_sources = 2;
  const auto& title = alert.item.title;
  const auto& summary = alert.item.summary;
  alert.match.evidence = {
      found("title", title, "return from Syria", "return* ~3 syria", 0.081),
      found("summary", summary, "joined Islamic State", "joined @islamic-state", 0.110),
      found("summary", summary, "Raqqa", "raqqa", 0.050)};
  return alert;
}

std::string golden(const std::string& name) {
  std::ifstream file{std::string{TOCSIN_SOURCE_DIR} + "/tests/golden/plugins/console/" + name};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Console, ShowsAnAlertWithItsReasons) {
  EXPECT_EQ(render(returning(), {}), golden("alert.txt"));
}

TEST(Console, ShowsFoundTermsInTheTerminalsOwnMeans) {
  EXPECT_EQ(render(returning(), {.has_color = true}), golden("alert_color.txt"));
}

alert::Alert digest() {
  alert::Alert alert = returning();
  alert.kind = alert::Kind::digest;
  alert.item.title = "3 more alerts were held";
  alert.item.content.clear();
  alert.item.summary.clear();
  alert.match.evidence.clear();
  alert.digest = alert::DigestPart{.count = 3, .more = 1};
  alert.digest->items = {
      {.title = "Dam holds", .url = "https://news.example/1", .source = "news.example"},
      {.title = "", .url = "https://wire.example/2", .source = "wire.example"}};
  return alert;
}

TEST(Console, ListsWhatADigestTellsOf) {
  const std::string page = render(digest(), {});
  EXPECT_THAT(page, HasSubstr("- Dam holds · news.example · "));
  EXPECT_THAT(page, HasSubstr("https://news.example/1\n"));
  EXPECT_THAT(page, HasSubstr("- https://wire.example/2 · wire.example · "));
  EXPECT_THAT(page, HasSubstr("and 1 more\n"));
  EXPECT_THAT(page, testing::Not(HasSubstr("score")));
}

TEST(Console, FitsANarrowWindow) {
  EXPECT_EQ(render(returning(), {.width = 48}), golden("alert_narrow.txt"));
}

TEST(Console, ShowsAnOperatorAlertOnOneLine) {
  alert::Alert alert;
  alert.kind = alert::Kind::operations;
  alert.severity = 5;
  alert.match.topic = "feed.failing";
  alert.summary = "The feed 'ecb' has not answered for 26 hours: HTTP status 404.";
  alert.subject = "ecb";
  alert.times.committed = from_rfc3339("2017-04-28T19:05:00Z").value();
  EXPECT_EQ(render(alert, {}), golden("operations.txt"));
}

TEST(Console, ShowsOneAlertOnOneLine) {
  EXPECT_EQ(render_line(returning()), golden("line.txt"));
}

TEST(Console, SaysWhenAnItemWasFirstSeenThatHasNoDate) {
  alert::Alert alert = returning();
  alert.times.published_quality = alert::DateQuality::missing;
  alert.times.fetched = from_rfc3339("2017-04-29T06:30:00Z").value();
  EXPECT_THAT(render(alert, {}), HasSubstr("first seen 29 Apr 2017 06:30 UTC"));
}

TEST(Console, TellsAFirstReportFromALaterOne) {
  alert::Alert alert = returning();
  alert.story.status = "first";
  EXPECT_THAT(render(alert, {}), HasSubstr("first report"));
  alert.story.status = "update";
  EXPECT_THAT(render(alert, {}), HasSubstr("update · report 3 · 3 outlets, 2 independent"));
}

TEST(Console, LeavesTheRatioOutWhereThereIsNoThreshold) {
  alert::MatchPart match;
  match.score = 1;
  EXPECT_EQ(score_text(match), "1.000 ≥ 0.000");
}

TEST(Console, LetsNothingInAnAlertSteerTheTerminal) {
  const std::string hostile =
      "\x1b[2J\x1b]0;owned\x07 \xC2\x9B"
      "31m \xE2\x80\xAE"
      "gnp.exe \r\n over \xFF";
  alert::Alert alert = returning();
  alert.item.title = alert.item.summary = alert.item.url = alert.source.name = hostile;
  alert.match.title = alert.match.topic = alert.story.status = alert.source.kind = hostile;
  alert.match.evidence = {found("summary", hostile, "owned", hostile, 1)};
  for (const std::string& text : {render(alert, {}), render_line(alert)}) {
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, Not(HasSubstr("\x07")));
    EXPECT_THAT(text, Not(HasSubstr("\r")));
    EXPECT_THAT(text, Not(HasSubstr("\xC2\x9B")));
    EXPECT_THAT(text, Not(HasSubstr("\xE2\x80\xAE")));
    EXPECT_TRUE(is_utf8(text));
  }
}

TEST(Console, IgnoresEvidenceThatDoesNotFitItsField) {
  alert::Alert alert = returning();
  alert.match.evidence[1].start = 90'000;
  alert.match.evidence[1].end = 90'010;
  alert.match.evidence[2].start = 20;
  alert.match.evidence[2].end = 10;
  EXPECT_THAT(render(alert, {}), Not(HasSubstr("Raqqa")));
}

TEST(Console, MarksWholeCharactersWhereEvidenceSplitsOne) {
  const Glyphs glyphs = glyphs_of("añb", {{.start = 2, .end = 3}});
  ASSERT_EQ(glyphs.size(), 3U);
  EXPECT_EQ(glyphs[1].text, "ñ");
}

TEST(Console, JoinsSpansThatTouch) {
  EXPECT_THAT(merged({{5, 9}, {1, 3}, {2, 4}, {9, 10}, {7, 7}, {8, 99}}, 12),
              ElementsAre(Span{1, 4}, Span{5, 10}));
}

TEST(Console, FindsTheSentenceAroundATerm) {
  const std::string text = "One here. Two there! Three. Four";
  const auto sentences = sentences_around(text, {{10, 13}});
  ASSERT_EQ(sentences.size(), 1U);
  EXPECT_EQ(text.substr(sentences[0].start, sentences[0].end - sentences[0].start), "Two there!");
}

TEST(Console, ShowsNeighbouringSentencesAsOne) {
  const std::string text = "One here. Two there! Three. Four";
  EXPECT_EQ(sentences_around(text, {{0, 3}, {10, 13}}).size(), 1U);
  EXPECT_EQ(sentences_around(text, {{0, 3}, {28, 32}}).size(), 2U);
}

TEST(Console, BreaksLinesAtSpacesOnly) {
  const auto lines = wrapped(glyphs_of("a bb  cccccccc d"), 4);
  std::vector<std::string> texts;
  for (const auto& line : lines) {
    texts.emplace_back();
    for (const auto& glyph : line) texts.back() += glyph.text;
  }
  EXPECT_THAT(texts, ElementsAre("a bb", "cccccccc", "d"));
}

TEST(ConsoleOptions, FillTheWidthThatIsAskedFor) {
  const plugin::Options options{{{"color", "always"}, {"width", std::int64_t{120}}}};
  const Look look = look_of(options);
  EXPECT_EQ(look.render.width, 120U);
  EXPECT_TRUE(look.render.has_color);
  EXPECT_EQ(look.form, Form::page);
}

}  // namespace
}  // namespace tocsin::console
