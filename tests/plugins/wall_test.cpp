// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "support/sample_alert.hpp"
#include "wall/board.hpp"
#include "wall/card.hpp"
#include "wall/listen.hpp"
#include "wall/site.hpp"

namespace tocsin::wall {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Card card(std::uint64_t seq) {
  return card_of(test::sample_alert(), seq);
}

alert::Alert hostile() {
  alert::Alert alert = test::sample_alert();
  alert.item.title = "<img src=x onerror=alert(1)> & \"more\"";
  alert.item.summary = "</p><script>alert(1)</script>";
  alert.item.content.clear();
  alert.item.url = "javascript:alert(1)";
  alert.item.language = "\" onmouseover=\"alert(1)";
  alert.source.name = "<b>Paper</b>";
  alert.match.title = "<i>Topic</i>";
  alert.match.evidence.clear();
  alert.story.why = "<u>because</u>";
  return alert;
}

alert::Alert of_feed(const std::string& kind, const std::string& feed) {
  alert::Alert alert;
  alert.kind = alert::Kind::operations;
  alert.match.topic = kind;
  alert.subject = feed;
  alert.summary = feed + ": " + kind;
  return alert;
}

TEST(WallCard, ShowsTextsAsTextWhateverTheyHold) {
  const std::string html = to_html(card_of(hostile(), 7));
  for (const auto* const markup : {"<img", "<script", "<b>", "<i>", "<u>", "javascript:", "\" on"})
    EXPECT_THAT(html, Not(HasSubstr(markup)));
  EXPECT_THAT(html, HasSubstr("&lt;img src=x"));
}

TEST(WallCard, LinksOnlyToWebPages) {
  EXPECT_EQ(card_of(hostile(), 1).url, "");
  alert::Alert alert = test::sample_alert();
  alert.item.url = "https://news.example/a?b=1&c=\"2\"";
  EXPECT_THAT(to_html(card_of(alert, 1)),
              HasSubstr("href=\"https://news.example/a?b=1&amp;c=&quot;2"));
}

TEST(WallCard, MarksTheEvidence) {
  const Card one = card(1);
  bool is_marked = false;
  for (const plugin::Segment& piece : one.headline) is_marked = is_marked || piece.is_hit;
  for (const plugin::Segment& piece : one.text) is_marked = is_marked || piece.is_hit;
  EXPECT_TRUE(is_marked);
  EXPECT_THAT(to_html(one), HasSubstr("<mark>"));
}

TEST(WallCard, IsOneLineOfJson) {
  alert::Alert alert = test::sample_alert();
  alert.item.title = "two\nlines and \xff a broken byte";
  const std::string line = to_json(card_of(alert, 12));
  EXPECT_THAT(line, Not(HasSubstr("\n")));
  EXPECT_EQ(nlohmann::json::parse(line).at("seq"), 12);
}

TEST(WallCard, HasAHeadlineWhereTheItemHasNone) {
  alert::Alert alert = test::sample_alert();
  alert.item.title.clear();
  alert.match.evidence.clear();
  EXPECT_EQ(card_of(alert, 1).headline.front().text, alert.item.url);
}

TEST(WallBoard, SendsWhatIsBehindAPlaceAndNothingTwice) {
  Board board{10};
  for (const std::uint64_t seq : {3U, 5U, 5U, 4U, 9U}) board.add(card(seq));
  const auto events = board.behind({{3}});
  EXPECT_THAT(events.text, AllOf(StartsWith("id: 5\ndata: {"), HasSubstr("\n\nid: 9\ndata: {"),
                                 Not(HasSubstr("id: 4\n"))));
  EXPECT_EQ(events.end.place, Place{9});
  EXPECT_EQ(board.behind({{9}}).text, "");
}

TEST(WallBoard, TellsAReaderWhoMissedCardsToBeginAgain) {
  Board board{2};
  for (const std::uint64_t seq : {1U, 2U, 3U, 4U}) board.add(card(seq));
  EXPECT_THAT(board.behind({{1}}).text, StartsWith("event: reset\n"));
  EXPECT_THAT(board.behind({{2}}).text, StartsWith("id: 3\n")) << "it missed none";
  EXPECT_THAT(board.behind({{0}}).text, StartsWith("id: 3\n")) << "a new reader misses none";
}

TEST(WallBoard, BeginsAgainWithALogThatWasRecreated) {
  Board board{10};
  board.set_log("first");
  board.add(card(100));
  board.set_log("second");
  board.add(card(1));
  const auto events = board.behind({.place = {100}, .epoch = "first"});
  EXPECT_THAT(events.text, AllOf(StartsWith("event: reset\n"), HasSubstr("id: 1\n")));
  EXPECT_EQ(board.behind(events.end).text, "");
}

TEST(WallBoard, TellsTheReaderOfAnotherLogToBeginAgainThoughItNeverSawThatLogItself) {
  Board board{10};
  const Board::Mark mark{.place = {5000}, .epoch = "lost with its disk"};
  EXPECT_EQ(board.behind(mark).text, "") << "the daemon is not found yet";
  board.set_log("new");
  EXPECT_THAT(board.behind(board.behind(mark).end).text, "") << "told once";
  EXPECT_THAT(board.behind(mark).text, StartsWith("event: reset\n"));
}

TEST(WallBoard, GoesOnInTheSameLogAfterARestart) {
  Board board{10};
  board.set_log("same");
  board.add(card(7));
  EXPECT_THAT(board.behind({.place = {6}, .epoch = "same"}).text, StartsWith("id: 7\n"));
}

TEST(WallBoard, ShowsTheSummaryOfHeldAlertsBehindThoseThatCameMeanwhile) {
  Board board{10};
  board.add(card(4));
  board.add(card(9));
  alert::Alert summary = test::sample_alert();
  summary.kind = alert::Kind::digest;
  board.add(card_of(summary, 7));
  board.add(card_of(summary, 8));
  board.add(card(10));
  const std::string text = board.behind({{4}}).text;
  EXPECT_LT(text.find("id: 9\n"), text.find("id: 9.001\n"));
  EXPECT_LT(text.find("id: 9.001\n"), text.find("id: 9.002\n"));
  EXPECT_LT(text.find("id: 9.002\n"), text.find("id: 10\n"));
  EXPECT_THAT(board.behind({place_of("9.001")}).text, StartsWith("id: 9.002\n"));
  EXPECT_EQ(nlohmann::json::parse(board.to_json()).at("cards").at(2).at("seq"), 9.001);
}

TEST(WallBoard, ShowsNoDigestOfTheDaemonTwice) {
  Board board{10};
  alert::Alert digest = test::sample_alert();
  digest.kind = alert::Kind::digest;
  board.add(card_of(digest, 5));
  board.add(card_of(digest, 5));
  EXPECT_EQ(board.shown(10), 1U);
}

TEST(WallPlace, IsANumberThatLosesNothing) {
  for (const Place place : {Place{7}, Place{7, 1}, Place{7, 10}, Place{7, 999}}) {
    EXPECT_EQ(place_of(to_text(place)), place);
  }
  EXPECT_EQ(place_of("7.01"), (Place{7, 10})) << "as a page writes it";
  for (const auto* const none : {"", "x", "-1", ".5"}) EXPECT_EQ(place_of(none), Place{}) << none;
  EXPECT_EQ(place_of("7.0001"), Place{7});
}

TEST(WallCard, ListsWhatADigestTellsOf) {
  alert::Alert digest = test::sample_alert();
  digest.kind = alert::Kind::digest;
  digest.digest = alert::DigestPart{
      .count = 3,
      .items = {{.title = "<b>Flood</b>", .source = "news.example"}, {.title = "Fire"}}};
  const Card one = card_of(digest, 1);
  EXPECT_THAT(one.lines, testing::ElementsAre("<b>Flood</b> (news.example)", "Fire", "and 1 more"));
  EXPECT_THAT(to_html(one), HasSubstr("<li dir=\"auto\">&lt;b&gt;Flood&lt;/b&gt; (news.example)"));
}

TEST(WallCard, IsJsonThatSteersNoTerminal) {
  alert::Alert alert = test::sample_alert();
  alert.item.title = "a \xC2\x9B 31m \x1b \x7F \xE2\x80\xAE turned";
  const std::string line = to_json(card_of(alert, 1));
  EXPECT_TRUE(std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c < '\x7F'; }))
      << line;
}

TEST(WallCard, TellsOfATermOnceHoweverOftenItWasFound) {
  alert::Alert alert = test::sample_alert();
  alert.match.missing.clear();
  alert.match.threshold = 0;
  alert.story.why.clear();
  alert.match.evidence = {{.field = "title", .text = "Fire", .term = "fire", .weight = 0.1},
                          {.field = "content", .text = "quay", .term = "quay", .weight = 0.3},
                          {.field = "content", .text = "fires", .term = "fire", .weight = 0.1},
                          {.field = "content", .text = "fire", .term = "fire", .weight = 0.1}};
  EXPECT_THAT(card_of(alert, 1).why,
              testing::ElementsAre("“quay” in content: term quay, weight 0.300",
                                   "“Fire” 3 times in title, content: term fire, weight 0.100"));
}

TEST(WallCard, TellsWithoutScriptWhatItIsAndWhen) {
  alert::Alert alert = test::sample_alert();
  alert.is_experimental = true;
  alert.story.outlets = 3;
  alert.story.independent_sources = 2;
  const std::string html = to_html(card_of(alert, 1));
  EXPECT_THAT(html, AllOf(HasSubstr(" lab\""), HasSubstr("3 outlets, 2 independent"),
                          HasSubstr(" UTC</time>"), HasSubstr("dir=\"auto\"")));
}

TEST(WallBoard, SendsMuchInPieces) {
  Board board{1000};
  for (std::uint64_t seq = 1; seq <= 1000; ++seq) board.add(card(seq));
  Board::Mark mark;
  std::size_t pieces = 0;
  for (auto events = board.behind(mark); !events.text.empty(); events = board.behind(mark)) {
    EXPECT_LT(events.text.size(), 80'000U);
    mark = events.end;
    ++pieces;
  }
  EXPECT_EQ(mark.place, Place{1000});
  EXPECT_GT(pieces, 5U);
}

TEST(WallBoard, ShowsAFeedInTroubleUntilItRecovers) {
  Board board{10};
  board.add(card_of(of_feed("feed.failing", "wire"), 1));
  board.add(card_of(of_feed("feed.silent", "<paper>"), 2));
  EXPECT_THAT(board.troubles_html(), AllOf(HasSubstr("wire"), HasSubstr("&lt;paper&gt;")));
  board.add(card_of(of_feed("feed.recovered", "wire"), 3));
  EXPECT_THAT(board.troubles_html(), Not(HasSubstr("wire")));
  EXPECT_EQ(board.to_html(10), "") << "operator alerts are no cards";
}

TEST(WallBoard, ShowsASubscriberThatStoppedUntilItIsBack) {
  Board board{10};
  board.add(card_of(of_feed("subscriber.halted", "desk"), 1));
  board.add(card_of(of_feed("feed.recovered", "desk"), 2));
  EXPECT_THAT(board.troubles_html(), HasSubstr("subscriber.halted"));
  board.add(card_of(of_feed("subscriber.back", "desk"), 3));
  EXPECT_EQ(board.troubles_html(), "");
}

TEST(WallBoard, ShowsDeadLettersUntilNoneIsLeft) {
  Board board{10};
  board.add(card_of(of_feed("subscriber.dead-letter", "desk"), 1));
  board.add(card_of(of_feed("subscriber.dead-letter", "mail"), 2));
  board.add(card_of(of_feed("subscriber.halted", "desk"), 3));
  board.add(card_of(of_feed("subscriber.back", "desk"), 4));
  EXPECT_EQ(board.troubles_html(),
            "<li>desk: subscriber.dead-letter</li>\n<li>mail: subscriber.dead-letter</li>\n");
  auto relief = of_feed("subscriber.dead-letter", "desk");
  relief.severity = 7;
  board.add(card_of(relief, 5));
  EXPECT_EQ(board.troubles_html(), "<li>mail: subscriber.dead-letter</li>\n");
}

TEST(WallBoard, ShowsNothingOfASubscriberThatWasForgotten) {
  Board board{10};
  board.add(card_of(of_feed("subscriber.halted", "desk"), 1));
  board.add(card_of(of_feed("subscriber.dead-letter", "desk"), 2));
  board.add(card_of(of_feed("subscriber.halted", "mail"), 3));
  board.add(card_of(of_feed("subscriber.forgotten", "desk"), 4));
  EXPECT_THAT(board.troubles_html(), AllOf(HasSubstr("mail"), Not(HasSubstr("desk"))));
}

TEST(WallBoard, KeepsATroubleLongerThanItsCard) {
  Board board{1};
  board.add(card_of(of_feed("feed.failing", "wire"), 1));
  board.add(card(2));
  const auto kept = nlohmann::json::parse(board.to_json());
  EXPECT_EQ(kept.at("cards").size(), 1U);
  EXPECT_EQ(kept.at("troubles").at(0).at("bearers").at(0), "feed wire");
}

TEST(WallSite, ForbidsEverythingItDoesNotServeItself) {
  const Board board{10};
  for (const auto* const path : {"/", "/wall.js", "/wall.css", "/alerts.json", "/events"}) {
    const web::Reply reply = site(board)({.path = path});
    EXPECT_EQ(reply.status, 200U) << path;
    ASSERT_FALSE(reply.headers.empty()) << path;
    EXPECT_THAT(reply.headers.front().second, StartsWith("default-src 'none'; ")) << path;
  }
}

/// What the site answers for a script and for all that it imports, by path.
void load(const web::Handler& handler, const std::string& path,
          std::map<std::string, web::Reply>& loaded) {
  if (loaded.contains(path)) return;
  const std::string text = (loaded[path] = handler({.path = path})).body;
  const std::regex import{R"re( from "\.(/[a-z]+\.js)";)re"};
  for (std::sregex_iterator it{text.begin(), text.end(), import}, end; it != end; ++it) {
    load(handler, (*it)[1], loaded);
  }
}

TEST(WallSite, ServesEveryScriptThatAnotherOneImports) {
  const Board board{10};
  std::map<std::string, web::Reply> loaded;
  load(site(board), "/wall.js", loaded);
  EXPECT_GT(loaded.size(), 5U);
  for (const auto& [path, reply] : loaded) {
    EXPECT_EQ(reply.status, 200U) << path;
    EXPECT_EQ(reply.type, "text/javascript; charset=utf-8") << path;
  }
}

TEST(WallSite, KnowsNoOtherPath) {
  const Board board{10};
  for (const auto* const path : {"/../etc/passwd", "/wall.js/", "/%2e%2e/", "", "//"})
    EXPECT_EQ(site(board)({.path = path}).status, 404U) << path;
}

TEST(WallSite, ShowsTheLatestCardsWithoutScript) {
  Board board{10};
  board.add(card(1));
  board.add(card(2));
  const std::string html = site(board)({.path = "/"}).body;
  EXPECT_LT(html.find("id=\"a2\""), html.find("id=\"a1\""));
  EXPECT_THAT(html, Not(HasSubstr("{{")));
  EXPECT_THAT(html, AllOf(HasSubstr("<strong id=\"count\">2</strong>"),
                          HasSubstr("class=\"none\" hidden>")));
  EXPECT_THAT(html, Not(HasSubstr("style=")));
}

TEST(WallSite, TakesNothingInAnAlertForAPlaceInThePage) {
  Board board{10};
  board.add(card_of(of_feed("feed.failing", "{{cards}}{{mode}}"), 1));
  board.add(card(2));
  const std::string html = site(board)({.path = "/"}).body;
  EXPECT_THAT(html, HasSubstr("<li>{{cards}}{{mode}}: feed.failing</li>"));
  EXPECT_EQ(html.find("id=\"a2\""), html.rfind("id=\"a2\""));
}

TEST(WallSite, GoesOnWhereTheReaderWas) {
  Board board{10};
  for (const std::uint64_t seq : {1U, 2U, 3U}) board.add(card(seq));
  EXPECT_THAT(site(board)({.path = "/events", .query = "after=1"}).next(), StartsWith("id: 2\n"));
  EXPECT_THAT(site(board)({.path = "/events", .query = "after=1", .last_event_id = "2"}).next(),
              StartsWith("id: 3\n"))
      << "the header is newer than the address";
}

TEST(WallSite, GivesASignOfLifeWhereThereIsNothingNew) {
  Board board{10};
  const auto reply = site(board)({.path = "/events"});
  EXPECT_EQ(reply.next(), "event: beat\ndata: {\"daemon\":true,\"epoch\":\"\"}\n\n");
  EXPECT_EQ(reply.next(), "") << "and not another one at once";
}

TEST(WallListen, TakesAddressAndPort) {
  EXPECT_EQ(server_options("127.0.0.1:8787", {})->port, 8787);
  EXPECT_EQ(server_options("localhost:0", {})->address, "127.0.0.1");
  EXPECT_EQ(server_options("[::1]:80", {})->address, "::1");
}

TEST(WallListen, RefusesWhatIsNone) {
  for (const auto* const wrong : {"", "8787", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "x:8o"})
    EXPECT_FALSE(server_options(wrong, {})) << wrong;
}

TEST(WallListen, AsksForANameWhereOthersCanReachIt) {
  EXPECT_FALSE(server_options("0.0.0.0:8787", {}));
  const auto options = server_options("0.0.0.0:8787", {"wall.newsroom.example"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->hosts.back(), "wall.newsroom.example");
}

}  // namespace
}  // namespace tocsin::wall
