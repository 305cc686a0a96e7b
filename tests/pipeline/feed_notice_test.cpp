// SPDX-License-Identifier: Apache-2.0
#include "pipeline/feed_notice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alert/codec.hpp"

namespace tocsin::pipeline {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr Time noon{std::chrono::sys_days{std::chrono::year{2019} / 3 / 2} + 12h};

/// One feed over simulated time; remembers what operators were told, and when.
class FeedHealth : public ::testing::Test {
 protected:
  FeedHealth() {
    state_.key = "courier";
    state_.baselined = true;
    state_.last_new = noon;
    state_.rhythm = 1h;
    state_.rhythm_items = 20;
    state_.polls = 100;
  }

  void poll(const std::function<void(store::FeedState&)>& change, bool gap_suspected = false) {
    const store::FeedState before = state_;
    ++state_.polls;
    change(state_);
    if (gap_suspected) ++state_.gaps;
    Noted noted = notices_of({.feed = feed_,
                              .before = before,
                              .after = state_,
                              .gap_suspected = gap_suspected,
                              .now = now_,
                              .holds_failures = is_network_down_,
                              .reliable_since = reliable_since_},
                             options_);
    state_ = std::move(noted.state);
    for (Notice& notice : noted.notices) {
      kinds_.push_back(notice.kind);
      told_.push_back(std::move(notice));
    }
  }

  /// News, and nothing of the document before among it.
  void answer_after_a_gap() {
    poll([this](store::FeedState& state) { state.last_new = now_; }, true);
  }

  void fail() {
    poll([](store::FeedState& state) {
      ++state.failures;
      state.last_error = "host 'courier.example': answered with status 500";
    });
  }

  void fail_every(std::chrono::minutes pause, Time until) {
    for (; now_ < until; now_ += pause) fail();
  }

  void answer(bool with_news = false) {
    poll([this, with_news](store::FeedState& state) {
      state.failures = 0;
      state.last_error.clear();
      state.disabled_at.reset();
      if (with_news) state.last_new = now_;
    });
  }

  void answer_every(std::chrono::minutes pause, Time until) {
    for (; now_ < until; now_ += pause) answer();
  }

  const FeedInfo feed_{.key = "courier",
                       .title = "The Courier",
                       .url = "https://ann:pw@courier.example/rss?key=s3cret",
                       .kind = "paper",
                       .topics = {}};
  NoticeOptions options_;
  store::FeedState state_;
  Time now_ = noon;
  bool is_network_down_ = false;
  Time reliable_since_{};
  std::vector<std::string> kinds_;
  std::vector<Notice> told_;
};

TEST_F(FeedHealth, IsNotToldOfABlip) {
  fail();
  now_ += 59min;
  fail();
  fail();
  now_ += 1min;
  answer();
  EXPECT_THAT(kinds_, IsEmpty());
}

TEST_F(FeedHealth, IsNotToldOfTwoFailuresHoweverFarApart) {
  fail();
  now_ += 6h;
  fail();
  EXPECT_THAT(kinds_, IsEmpty());
}

TEST_F(FeedHealth, TellsOfThreeFailuresOverAnHourOnce) {
  fail_every(20min, noon + 12h);
  ASSERT_THAT(kinds_, ElementsAre("feed.failing"));
  EXPECT_EQ(told_[0].summary,
            "Feed 'The Courier' has failed 4 times in a row since 2019-03-02 12:00 UTC: "
            "host 'courier.example': answered with status 500.");
}

TEST_F(FeedHealth, RemindsAfterADayAndAfterAWeek) {
  fail_every(60min, noon + 30 * 24h);
  ASSERT_THAT(kinds_, ElementsAre("feed.failing", "feed.failing", "feed.failing"));
  EXPECT_NE(told_[0].condition, told_[1].condition);
  EXPECT_NE(told_[1].condition, told_[2].condition);
}

TEST_F(FeedHealth, TellsOfTheRecoveryOfWhatWasTold) {
  fail_every(20min, noon + 2h);
  answer();
  answer();
  ASSERT_THAT(kinds_, ElementsAre("feed.failing", "feed.recovered"));
  EXPECT_EQ(told_[1].summary,
            "Feed 'The Courier' answers again; it had failed since 2019-03-02 12:00 UTC.");
}

TEST_F(FeedHealth, TellsOfTheNextFailureAnew) {
  fail_every(20min, noon + 2h);
  answer();
  now_ += 1h;
  fail_every(20min, noon + 6h);
  ASSERT_THAT(kinds_, ElementsAre("feed.failing", "feed.recovered", "feed.failing"));
  EXPECT_NE(told_[0].condition, told_[2].condition);
}

TEST_F(FeedHealth, HoldsSingleFailuresWhileTheNetworkIsDown) {
  is_network_down_ = true;
  fail_every(20min, noon + 5h);
  EXPECT_THAT(kinds_, IsEmpty());
  is_network_down_ = false;
  reliable_since_ = now_;
  fail_every(20min, noon + 6h);
  EXPECT_THAT(kinds_, IsEmpty());  // an hour of its own first
  fail_every(20min, noon + 7h);
  EXPECT_THAT(kinds_, ElementsAre("feed.failing"));
}

TEST_F(FeedHealth, TellsAtOnceOfAFeedThatIsGone) {
  poll([this](store::FeedState& state) {
    ++state.failures;
    state.disabled_at = now_;
    state.disabled_reason = "410 Gone";
  });
  now_ += 1h;
  answer();
  ASSERT_THAT(kinds_, ElementsAre("feed.stopped", "feed.recovered"));
  EXPECT_EQ(told_[0].summary, "Feed 'The Courier' is gone (410 Gone) and is not polled any more.");
}

TEST_F(FeedHealth, TellsOfAFeedThatFallsSilentOnce) {
  state_.rhythm = 72min;  // 20 items a day
  answer_every(30min, noon + 24h);
  EXPECT_THAT(kinds_, IsEmpty());
  answer_every(30min, noon + 5 * 24h);
  ASSERT_THAT(kinds_, ElementsAre("feed.silent"));
  EXPECT_EQ(told_[0].summary,
            "Feed 'The Courier' answers, but has brought nothing new since 2019-03-02 12:00 UTC; "
            "an item every 72 minutes was usual.");
}

TEST_F(FeedHealth, DoesNotCallAWeeklyFeedSilent) {
  state_.rhythm = 7 * 24h;
  answer_every(60min, noon + 60 * 24h);
  EXPECT_THAT(kinds_, IsEmpty());
  answer_every(60min, noon + 71 * 24h);
  EXPECT_THAT(kinds_, ElementsAre("feed.silent"));
}

TEST_F(FeedHealth, CallsNoFeedSilentWhoseRhythmIsUnknown) {
  state_.rhythm = 0s;
  answer_every(60min, noon + 60 * 24h);
  state_.rhythm = 5min;
  state_.rhythm_items = 4;
  answer_every(60min, noon + 120 * 24h);
  EXPECT_THAT(kinds_, IsEmpty());
}

TEST_F(FeedHealth, TellsOfAFailureThatBeganBeforeTheClockWasSetBack) {
  fail();
  now_ -= std::chrono::years{1};
  fail_every(10min, now_ + 90min);
  EXPECT_THAT(kinds_, ElementsAre("feed.failing"));
}

TEST_F(FeedHealth, CallsAFailingFeedFailingAndNotSilent) {
  fail_every(60min, noon + 23h);
  fail_every(60min, noon + 3 * 24h);
  EXPECT_THAT(kinds_, ElementsAre("feed.failing", "feed.failing"));
}

TEST_F(FeedHealth, TellsWhenASilentFeedSpeaksAgain) {
  answer_every(60min, noon + 30h);
  answer(true);
  ASSERT_THAT(kinds_, ElementsAre("feed.silent", "feed.recovered"));
  EXPECT_THAT(told_[1].summary, HasSubstr("brings news again; the last before was of 2019-03-02"));
}

TEST_F(FeedHealth, TellsOfGapsOnceADayWithTheirNumber) {
  answer_after_a_gap();
  now_ += 1h;
  answer_after_a_gap();
  now_ += 1h;
  answer_after_a_gap();
  EXPECT_THAT(kinds_, ElementsAre("feed.gap"));
  now_ += 23h;
  answer_after_a_gap();
  ASSERT_THAT(kinds_, ElementsAre("feed.gap", "feed.gap"));
  EXPECT_THAT(told_[0].summary, HasSubstr("may have lost items between two polls, once:"));
  EXPECT_THAT(told_[1].summary, HasSubstr("two polls, 3 times since 2019-03-02 12:00 UTC:"));
}

TEST_F(FeedHealth, TellsOfAGapOnceAtLeastWhateverWasCountedBefore) {
  state_.gaps_told = 5;
  answer_after_a_gap();
  ASSERT_THAT(kinds_, ElementsAre("feed.gap"));
  EXPECT_THAT(told_[0].summary, HasSubstr("may have lost items between two polls, once:"));
}

TEST_F(FeedHealth, TellsOfAMoveAndOfItsUndoing) {
  poll([](store::FeedState& state) { state.current_url = "https://new.example/rss?token=s3cret"; });
  poll([](store::FeedState& state) { state.current_url.clear(); });
  ASSERT_THAT(kinds_, ElementsAre("feed.moved", "feed.moved"));
  EXPECT_EQ(told_[0].summary,
            "Feed 'The Courier' has moved for good from https://courier.example/rss to "
            "https://new.example/rss.");
  EXPECT_EQ(told_[1].summary,
            "Feed 'The Courier' is fetched from its listed URL again, https://courier.example/rss, "
            "and no more from https://new.example/rss.");
}

TEST_F(FeedHealth, DoesNotCallTheFirstPollAMove) {
  state_ = {};
  state_.polls = 0;
  poll([](store::FeedState& state) { state.current_url = "https://courier.example/rss"; });
  EXPECT_THAT(kinds_, IsEmpty());
}

TEST(OperatorAlert, NamesTheFeedWithoutItsSecrets) {
  const FeedInfo feed{.key = "https://ann:pw@courier.example/rss?key=s3cret",
                      .title = {},
                      .url = "https://ann:pw@courier.example/rss?key=s3cret",
                      .kind = {},
                      .topics = {}};
  const Notice notice{.kind = "feed.failing", .severity = 5, .summary = "x", .condition = "1"};
  const std::string payload = alert::encode(operator_alert(notice, &feed, noon), 1);
  EXPECT_THAT(payload, HasSubstr(R"("subject":"https://courier.example/rss#)"));
  EXPECT_THAT(payload, Not(HasSubstr("s3cret")));
  EXPECT_THAT(payload, Not(HasSubstr("ann:pw")));
}

TEST(OperatorAlert, HasAnIdOfItsKindFeedAndCondition) {
  const FeedInfo feed{.key = "a", .title = {}, .url = {}, .kind = {}, .topics = {}};
  const FeedInfo other{.key = "b", .title = {}, .url = {}, .kind = {}, .topics = {}};
  const Notice notice{.kind = "feed.gap", .severity = 6, .summary = "x", .condition = "1"};
  Notice later = notice;
  later.condition = "2";
  const auto id = operator_alert(notice, &feed, noon).id;
  EXPECT_THAT(id, SizeIs(32));
  EXPECT_EQ(operator_alert(notice, &feed, noon + 1h).id, id);
  EXPECT_NE(operator_alert(notice, &other, noon).id, id);
  EXPECT_NE(operator_alert(later, &feed, noon).id, id);
}

TEST(OperatorAlert, GoesOutUnderOpsAndComesBackFromTheWire) {
  const FeedInfo feed{.key = "a", .title = "A", .url = "https://a.example/", .kind = "blog"};
  const Notice notice{.kind = "feed.gap", .severity = 6, .summary = "x", .condition = "1"};
  const alert::Alert alert = operator_alert(notice, &feed, noon);
  EXPECT_EQ(alert::topic_frame(alert), "ops/feed.gap/6/");
  const alert::Alert read = alert::decode(alert::encode(alert, 1)).value().alert;
  EXPECT_EQ(read.kind, alert::Kind::operations);
  EXPECT_EQ(read.source.name, "A");
  EXPECT_EQ(read.source.feed_id, "a");
  EXPECT_EQ(read.subject, "a");
}

}  // namespace
}  // namespace tocsin::pipeline
