// SPDX-License-Identifier: Apache-2.0
// Weeks in the life of feeds, in simulated time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_format.hpp"
#include "poll/world.hpp"

namespace tocsin::poll {
namespace {

using namespace std::chrono_literals;
using store::FeedState;
using testing::IsEmpty;

constexpr std::chrono::hours day{24};

/// A pipeline whose documents show this much time between items.
World::Pipeline with_rhythm(Seconds rhythm) {
  return [rhythm](const Polled& polled, FeedState& state) {
    state.baselined = true;
    state.rhythm = rhythm;
    state.last_new = polled.proposed.last_polled;
    return Learned{};
  };
}

/// The most visits that begin within any such time.
std::size_t most_within(const std::vector<Visit>& visits, std::chrono::milliseconds time) {
  std::size_t most = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i < visits.size(); ++i) {
    while (visits[i].at - visits[first].at >= time) ++first;
    most = std::max(most, i - first + 1);
  }
  return most;
}

std::vector<FeedSpec> feeds_on_hosts_of_their_own(int count) {
  std::vector<FeedSpec> specs;
  for (int i = 0; i < count; ++i) specs.push_back(feed_at(std::to_string(i)));
  return specs;
}

TEST(ThunderingHerd, OfNewFeedsIsPolledAtOnceWithinTheLimit) {
  World world{{.max_in_flight = 400}};
  world.keeps_requests = false;
  world.poller.reload(feeds_on_hosts_of_their_own(5'000));
  world.run_for(9s);
  EXPECT_EQ(world.most_open, 400U);
  EXPECT_EQ(world.poller.counters().polls.value(), 5'000U);
  EXPECT_EQ(world.poller.late(), 0U);
}

TEST(ThunderingHerd, SpreadsOutByItself) {
  World world{{.max_in_flight = 4000}};
  world.keeps_requests = false;
  world.poller.reload(feeds_on_hosts_of_their_own(250));
  world.run_for(1h);
  world.visits.clear();
  world.run_for(30min);
  // Some 22 a minute; the first second had all 250.
  EXPECT_LT(most_within(world.visits, 1min), 50U);
  EXPECT_THAT(world.complaints, IsEmpty());
}

TEST(ThunderingHerd, DoesNotComeBackWithARestart) {
  World first;
  const auto specs = feeds_on_hosts_of_their_own(200);
  first.poller.reload(specs);
  first.run_for(1h);
  FeedBook stored;
  for (const FeedSpec& spec : specs) stored.remember(first.state_of(spec.key));
  World second;
  second.clock.set(first.clock.now());
  second.poller.start_from(std::move(stored));
  second.poller.reload(specs);
  second.run_for(1s);
  EXPECT_LT(second.visits.size(), 10U);
  second.run_for(12min);
  EXPECT_GE(second.visits.size(), 200U);
}

TEST(Midnight, FindsWhatIsPublishedThenSoonerThanOtherHours) {
  World world;
  world.pipeline = [](const Polled& polled, FeedState& state) {
    with_rhythm(24h)(polled, state);
    state.active_hours[0] = 200;
    return Learned{};
  };
  world.poller.reload({feed_at("daily")});
  world.run_for(14 * day);
  std::chrono::milliseconds slowest{0};
  for (int i = 1; i < 14; ++i) {
    const Time midnight = Time{day * 365 * 54} + i * day;
    const auto visits = world.visits_of("daily");
    slowest =
        std::max(slowest, *std::lower_bound(visits.begin(), visits.end(), midnight) - midnight);
  }
  EXPECT_LE(slowest, 33min);
  EXPECT_GE(longest_pause(world.visits_of("daily")), 60min) << "at noon there is no hurry";
}

TEST(Midnight, UtcBeginsAndEndsTheDaysThatAreSkipped) {
  World world;
  world.clock.set(from_rfc3339("2024-05-01T00:00:00Z").value());  // a Wednesday
  world.pipeline = [](const Polled& polled, FeedState& state) {
    with_rhythm(20min)(polled, state);
    state.skip_days = 0b1000001;
    return Learned{};
  };
  world.poller.reload({feed_at("weekdays")});
  const Time saturday = world.clock.now() + 3 * day;
  world.run_until(saturday);
  world.visits.clear();
  world.run_until(saturday + 2 * day);
  EXPECT_NEAR(static_cast<double>(world.visits.size()), 48 * 3 / 1.05, 8);
  world.visits.clear();
  world.run_until(saturday + 4 * day);
  EXPECT_NEAR(static_cast<double>(world.visits.size()), 48 * 6 / 1.05, 16);
}

class ClockJump : public testing::TestWithParam<std::chrono::milliseconds> {};

TEST_P(ClockJump, KeepsNoFeedWaiting) {
  World world;
  world.pipeline = with_rhythm(20min);
  std::vector<FeedSpec> specs = feeds_on_hosts_of_their_own(20);
  world.poller.reload(specs);
  world.run_for(5h);
  for (int i = 0; i < 3; ++i) {
    world.clock.advance(GetParam());
    world.visits.clear();
    world.run_for(12min);
    for (const FeedSpec& spec : specs) EXPECT_FALSE(world.visits_of(spec.key).empty()) << spec.key;
  }
}

INSTANTIATE_TEST_SUITE_P(Steps, ClockJump,
                         testing::Values(365 * day, -365 * day, 500ms, -500ms, 50s, -50s, 3h, -3h));

TEST(ClockJump, StuckValidatorsAreDroppedAlsoAfterAYearTooMuch) {
  World world;
  world.answer = [](const http::Request& request) -> Result<http::Response> {
    auto response = status(request.etag.empty() ? 200 : 304);
    response.etag = "\"stuck\"";
    return response;
  };
  world.poller.reload({feed_at("a")});
  world.clock.advance(365 * day);
  world.run_for(1h);
  world.clock.advance(-365 * day);
  world.visits.clear();
  world.run_for(25h);
  EXPECT_THAT(world.visits, testing::Contains(testing::Truly(
                                [](const Visit& visit) { return visit.request.etag.empty(); })));
}

TEST(Restart, AsksAFeedWhoseNextPollWasStoredByAClockThatWasWrong) {
  World world;
  FeedState state;
  state.key = "a";
  state.next_poll = world.clock.now() + 365 * day;
  FeedBook stored;
  stored.remember(state);
  world.poller.start_from(std::move(stored));
  world.poller.reload({feed_at("a")});
  world.run_for(1min);
  EXPECT_EQ(world.visits.size(), 1U);
}

TEST(Outage, OfAMonthNeverStopsAFeedAndEndsWithoutAStorm) {
  World world;
  const auto specs = feeds_on_hosts_of_their_own(40);
  world.keeps_requests = false;
  world.poller.reload(specs);
  world.run_for(1 * day);
  const auto well = world.answer;
  world.answer = [](const http::Request&) -> Result<http::Response> {
    return fail(Errc::unreachable, "no route");
  };
  world.visits.clear();
  world.run_for(30 * day);
  EXPECT_LE(longest_pause(world.visits_of("7")), 6h + 36min + 1s);
  EXPECT_EQ(world.poller.counters().failing.value(), 40);
  EXPECT_LT(most_within(world.visits, 1min), 15U) << "also in the outage they stay apart";

  world.answer = well;
  world.visits.clear();
  world.run_for(6h + 36min + 1min);
  EXPECT_EQ(world.poller.counters().failing.value(), 0) << "all are back within one back-off";
  EXPECT_LT(most_within(world.visits, 1min), 15U);
}

TEST(FullDisk, OfADayIsProbedOnceAMinuteAndLosesNoFeed) {
  World world;
  const auto specs = feeds_on_hosts_of_their_own(200);
  world.keeps_requests = false;
  world.pipeline = with_rhythm(20min);
  world.poller.reload(specs);
  world.run_for(2h);
  world.visits.clear();
  world.is_storing = false;
  world.run_for(1 * day);
  // Those that were under way when the disk turned out to be full, and one each minute.
  EXPECT_LE(world.visits.size(), 24 * 60 + 10U);
  EXPECT_GE(world.visits.size(), 24 * 60 - 10U);

  world.is_storing = true;
  world.visits.clear();
  world.run_for(61s + 11min);
  for (const FeedSpec& spec : specs) EXPECT_GE(world.visits_of(spec.key).size(), 1U) << spec.key;
  EXPECT_THAT(world.complaints, IsEmpty());
}

TEST(RetryAfter, OfAHostIsKeptByAllItsFeedsForAsLongAsItAsks) {
  World world;
  world.answer = [](const http::Request&) -> Result<http::Response> {
    auto response = status(429);
    response.retry_after = 1h;
    return response;
  };
  std::vector<FeedSpec> specs;
  for (int i = 0; i < 200; ++i) specs.push_back(feed_at(std::to_string(i), "strict"));
  world.poller.reload(specs);
  world.run_for(2 * day);
  EXPECT_THAT(world.complaints, IsEmpty());
  EXPECT_LE(world.visits.size(), 48U);
  EXPECT_GE(world.visits.size(), 47U);
}

TEST(RetryAfter, OfARedirectsTargetIsKeptByTheFeedsOfThatHost) {
  World world;
  world.answer = [&world](const http::Request& request) -> Result<http::Response> {
    if (split_url(request.url).host == "b.example") return status(200);
    auto response = status(503);
    response.retry_after = 3h;
    response.final_url = "https://b.example/x";
    response.redirects = {{.status = 302, .from = request.url, .to = response.final_url}};
    return response;
  };
  world.poller.reload({feed_at("a"), feed_at("b")});
  world.run_for(2 * day);
  EXPECT_THAT(world.complaints, IsEmpty());
}

/// Thirty servers that send their readers to one other, which they have come to know.
class RedirectedFeeds : public testing::Test {
 protected:
  void SetUp() override {
    world_.keeps_requests = false;
    world_.end_of = [](const std::string& url) {
      return "https://central.example/" + url.substr(url.rfind('/') + 1);
    };
    world_.poller.reload(feeds_on_hosts_of_their_own(30));
    world_.run_for(1h);
    world_.complaints.clear();  // of the first time, when nobody could know
    world_.visits.clear();
  }

  World world_;
};

TEST_F(RedirectedFeeds, SendTheirCommonServerOneRequestAtATime) {
  world_.run_for(1 * day);
  EXPECT_THAT(world_.complaints, IsEmpty());
  for (int i = 0; i < 30; ++i) EXPECT_GE(world_.visits_of(std::to_string(i)).size(), 22U) << i;
}

TEST_F(RedirectedFeeds, AreSilentForAsLongAsTheirCommonServerAsks) {
  world_.answer = [](const http::Request&) -> Result<http::Response> {
    auto response = status(429);
    response.retry_after = 1h;
    return response;
  };
  world_.run_for(1 * day);
  EXPECT_THAT(world_.complaints, IsEmpty());
  EXPECT_LE(world_.visits.size(), 24U);
  EXPECT_GE(world_.visits.size(), 22U);
}

TEST_F(RedirectedFeeds, GoTheirOwnWaysOnceTheRedirectIsGone) {
  world_.end_of = [](const std::string&) {
    return std::string{};
  };
  world_.run_for(2h);
  world_.visits.clear();
  world_.answer = [](const http::Request&) -> Result<http::Response> {
    auto response = status(429);
    response.retry_after = 1h;
    return response;
  };
  world_.run_for(90min);
  EXPECT_GE(world_.visits.size(), 30U) << "one that is silent holds up no other";
}

TEST(CrossRedirects, BetweenTwoCrowdedHostsStarveNoFeed) {
  World world;
  world.keeps_requests = false;
  world.end_of = [](const std::string& url) -> std::string {
    const std::string key = url.substr(url.rfind('/') + 1);
    if (std::stoi(key) % 2 == 0) return {};
    return (split_url(url).host == "a.example" ? "https://b.example/" : "https://a.example/") + key;
  };
  std::vector<FeedSpec> specs;
  for (int i = 0; i < 120; ++i) {
    specs.push_back(feed_at(std::to_string(i), i < 60 ? "a" : "b", {.interval = 2min}));
  }
  world.poller.reload(specs);
  world.run_for(30min);
  world.complaints.clear();
  world.visits.clear();
  world.run_for(2h);
  EXPECT_THAT(world.complaints, IsEmpty());
  // Each of the hosts has 30 feeds of its own and 60 that need both: 207 s and more a round.
  for (const FeedSpec& spec : specs) EXPECT_GE(world.visits_of(spec.key).size(), 10U) << spec.key;
}

TEST(RetryAfter, OfTenYearsSilencesNoHostForEver) {
  World world;
  world.answer = [](const http::Request&) -> Result<http::Response> {
    auto response = status(503);
    response.retry_after = 10 * 365 * day;
    return response;
  };
  world.poller.reload({feed_at("a", "h"), feed_at("b", "h")});
  world.run_for(40 * day);
  EXPECT_GE(world.visits_of("a").size(), 2U);
  EXPECT_GE(world.visits_of("b").size(), 2U);
}

TEST(StuckValidators, AreLeftOutOnceADay) {
  World world;
  world.answer = [](const http::Request& request) -> Result<http::Response> {
    auto response = status(request.etag.empty() ? 200 : 304);
    response.etag = "\"for ever\"";
    return response;
  };
  world.poller.reload({feed_at("a")});
  world.run_for(14 * day + 1h);
  const auto full = std::count_if(world.visits.begin(), world.visits.end(),
                                  [](const Visit& visit) { return visit.request.etag.empty(); });
  EXPECT_GE(full, 14);
  EXPECT_LE(full, 15);
}

TEST(MovedFeed, GoesThereAndComesBackAgain) {
  World world;
  std::string home = "new";
  world.answer = [&home](const http::Request& request) -> Result<http::Response> {
    auto response = status(200);
    response.final_url = "https://" + home + ".example/a";
    if (request.url != response.final_url) {
      response.redirects = {{.status = 301, .from = request.url, .to = response.final_url}};
    }
    return response;
  };
  world.poller.reload({feed_at("a", "old")});
  world.run_for(4 * day);
  EXPECT_EQ(world.visits.back().request.url, "https://new.example/a");
  home = "old";
  world.run_for(4 * day);
  EXPECT_EQ(world.visits.back().request.url, "https://old.example/a");
  EXPECT_EQ(world.state_of("a").current_url, "");
}

TEST(MovedFeed, IsAskedAtItsListedUrlWhenTheOperatorWantsNoMoves) {
  World world;
  FeedState state;
  state.key = "a";
  state.current_url = "https://stolen.example/a";
  FeedBook stored;
  stored.remember(state);
  world.poller.start_from(std::move(stored));
  world.poller.reload({feed_at("a", "old")});
  world.run_for(1h);
  EXPECT_EQ(world.visits.back().request.url, "https://stolen.example/a");
  world.poller.reload({feed_at("a", "old", {.follows_moves = false})});
  world.run_for(1s);
  EXPECT_EQ(world.visits.back().request.url, "https://old.example/a");
}

TEST(GoneFeed, RestsUntilItIsListedAgain) {
  World world;
  world.answer = [](const http::Request&) -> Result<http::Response> {
    return status(410);
  };
  world.poller.reload({feed_at("a")});
  world.run_for(30 * day);
  EXPECT_EQ(world.visits.size(), 1U);
  EXPECT_EQ(world.poller.counters().stopped.value(), 1);
  world.poller.reload({feed_at("a"), feed_at("b")});
  world.run_for(1h);
  EXPECT_EQ(world.visits_of("a").size(), 1U) << "another change of the list is no wish";
  world.poller.reload({feed_at("b")});
  world.answer = [](const http::Request&) -> Result<http::Response> {
    return status(200);
  };
  world.poller.reload({feed_at("a"), feed_at("b")});
  world.run_for(1h);
  EXPECT_GE(world.visits_of("a").size(), 3U);
}

TEST(Burst, SpeedsAFeedUpAndIsForgotten) {
  World world;
  std::optional<Time> burst;
  world.pipeline = [&burst](const Polled& polled, FeedState& state) {
    state.baselined = true;
    const bool is_in_burst = burst && *polled.proposed.last_polled < *burst + 10min;
    if (!burst) state.rhythm = 7 * day;
    if (is_in_burst) state.rhythm = 30s;  // and so it stays: no item has followed
    if (is_in_burst || !state.last_new) state.last_new = polled.proposed.last_polled;
    return Learned{};
  };
  world.poller.reload({feed_at("weekly")});
  world.run_for(3 * day);
  burst = world.clock.now() + 1h;
  world.run_for(2h);
  EXPECT_LE(world.state_of("weekly").interval, 4min);
  world.run_for(2 * day);
  EXPECT_EQ(world.state_of("weekly").interval, 60min);
}

TEST(Siblings, ArePolledSoonWhenOneOfThemBringsNews) {
  World world;
  world.pipeline = [](const Polled& polled, FeedState& state) {
    state.baselined = true;
    state.rhythm = 24h;
    state.last_new = polled.proposed.last_polled;
    return Learned{.new_items = polled.feed.key == "politics" ? 1U : 0U};
  };
  world.poller.reload({feed_at("politics", "paper"), feed_at("sports", "www.paper"),
                       feed_at("fixed", "paper", {.interval = 3h}), feed_at("other")});
  world.run_for(12h);
  EXPECT_TRUE(world.poller.poll_now("politics"));
  world.visits.clear();
  world.run_for(10s);
  EXPECT_EQ(world.visits_of("politics").size(), 1U);
  EXPECT_EQ(world.visits_of("sports").size(), 1U);
  EXPECT_EQ(world.visits_of("fixed").size(), 0U);
  EXPECT_EQ(world.visits_of("other").size(), 0U);
  world.poller.poll_now("politics");
  world.run_for(10s);
  EXPECT_EQ(world.visits_of("sports").size(), 1U) << "it was polled a moment ago";
  EXPECT_THAT(world.complaints, IsEmpty());
}

std::size_t visited_after_news(int feeds_of_the_host) {
  World world;
  world.pipeline = [](const Polled& polled, FeedState& state) {
    state.baselined = true;
    return Learned{.new_items = polled.feed.key == "0" ? 1U : 0U};
  };
  std::vector<FeedSpec> specs;
  for (int i = 0; i < feeds_of_the_host; ++i) specs.push_back(feed_at(std::to_string(i), "host"));
  FeedBook stored;
  for (const FeedSpec& spec : specs) {
    stored.remember({.key = spec.key,
                     .last_polled = world.clock.now() - 30min,
                     .next_poll = world.clock.now() + 30min,
                     .polls = 5,
                     .baselined = true});
  }
  world.poller.start_from(std::move(stored));
  world.poller.reload(specs);
  world.poller.poll_now("0");
  world.run_for(5min);
  return world.visits.size();
}

TEST(Siblings, AreEightAtMostAndNoneOnAPlatform) {
  EXPECT_EQ(visited_after_news(30), 9U);
  EXPECT_EQ(visited_after_news(65), 1U);
}

TEST(CrowdedHost, IsPolledInTurnAndNoFeedStarves) {
  World world;
  std::vector<FeedSpec> specs;
  for (int i = 0; i < 400; ++i) {
    specs.push_back(feed_at(std::to_string(i), "crowd", {.interval = 2min}));
  }
  world.keeps_requests = false;
  world.poller.reload(specs);
  world.run_for(1h);
  std::map<std::string, int> polls;
  for (const Visit& visit : world.visits) ++polls[visit.key];
  ASSERT_EQ(polls.size(), 400U);
  // 2.3 s a request are 1,565 in an hour.
  EXPECT_THAT(polls, testing::Each(testing::Pair(testing::_,
                                                 testing::AllOf(testing::Ge(3), testing::Le(4)))));
  EXPECT_THAT(world.complaints, IsEmpty());
  EXPECT_EQ(world.poller.counters().crowded_hosts.value(), 1);
}

TEST(TooMuchToDo, IsSharedFairlyAndHighPriorityIsLateLast) {
  World world{{.max_in_flight = 2}};
  world.delay = 1s;
  std::map<std::string, std::chrono::milliseconds> latest;
  world.pipeline = [&latest](const Polled& polled, FeedState&) {
    auto& late = latest[polled.feed.key];
    late = std::max(late, polled.lateness);
    return Learned{};
  };
  std::vector<FeedSpec> specs;
  for (int i = 0; i < 200; ++i) {
    const auto priority = i < 4 ? Priority::high : Priority::normal;
    specs.push_back(
        feed_at(std::to_string(i), "", {.interval = Seconds{60}, .priority = priority}));
  }
  world.poller.reload(specs);
  world.run_for(10min);
  latest.clear();
  world.visits.clear();
  world.run_for(30min);
  std::map<std::string, int> polls;
  for (const Visit& visit : world.visits) ++polls[visit.key];
  EXPECT_EQ(polls.size(), 200U);
  EXPECT_LE(latest["3"], 1s);
  EXPECT_GE(polls["3"], 26);
  // Of 3,600 places the high ones take some 112; the others have 17 each, or one more.
  EXPECT_THAT(polls, testing::Each(testing::Pair(testing::_, testing::Ge(17))));
}

/// A world of a few hosts that do as they like, told apart by its seed alone.
class RandomWorld : public testing::TestWithParam<std::uint32_t> {
 protected:
  std::uint32_t number(std::uint32_t below) {
    seed_ = seed_ * 1'664'525U + 1'013'904'223U;
    return (seed_ >> 8U) % below;
  }

  http::Response moody() {
    constexpr std::array<long, 12> codes{200, 200, 200, 304, 304, 304,
                                         304, 304, 404, 429, 500, 503};
    auto response = status(codes.at(number(codes.size())));
    if (response.status >= 429 && number(2) == 0) response.retry_after = Seconds{number(3600)};
    if (number(10) == 0) response.max_age = Seconds{number(100'000)};
    response.etag = "\"" + std::to_string(number(5)) + "\"";
    return response;
  }

  Result<http::Response> answer(const http::Request& request) {
    if (number(10) == 0) return fail(Errc::timed_out, "timed out");
    auto response = moody();
    response.final_url = request.url;
    if (number(10) == 0) {
      const std::string key = request.url.substr(request.url.rfind('/') + 1);
      response.final_url = "https://host" + std::to_string(number(8)) + ".example/" + key;
      response.redirects = {
          {.status = number(2) == 0 ? 301 : 302, .from = request.url, .to = response.final_url}};
    }
    return response;
  }

  std::uint32_t seed_ = GetParam();
};

TEST_P(RandomWorld, KeepsItsMannersAndForgetsNoFeed) {
  World world{{.max_in_flight = 1 + number(20)}};
  world.keeps_requests = false;
  world.answer = [this](const http::Request& request) {
    return answer(request);
  };
  world.pipeline = [this](const Polled&, FeedState& state) {
    state.baselined = true;
    state.rhythm = Seconds{number(20'000)};
    state.active_hours.at(number(24)) = 20;
    state.skip_hours = number(1U << 24U);
    return Learned{.new_items = number(3), .gap_suspected = number(10) == 0};
  };
  std::vector<FeedSpec> specs;
  const int feeds = static_cast<int>(1 + number(20));
  for (int i = 0; i < feeds; ++i) {
    specs.push_back(feed_at(std::to_string(i), "host" + std::to_string(number(8)),
                            {.priority = static_cast<Priority>(number(3))}));
  }
  world.poller.reload(specs);
  world.run_for(3 * day);
  EXPECT_THAT(world.complaints, IsEmpty());
  for (const FeedSpec& spec : specs) {
    auto visits = world.visits_of(spec.key);
    visits.push_back(world.clock.now());
    // Six hours after failures, and what Retry-After and jitter add.
    EXPECT_LE(longest_pause(visits), 8h + 36min) << spec.key;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomWorld, testing::Range(1U, 13U));

}  // namespace
}  // namespace tocsin::poll
