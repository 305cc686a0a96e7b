// SPDX-License-Identifier: Apache-2.0
#include "poll/poller.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/fake_fetcher.hpp"

namespace tocsin::poll {
namespace {

using namespace std::chrono_literals;
using store::FeedState;

FeedSpec feed(const std::string& key, const std::string& host = "") {
  FeedSpec spec;
  spec.key = key;
  spec.url = "https://" + (host.empty() ? key : host) + ".example/" + key;
  return spec;
}

/// A poller whose clock and network the test plays; the pipeline commits when told.
class PollerTest : public testing::Test {
 protected:
  explicit PollerTest(PollOptions options = {})
      : poller_{*loop_, fetcher_, clock_, std::move(options)} {
    poller_.on_polled([this](Polled polled) { polled_.push_back(std::move(polled)); });
  }

  void list(std::vector<FeedSpec> specs, std::vector<FeedState> known = {}) {
    remember(known);
    poller_.reload(std::move(specs));
    poller_.wake();
  }

  void remember(const std::vector<FeedState>& known) {
    FeedBook stored;
    for (const FeedState& state : known) stored.remember(state);
    if (!known.empty()) poller_.start_from(std::move(stored));
  }

  void pass(std::chrono::milliseconds time) {
    clock_.advance(time);
    poller_.wake();
  }

  void commit_last(const Learned& learned = {}) {
    poller_.committed(polled_.back().proposed, learned);
    poller_.wake();
  }

  /// Commits as the pipeline does after it read a document with this median gap.
  void commit_with_rhythm(Seconds rhythm, const Learned& learned = {}) {
    FeedState state = polled_.back().proposed;
    state.rhythm = rhythm;
    state.baselined = true;
    state.last_new = state.last_polled;
    poller_.committed(state, learned);
    poller_.wake();
  }

  ManualClock clock_{Time{1000h}};
  std::unique_ptr<loop::EventLoop> loop_ = loop::EventLoop::create().value();
  test::FakeFetcher fetcher_;
  Poller poller_;
  std::vector<Polled> polled_;
};

TEST_F(PollerTest, FetchesAFeedWithoutHistoryAtOnce) {
  list({feed("a")});
  ASSERT_EQ(fetcher_.open(), 1U);
  EXPECT_EQ(fetcher_.first().url, "https://a.example/a");
}

TEST_F(PollerTest, KeepsAConnectionOnlyForFeedsOfTheHostThatWaitForTheirTurn) {
  list({feed("a", "one"), feed("b", "one"), feed("c", "one")});
  fetcher_.answer_status(304);
  pass(2s);
  ASSERT_EQ(fetcher_.open(), 1U);
  EXPECT_TRUE(fetcher_.first().keeps_connection);
  fetcher_.answer_status(304);
  pass(2s);
  ASSERT_EQ(fetcher_.open(), 1U);
  EXPECT_FALSE(fetcher_.first().keeps_connection);
}

TEST_F(PollerTest, WaitsForTheStoredTimeOfAFeedItKnows) {
  FeedState state;
  state.key = "a";
  state.next_poll = clock_.now() + 5min;
  list({feed("a")}, {state});
  EXPECT_EQ(fetcher_.open(), 0U);
  pass(5min);
  EXPECT_EQ(fetcher_.open(), 1U);
}

TEST_F(PollerTest, LeavesAStoppedFeedAlone) {
  FeedState state;
  state.key = "a";
  state.disabled_at = clock_.now();
  list({feed("a")}, {state});
  pass(48h);
  EXPECT_EQ(fetcher_.started(), 0U);
}

TEST_F(PollerTest, HandsTheOutcomeOverAndRemembersNothingBeforeTheCommit) {
  list({feed("a")});
  http::Response response;
  response.status = 200;
  response.etag = "\"1\"";
  fetcher_.answer(response);
  ASSERT_EQ(polled_.size(), 1U);
  EXPECT_TRUE(polled_[0].is_usable);
  EXPECT_EQ(polled_[0].proposed.etag, "\"1\"");
  pass(48h);
  EXPECT_EQ(fetcher_.started(), 1U) << "it rests until the commit";
  commit_last();
  pass(23h);
  EXPECT_EQ(fetcher_.started(), 2U);
}

TEST_F(PollerTest, PollsConditionallyOnceTheValidatorsAreCommitted) {
  list({feed("a")});
  http::Response response;
  response.status = 200;
  response.etag = "\"1\"";
  fetcher_.answer(response);
  commit_last();
  pass(61min);
  ASSERT_EQ(fetcher_.open(), 1U);
  EXPECT_EQ(fetcher_.first().etag, "\"1\"");
  fetcher_.answer_status(304);
  EXPECT_FALSE(polled_.back().is_usable);
}

TEST_F(PollerTest, OffersAFailedPollForABodyThatIsNoFeed) {
  FeedState moving;
  moving.key = "a";
  moving.interval = 10min;
  moving.failures = 2;
  moving.moved_to = "https://parked.example/";
  moving.moved_since = clock_.now() - 100h;
  list({feed("a")}, {moving});
  http::Response response;
  response.status = 200;
  response.redirects = {{.status = 301, .from = "https://a.example/a", .to = moving.moved_to}};
  fetcher_.answer(response);
  EXPECT_EQ(polled_.back().proposed.current_url, moving.moved_to);
  const FeedState& unreadable = polled_.back().proposed_if_unreadable;
  EXPECT_EQ(unreadable.key, "a");
  EXPECT_EQ(unreadable.current_url, "");
  EXPECT_EQ(unreadable.moved_since, moving.moved_since);
  EXPECT_EQ(unreadable.failures, 3);
  EXPECT_GE(unreadable.next_poll, clock_.now() + 40min);
  EXPECT_EQ(unreadable.last_success, std::nullopt);
}

TEST_F(PollerTest, WaitsAsAfterAFailureWhenTheBodyWasNoFeed) {
  FeedState failing;
  failing.key = "a";
  failing.interval = 10min;
  failing.failures = 2;
  list({feed("a")}, {failing});
  fetcher_.answer_status(200);
  poller_.committed(polled_.back().proposed_if_unreadable, {});
  pass(39min);
  EXPECT_EQ(fetcher_.started(), 1U);
  pass(6min);
  EXPECT_EQ(fetcher_.started(), 2U);
}

TEST_F(PollerTest, TellsThatA226HoldsOnlyWhatIsNew) {
  list({feed("a"), feed("b")});
  fetcher_.answer_status(226);
  EXPECT_TRUE(polled_.back().is_usable);
  EXPECT_TRUE(polled_.back().is_delta);
  fetcher_.answer_status(200);
  EXPECT_FALSE(polled_.back().is_delta);
}

TEST_F(PollerTest, PollsAgainWithTheOldValidatorsAfterALoss) {
  list({feed("a")});
  http::Response response;
  response.status = 200;
  response.etag = "\"1\"";
  fetcher_.answer(response);
  poller_.abandoned("a");
  pass(3min);
  ASSERT_EQ(fetcher_.open(), 1U);
  EXPECT_EQ(fetcher_.first().etag, "");
}

TEST_F(PollerTest, WaitsTheFeedsIntervalAfterALoss) {
  FeedState known;
  known.key = "a";
  known.interval = 20min;
  FeedSpec rare = feed("b");
  rare.options = std::make_shared<const FeedOptions>(FeedOptions{.interval = Seconds{6h}});
  list({feed("a"), rare}, {known});
  fetcher_.answer_status(200);
  fetcher_.answer_status(200);
  poller_.abandoned("a");
  poller_.abandoned("b");
  pass(20min - 1s);
  EXPECT_EQ(fetcher_.started(), 2U);
  pass(2min + 1s);
  EXPECT_EQ(fetcher_.started(), 3U);
  pass(5h);
  EXPECT_EQ(fetcher_.started(), 3U);
  pass(2h);
  EXPECT_EQ(fetcher_.started(), 4U);
}

TEST_F(PollerTest, ProbesOnceAMinuteWhileTheStoreTakesNothing) {
  poller_.set_store_failing(true);
  list({feed("a"), feed("b"), feed("c")});
  EXPECT_EQ(fetcher_.started(), 1U);
  pass(59s);
  EXPECT_EQ(fetcher_.started(), 1U);
  ASSERT_TRUE(poller_.next_wake().has_value());
  EXPECT_EQ(*poller_.next_wake(), clock_.now() + 1s);
  pass(1s);
  EXPECT_EQ(fetcher_.started(), 2U);
}

TEST_F(PollerTest, PollsAllThatIsDueOnceTheStoreTakesItAgain) {
  poller_.set_store_failing(true);
  list({feed("a"), feed("b"), feed("c")});
  poller_.set_store_failing(false);
  poller_.wake();
  EXPECT_EQ(fetcher_.started(), 3U);
}

TEST_F(PollerTest, LearnsItsIntervalFromTheItems) {
  FeedState polled_before;
  polled_before.key = "a";
  polled_before.polls = 1;
  list({feed("a")}, {polled_before});
  fetcher_.answer_status(200);
  commit_with_rhythm(8min);
  ASSERT_TRUE(poller_.next_due().has_value());
  EXPECT_GE(*poller_.next_due(), clock_.now() + 4min);
  EXPECT_LE(*poller_.next_due(), clock_.now() + 4min + 24s);
}

TEST_F(PollerTest, OffersThePaceByWhichItRunsToTheStore) {
  FeedState known;
  known.key = "b";
  known.polls = 1;
  known.interval = 20min;
  list({feed("a"), feed("b")}, {known});
  http::Response response;
  response.status = 200;
  response.max_age = 30min;
  fetcher_.answer(response);
  fetcher_.answer(response);
  for (const Polled& polled : polled_) {
    for (const bool gap_suspected : {false, true}) {
      FeedState learnt = polled.proposed;
      learnt.rhythm = 24h;
      const FeedState stored = paced(learnt, gap_suspected, polled.pace);
      EXPECT_EQ(paced(stored, gap_suspected, polled.pace).next_poll, stored.next_poll);
      if (!gap_suspected) continue;
      poller_.committed(stored, {.gap_suspected = gap_suspected});
      const FeedState running = poller_.feeds().state(*poller_.feeds().find(stored.key));
      EXPECT_EQ(running.next_poll, stored.next_poll);
      EXPECT_EQ(running.interval, stored.interval);
    }
  }
}

TEST_F(PollerTest, ComesBackTwiceAsSoonAfterASuspectedGap) {
  FeedState state;
  state.key = "a";
  state.interval = 20min;
  list({feed("a")}, {state});
  fetcher_.answer_status(200);
  commit_last({.gap_suspected = true});
  EXPECT_LE(*poller_.next_due(), clock_.now() + 11min);
}

TEST_F(PollerTest, SendsAHostOneRequestAtATimeTwoSecondsApart) {
  list({feed("a", "host"), feed("b", "host"), feed("c", "other")});
  EXPECT_EQ(fetcher_.open(), 2U);
  fetcher_.answer_status(200);
  pass(1999ms);
  EXPECT_EQ(fetcher_.started(), 2U);
  pass(1ms);
  EXPECT_EQ(fetcher_.started(), 3U);
}

TEST_F(PollerTest, LeavesAHostAloneForAsLongAsItAsked) {
  list({feed("a", "host"), feed("b", "host")});
  http::Response response;
  response.status = 429;
  response.retry_after = 1h;
  response.final_url = fetcher_.first().url;
  fetcher_.answer(response);
  pass(59min);
  EXPECT_EQ(fetcher_.started(), 1U) << "the other feed of the host is bound as well";
  pass(1min);
  EXPECT_EQ(fetcher_.started(), 2U);
}

TEST_F(PollerTest, FetchesNothingWhilePaused) {
  poller_.set_paused(true);
  list({feed("a")});
  EXPECT_EQ(fetcher_.open(), 0U);
  poller_.set_paused(false);
  poller_.wake();
  EXPECT_EQ(fetcher_.open(), 1U);
}

class NarrowPollerTest : public PollerTest {
 protected:
  NarrowPollerTest() : PollerTest{{.host_spacing = 0ms, .max_in_flight = 2}} {}
};

TEST_F(NarrowPollerTest, HasAtMostSoManyRequestsUnderWay) {
  list({feed("a"), feed("b"), feed("c")});
  EXPECT_EQ(fetcher_.open(), 2U);
  EXPECT_EQ(poller_.in_flight(), 2U);
  fetcher_.answer_status(200);
  poller_.wake();
  EXPECT_EQ(fetcher_.started(), 3U);
}

TEST_F(NarrowPollerTest, StarvesNoFeed) {
  std::vector<FeedSpec> specs;
  for (const char* key : {"a", "b", "c", "d", "e"}) specs.push_back(feed(key, "one-host"));
  list(specs);
  std::vector<std::string> order;
  for (int i = 0; i < 5; ++i) {
    order.push_back(fetcher_.first().url.substr(fetcher_.first().url.size() - 1));
    fetcher_.answer_status(200);
    commit_last();
  }
  EXPECT_EQ(order, (std::vector<std::string>{"a", "b", "c", "d", "e"}));
}

TEST_F(PollerTest, KeepsTheStateOfFeedsThatStayListed) {
  list({feed("a")});
  fetcher_.answer_status(200);
  commit_with_rhythm(8min);
  list({feed("a"), feed("b")});
  ASSERT_EQ(fetcher_.open(), 1U);
  EXPECT_EQ(fetcher_.first().url, "https://b.example/b");
  EXPECT_EQ(poller_.feeds().listed(), 2U);
}

TEST_F(PollerTest, DropsTheOutcomeOfAFeedThatIsNoLongerListed) {
  list({feed("a")});
  list({});
  fetcher_.answer_status(200);
  EXPECT_TRUE(polled_.empty());
  EXPECT_EQ(poller_.feeds().listed(), 0U);
  EXPECT_EQ(poller_.in_flight(), 0U);
}

TEST_F(PollerTest, TakesAFeedWithANewUrlAsNew) {
  list({feed("a")});
  http::Response response;
  response.status = 200;
  response.etag = "\"1\"";
  fetcher_.answer(response);
  commit_last();
  auto elsewhere = feed("a");
  elsewhere.url = "https://elsewhere.example/a";
  list({elsewhere});
  ASSERT_EQ(fetcher_.open(), 1U);
  EXPECT_EQ(fetcher_.first().url, "https://elsewhere.example/a");
  EXPECT_EQ(fetcher_.first().etag, "");
}

TEST_F(PollerTest, PollsAFeedNowWhenAsked) {
  list({feed("a")});
  fetcher_.answer_status(200);
  commit_last();
  pass(3s);
  EXPECT_TRUE(poller_.poll_now("a"));
  poller_.wake();
  EXPECT_EQ(fetcher_.started(), 2U);
  EXPECT_FALSE(poller_.poll_now("unknown"));
}

TEST_F(PollerTest, IsNotStalledByAClockThatIsSetBack) {
  list({feed("a")});
  fetcher_.answer_status(200);
  commit_with_rhythm(8min);
  clock_.advance(-10h);
  poller_.wake();
  pass(5min);
  EXPECT_EQ(fetcher_.started(), 2U);
}

TEST_F(PollerTest, OffersAMoveWithTheOutcomeThatMadeIt) {
  FeedState state;
  state.key = "a";
  state.moved_to = "https://b.example/a";
  state.moved_since = clock_.now() - 73h;
  list({feed("a")}, {state});
  http::Response response;
  response.status = 200;
  response.redirects = {
      {.status = 301, .from = "https://a.example/a", .to = "https://b.example/a"}};
  fetcher_.answer(response);
  EXPECT_EQ(polled_.back().proposed.current_url, "https://b.example/a");
}

TEST_F(PollerTest, OutlivedByItsFetcherIsNotCalledBack) {
  bool was_called = false;
  {
    Poller short_lived{*loop_, fetcher_, clock_, {}};
    short_lived.on_polled([&](const Polled&) { was_called = true; });
    short_lived.reload({feed("z")});
    short_lived.wake();
  }
  fetcher_.answer_status(200);
  EXPECT_FALSE(was_called);
}

class PollOnceTest : public PollerTest {
 protected:
  void once(std::vector<FeedSpec> specs, std::vector<FeedState> known = {}) {
    remember(known);
    poller_.reload(std::move(specs));
    poller_.poll_all_once([this] { is_complete_ = true; });
    poller_.wake();
  }

  bool is_complete_ = false;
};

TEST_F(PollOnceTest, PollsEveryFeedDueOrNotAndThenTellsSo) {
  FeedState later;
  later.key = "b";
  later.next_poll = clock_.now() + 5h;
  once({feed("a"), feed("b")}, {later});
  ASSERT_EQ(fetcher_.open(), 2U);
  fetcher_.answer_status(200);
  commit_last();
  EXPECT_FALSE(is_complete_);
  fetcher_.answer(fail(Errc::timed_out, "host 'b.example': timed out"));
  EXPECT_FALSE(is_complete_) << "the outcome is not yet committed";
  commit_last();
  EXPECT_TRUE(is_complete_);
}

TEST_F(PollOnceTest, PollsNothingTwice) {
  once({feed("a")});
  fetcher_.answer_status(200);
  commit_last();
  pass(100h);
  EXPECT_EQ(fetcher_.started(), 1U);
}

TEST_F(PollOnceTest, CountsALostOutcomeAsDone) {
  once({feed("a")});
  fetcher_.answer_status(200);
  poller_.abandoned("a");
  poller_.wake();
  EXPECT_TRUE(is_complete_);
}

TEST_F(PollOnceTest, DoesNotProbeAStoreThatTakesNothing) {
  poller_.set_store_failing(true);
  list({feed("a"), feed("b")});
  poller_.poll_all_once([] {});
  poller_.wake();
  EXPECT_EQ(fetcher_.started(), 2U);
}

TEST_F(PollOnceTest, IsCompleteAtOnceWithoutFeeds) {
  once({});
  EXPECT_TRUE(is_complete_);
}

TEST_F(PollOnceTest, DoesNotWaitForAHostThatAsksForSilence) {
  once({feed("a", "host"), feed("b", "host")});
  http::Response response;
  response.status = 503;
  response.retry_after = 1h;
  response.final_url = fetcher_.first().url;
  fetcher_.answer(response);
  commit_last();
  EXPECT_TRUE(is_complete_);
  EXPECT_EQ(fetcher_.started(), 1U);
}

}  // namespace
}  // namespace tocsin::poll
