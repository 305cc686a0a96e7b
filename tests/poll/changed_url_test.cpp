// SPDX-License-Identifier: Apache-2.0
// Feeds that keep their id while their listed URL changes.
#include <gtest/gtest.h>

#include <utility>

#include "poll/world.hpp"

namespace tocsin::poll {
namespace {

using namespace std::chrono_literals;
using store::FeedState;

/// A feed that was polled at another URL than `feed_at` lists, by the daemon before this one.
class ChangedUrl : public testing::Test {
 protected:
  ChangedUrl() {
    stored.key = "a";
    stored.listed_url = "https://before.example/a";
    stored.etag = "\"before\"";
    stored.last_full_fetch = world.clock.now() - 1h;
    stored.next_poll = world.clock.now() + 1h;
    stored.polls = 5;
    stored.baselined = true;
  }

  void start() {
    FeedBook book;
    book.remember(stored);
    world.poller.start_from(std::move(book));
    world.poller.reload({feed_at("a")});
    world.run_for(1s);
  }

  [[nodiscard]] std::vector<std::string> urls() const {
    std::vector<std::string> urls;
    for (const Visit& visit : world.visits) urls.push_back(visit.request.url);
    return urls;
  }

  World world;
  FeedState stored;
  const std::vector<std::string> new_url{"https://a.example/a"};
};

TEST_F(ChangedUrl, MakesAFeedNewAlsoWhenItHappenedWhileTheDaemonWasStopped) {
  start();
  ASSERT_EQ(urls(), new_url);
  EXPECT_EQ(world.visits[0].request.etag, "");
  EXPECT_EQ(world.state_of("a").listed_url, new_url[0]);
  EXPECT_EQ(world.state_of("a").polls, 6);
  EXPECT_TRUE(world.state_of("a").baselined) << "its first sight is over";
}

TEST_F(ChangedUrl, TakesUpAFeedThatWasGoneAtTheOldOne) {
  stored.next_poll.reset();
  stored.disabled_at = world.clock.now() - 1h;
  start();
  EXPECT_EQ(urls(), new_url);
  EXPECT_FALSE(world.state_of("a").disabled_at);
}

TEST_F(ChangedUrl, EndsAMoveFromTheOldOne) {
  stored.current_url = "https://new-place.example/a";
  start();
  EXPECT_EQ(urls(), new_url);
  EXPECT_EQ(world.state_of("a").current_url, "");
}

TEST_F(ChangedUrl, IsNotSuspectedOfAStateThatDoesNotKnowItsUrl) {
  stored.listed_url.clear();
  start();
  EXPECT_TRUE(urls().empty());
  world.run_for(1h);
  ASSERT_EQ(urls(), new_url);
  EXPECT_EQ(world.visits[0].request.etag, "\"before\"");
}

TEST_F(ChangedUrl, IsNoticedOfAFeedThatLeftTheListMeanwhile) {
  world.poller.reload({feed_at("a", "before")});
  world.run_for(10s);
  world.poller.reload({});
  world.visits.clear();
  world.poller.reload({feed_at("a")});
  world.run_for(1s);
  ASSERT_EQ(urls(), new_url);
  EXPECT_EQ(world.visits[0].request.etag, "");
}

TEST_F(ChangedUrl, MakesAnAnswerOfTheOldOneWorthlessThoughTheFeedLeftTheListMeanwhile) {
  world.poller.reload({feed_at("a", "before")});
  world.run_for(100ms);
  world.poller.reload({});
  world.poller.reload({feed_at("a")});
  world.run_for(10s);
  EXPECT_EQ(urls(), (std::vector{stored.listed_url, new_url[0]}));
  EXPECT_EQ(world.visits.back().request.etag, "");
  EXPECT_EQ(world.state_of("a").polls, 1);
}

}  // namespace
}  // namespace tocsin::poll
