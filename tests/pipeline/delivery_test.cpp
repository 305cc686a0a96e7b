// SPDX-License-Identifier: Apache-2.0
#include "pipeline/delivery.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/newsroom.hpp"
#include "pipeline/release.hpp"

namespace tocsin::pipeline {
namespace {

using namespace std::chrono_literals;
using test::noon;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Silences : public test::Newsroom {};

TEST_F(Silences, HoldWhatTheirTopicSends) {
  silence("topic", "floods");
  EXPECT_THAT(publish({.topic = "flood", .story = 1}), IsEmpty());
  EXPECT_THAT(publish({.topic = "fire", .story = 2}), SizeIs(1));
  EXPECT_EQ(count("matches.silenced"), 1);
  EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(Silences, HoldWhatTheirFeedBrings) {
  publish_nothing("gazette");
  silence("feed", "gazette");
  EXPECT_THAT(publish({.story = 1, .feed = "gazette"}), IsEmpty());
  EXPECT_THAT(publish({.story = 2}), SizeIs(1));
}

TEST_F(Silences, HoldWhatTheirOutletPublishes) {
  silence("source", "courier.example");
  EXPECT_THAT(publish({.story = 1}), IsEmpty());
}

TEST_F(Silences, OfAStoryHoldItsUpdates) {
  const auto first = publish({.story = 1});
  ASSERT_THAT(first, SizeIs(1));
  clock_.advance(1h);
  silence("story", first.front().story.id);
  EXPECT_THAT(publish({.story = 1}), IsEmpty());
  EXPECT_THAT(publish({.story = 2}), SizeIs(1));
}

TEST(Covers, NotWhatBringsNewNamesIntoASilencedStory) {
  const store::Silence silence{.scope = "story", .name = "s1"};
  EXPECT_TRUE(covers(silence, {.story_id = "s1"}));
  EXPECT_FALSE(covers(silence, {.story_id = "s1", .brings_names = true}));
  EXPECT_FALSE(covers(silence, {.story_id = "s2"}));
}

TEST(Covers, NothingByAScopeItDoesNotKnow) {
  EXPECT_FALSE(covers({.scope = "planet", .name = ""}, {}));
}

TEST_F(Silences, LeaveEvaluationAlone) {
  silence("topic", "floods");
  publish({.story = 1});
  const auto matches = store_->matches_of(1).value();
  ASSERT_THAT(matches, SizeIs(1));
  EXPECT_TRUE(matches.front().fired);
  EXPECT_EQ(matches.front().outcome, "silenced");
}

TEST_F(Silences, ReleaseADigestWhenTheyExpire) {
  silence("topic", "floods", 2h);
  publish({.story = 1});
  publish({.story = 2});
  clock_.advance(2h - 1ms);
  EXPECT_THAT(release(), IsEmpty());
  clock_.advance(1ms);
  frames().clear();
  const auto digests = release();
  ASSERT_THAT(digests, SizeIs(1));
  EXPECT_THAT(frames(), ElementsAre("alert/floods/3/"));
  EXPECT_EQ(digests.front().kind, alert::Kind::digest);
  EXPECT_EQ(digests.front().digest->count, 2);
  EXPECT_EQ(digests.front().digest->reasons, (std::map<std::string, std::int64_t>{{"silence", 2}}));
  EXPECT_THAT(digests.front().item.title, HasSubstr("2 more alerts were held"));
  EXPECT_THAT(release(), IsEmpty());
  EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(Silences, ReleaseADigestWhenTheyAreEnded) {
  const auto added = silence("topic", "floods", 24h);
  publish({.story = 1});
  clock_.advance(1h);
  ASSERT_TRUE(ledger_->end_silence(added.id));
  EXPECT_THAT(release(), SizeIs(1));
  EXPECT_THAT(publish({.story = 2}), SizeIs(1));
}

TEST_F(Silences, SurviveARestartWithWhatTheyHold) {
  silence("topic", "floods", 2h);
  publish({.story = 1});
  open();
  EXPECT_THAT(publish({.story = 2}), IsEmpty());
  clock_.advance(2h);
  open();
  const auto digests = release();
  ASSERT_THAT(digests, SizeIs(1));
  EXPECT_EQ(digests.front().digest->count, 2);
}

TEST_F(Silences, DoNotOutlastAClockThatIsSetBackAYear) {
  clock_.advance(24h * 365);
  silence("topic", "floods", 2h);
  release();
  clock_.set(noon);
  release();
  EXPECT_THAT(publish({.story = 1}), IsEmpty());
  clock_.advance(2h);
  EXPECT_THAT(release(), SizeIs(1));
  EXPECT_THAT(publish({.story = 2}), SizeIs(1));
}

TEST_F(Silences, GoOnHoldingWhatALaterOneCovers) {
  silence("topic", "floods", 1h);
  publish({.story = 1});
  const auto longer = silence("topic", "floods", 5h);
  clock_.advance(1h);
  EXPECT_THAT(release(), IsEmpty());
  ASSERT_TRUE(ledger_->end_silence(longer.id));
  EXPECT_THAT(release(), SizeIs(1));
}

TEST_F(Silences, CountTheCopiesOfAStoryTheyHold) {
  silence("topic", "floods", 2h);
  publish({.story = 1});
  publish({.story = 1});
  publish({.story = 1});
  EXPECT_EQ(count("matches.silenced"), 1);
  EXPECT_EQ(count("matches.merged"), 2);
  clock_.advance(2h);
  const auto digests = release();
  ASSERT_THAT(digests, SizeIs(1));
  EXPECT_EQ(digests.front().digest->items.front().copies, 2);
  EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(Silences, MakeTheNextAlertOfAToldStoryAnUpdate) {
  silence("topic", "floods", 2h);
  publish({.story = 1});
  clock_.advance(2h);
  const auto digests = release();
  clock_.advance(1h);
  const auto next = publish({.story = 1});
  ASSERT_THAT(next, SizeIs(1));
  EXPECT_EQ(next.front().kind, alert::Kind::updated);
  EXPECT_EQ(next.front().first_id, digests.front().id);
}

TEST_F(Silences, AreRefusedWithoutAuthorReasonScopeOrEnd) {
  const store::Silence good{.scope = "topic",
                            .name = "floods",
                            .expires_at = noon + 1h,
                            .author = "ops",
                            .reason = "exercise"};
  const auto refused = [this](store::Silence silence) {
    const auto added = ledger_->add_silence(std::move(silence));
    return !added && added.error().code == Errc::invalid_input;
  };
  auto bad = good;
  bad.author.clear();
  EXPECT_TRUE(refused(bad));
  bad = good;
  bad.reason.clear();
  EXPECT_TRUE(refused(bad));
  bad = good;
  bad.scope = "planet";
  EXPECT_TRUE(refused(bad));
  bad = good;
  bad.name.clear();
  EXPECT_TRUE(refused(bad));
  bad = good;
  bad.expires_at = noon;
  EXPECT_TRUE(refused(bad));
  bad.expires_at = noon + 24h * 400;
  EXPECT_TRUE(refused(bad));
  EXPECT_FALSE(refused(good));
}

TEST_F(Silences, ThatAreNotInForceCannotBeEnded) {
  const auto ended = ledger_->end_silence(7);
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, Errc::not_found);
}

DeliveryOptions quiet_at_night(int let_through = 0) {
  DeliveryOptions options;
  options.house.quiet = {calendar::parse_window("22:00-07:00").value()};
  options.house.zone = calendar::Zone::find("Europe/Berlin").value();
  options.house.let_through = let_through;
  return options;
}

class QuietHours : public test::Newsroom {
 protected:
  QuietHours() : Newsroom(quiet_at_night()) {}
};

constexpr Time evening = noon + 9h;  // 22:00 in Berlin
constexpr Time morning = noon + 18h;

TEST_F(QuietHours, LetThroughWhatComesByDay) {
  EXPECT_THAT(publish({.story = 1}), SizeIs(1));
}

TEST_F(QuietHours, HoldUntilTheMorningOfTheirZone) {
  clock_.set(evening);
  EXPECT_THAT(publish({.story = 1}), IsEmpty());
  EXPECT_EQ(count("matches.held"), 1);
  clock_.set(morning - 1ms);
  EXPECT_THAT(release(), IsEmpty());
  clock_.set(morning);
  EXPECT_THAT(release(), SizeIs(1));
  EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(QuietHours, TellInTheMorningWhatALongerSilenceDoesNotCover) {
  publish_nothing("gazette");
  clock_.set(evening);
  silence("feed", "gazette", 7 * 24h);
  publish({.story = 1, .feed = "gazette"});
  publish({.story = 1});
  EXPECT_EQ(count("matches.held"), 1);
  clock_.set(morning);
  const auto digests = release();
  ASSERT_THAT(digests, SizeIs(1));
  EXPECT_EQ(digests.front().digest->count, 1);
  EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(QuietHours, HoldTheDigestOfASilenceThatEndsInThem) {
  clock_.set(evening - 1h);
  silence("topic", "floods", 3h);
  publish({.story = 1});
  clock_.set(evening + 2h);
  EXPECT_THAT(release(), IsEmpty());
  clock_.set(morning);
  EXPECT_THAT(release(), SizeIs(1));
}

TEST_F(QuietHours, GiveOneDigestATopicFrame) {
  clock_.set(evening);
  publish({.topic = "flood", .story = 1});
  publish({.topic = "fire", .story = 2});
  publish({.topic = "fire", .story = 3});
  clock_.set(morning);
  frames().clear();
  release();
  EXPECT_THAT(frames(), ElementsAre("alert/fires/3/", "alert/floods/3/"));
}

TEST_F(QuietHours, EndBeforeTheFirstPollOfTheMorning) {
  clock_.set(evening);
  publish({.story = 1});
  clock_.set(morning);
  const auto alerts = publish({.story = 2});
  ASSERT_THAT(alerts, SizeIs(2));
  EXPECT_EQ(alerts[0].kind, alert::Kind::digest);
  EXPECT_EQ(alerts[1].kind, alert::Kind::fresh);
}

TEST_F(QuietHours, ReleaseWhatWasHeldByAClockThatWasAhead) {
  clock_.set(evening + 24h * 365);
  release();
  publish({.story = 1, .published = evening + 24h * 365});
  clock_.set(noon);
  const auto digests = release();
  ASSERT_THAT(digests, SizeIs(1));
  EXPECT_EQ(digests.front().digest->count, 1);
}

class QuietButForTheWorst : public test::Newsroom {
 protected:
  QuietButForTheWorst() : Newsroom(quiet_at_night(3)) {}
};

TEST_F(QuietButForTheWorst, LetsSevereAlertsThrough) {
  clock_.set(evening);
  EXPECT_THAT(publish({.story = 1}), SizeIs(1));
}

TEST_F(QuietButForTheWorst, LetsNothingThroughASilence) {
  clock_.set(evening);
  silence("topic", "floods");
  EXPECT_THAT(publish({.story = 1}), IsEmpty());
}

DeliveryOptions digest_of_floods() {
  DeliveryOptions options;
  DeliveryRule floods;
  floods.digest = calendar::parse_moments("every 6h").value();
  options.topics.emplace("floods", floods);
  return options;
}

class Digests : public test::Newsroom {
 protected:
  Digests() : Newsroom(digest_of_floods()) {}
};

TEST_F(Digests, GatherWhatTheirTopicSends) {
  clock_.advance(1min);
  EXPECT_THAT(publish({.topic = "flood", .story = 1}), IsEmpty());
  EXPECT_THAT(publish({.topic = "fire", .story = 2}), SizeIs(1));
  publish({.topic = "flood", .story = 3});
  clock_.set(noon + 6h);
  const auto digests = release();
  ASSERT_THAT(digests, SizeIs(1));
  EXPECT_THAT(digests.front().digest->items, SizeIs(2));
  EXPECT_EQ(digests.front().digest->items.front().url, "https://courier.example/1");
  EXPECT_EQ(digests.front().match.topic, "floods");
}

TEST_F(Digests, AreNotSentWhenThereIsNothingInThem) {
  clock_.set(noon + 6h);
  EXPECT_THAT(release(), IsEmpty());
}

TEST_F(Digests, StayScheduledWhenTheOptionsChange) {
  publish({.topic = "flood", .story = 1});
  ledger_->use({});
  EXPECT_THAT(publish({.topic = "flood", .story = 2}), SizeIs(1));
  clock_.set(noon + 6h);
  EXPECT_THAT(release(), SizeIs(1));
}

DeliveryOptions capped(std::size_t by_topic, std::size_t in_all) {
  DeliveryOptions options;
  options.house.max_per_hour = by_topic;
  options.max_per_hour_in_all = in_all;
  return options;
}

class Caps : public test::Newsroom {
 protected:
  Caps() : Newsroom(capped(2, 3)) {}

  std::size_t sent(const std::string& topic) {
    return publish({.topic = topic, .story = ++stories_}).size();
  }

  int stories_ = 0;
};

TEST_F(Caps, HoldWhatIsTooMuchOfATopic) {
  EXPECT_EQ(sent("flood") + sent("flood"), 2U);
  EXPECT_EQ(sent("flood"), 0U);
  EXPECT_EQ(sent("fire"), 1U);
  EXPECT_EQ(count("matches.held"), 1);
}

TEST_F(Caps, HoldWhatIsTooMuchInAll) {
  EXPECT_EQ(sent("flood") + sent("flood") + sent("fire"), 3U);
  EXPECT_EQ(sent("fire"), 0U);
}

TEST_F(Caps, TellTheRestWhenTheHourIsOver) {
  for (int n = 0; n < 39; ++n) sent("flood");
  clock_.set(noon + 1h - 1ms);
  EXPECT_THAT(release(), IsEmpty());
  clock_.set(noon + 1h);
  const auto digests = release();
  ASSERT_THAT(digests, SizeIs(1));
  EXPECT_EQ(digests.front().item.title, "37 more alerts were held: Topic floods");
  EXPECT_THAT(digests.front().item.summary, HasSubstr("37 by the cap on alerts in an hour."));
  EXPECT_EQ(sent("flood"), 1U);
  EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(Caps, CountAcrossARestart) {
  sent("flood");
  open();
  sent("flood");
  open();
  EXPECT_EQ(sent("flood"), 0U);
}

TEST_F(Caps, ForgetAnHourThatAClockAheadHasOpened) {
  clock_.set(noon + 24h * 365);
  sent("flood");
  sent("flood");
  clock_.set(noon);
  EXPECT_EQ(sent("flood"), 1U);
}

TEST(Digest, TellsAsManyTitlesAsASummaryHolds) {
  DueGroup due{.group = {.frame = "lab/floods/7/",
                         .topic = "floods",
                         .topic_title = "Floods",
                         .count = 500,
                         .copies = 3,
                         .since = noon,
                         .until = noon},
               .listed = std::vector<store::Held>(200, {.title = "Flood in the north"}),
               .reasons = {{"cap", 400}, {"quiet", 100}}};
  const auto digest = build_digest(due, noon);
  EXPECT_TRUE(digest.is_experimental);
  EXPECT_EQ(digest.severity, 7);
  EXPECT_EQ(digest.digest->more, 300);
  EXPECT_THAT(digest.item.summary,
              HasSubstr("400 by the cap on alerts in an hour, 100 by quiet hours; 3 further"));
  EXPECT_THAT(digest.item.summary, HasSubstr("\nand 490 more"));
}

}  // namespace
}  // namespace tocsin::pipeline
