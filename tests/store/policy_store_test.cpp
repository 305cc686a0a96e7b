// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "store/rows.hpp"

namespace tocsin::store {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::noon;
using testing::IsEmpty;
using testing::SizeIs;

class PolicyStore : public test::StoreTest {
 protected:
  template <typename Write>
  auto write(Write write) {
    auto transaction = must(store().begin());
    auto outcome = write(transaction);
    must(transaction.commit());
    return outcome;
  }
};

TEST_F(PolicyStore, MovesACursorForwardOnly) {
  for (const auto* id : {"1", "2", "3"}) append("a", id);
  must(write([](Transaction& t) { return t.acknowledge("console", 3, noon); }));
  must(write([](Transaction& t) { return t.acknowledge("console", 1, noon + 1s); }));
  const auto cursors = must(store().cursors());
  ASSERT_THAT(cursors, SizeIs(1));
  EXPECT_EQ(cursors.front().acknowledged, 3U);
  EXPECT_EQ(cursors.front().seen_at, noon + 1s);
}

TEST_F(PolicyStore, RefusesACursorBeyondTheHead) {
  append("a", "1");
  const auto refused = write([](Transaction& t) { return t.acknowledge("console", 2, noon); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::too_large);
  EXPECT_THAT(must(store().cursors()), IsEmpty());
}

TEST_F(PolicyStore, KeepsTheLatestParkingOfADelivery) {
  must(write([](Transaction& t) {
    return t.park({.subscriber = "mail", .seq = 4, .reason = "421", .retry_at = noon});
  }));
  must(write([](Transaction& t) {
    return t.park(
        {.subscriber = "mail", .seq = 4, .reason = "450", .retry_at = noon + 1h, .attempts = 2});
  }));
  reopen();
  const auto parked = must(store().parked("mail"));
  ASSERT_THAT(parked, SizeIs(1));
  EXPECT_EQ(parked.front().reason, "450");
  EXPECT_EQ(parked.front().attempts, 2);
  EXPECT_EQ(parked.front().retry_at, noon + 1h);
}

TEST_F(PolicyStore, ForgetsAParkedDeliveryThatArrived) {
  must(write([](Transaction& t) {
    return t.park({.subscriber = "mail", .seq = 4, .reason = "421", .retry_at = noon});
  }));
  must(write([](Transaction& t) { return t.unpark("mail", 4); }));
  EXPECT_THAT(must(store().parked("mail")), IsEmpty());
}

TEST_F(PolicyStore, BuriesADeliveryInsteadOfParkingIt) {
  must(write([](Transaction& t) {
    return t.park({.subscriber = "mail", .seq = 4, .reason = "421", .retry_at = noon});
  }));
  must(write([](Transaction& t) {
    return t.bury(
        {.subscriber = "mail", .seq = 4, .reason = "550", .buried_at = noon, .attempts = 8});
  }));
  EXPECT_THAT(must(store().parked("mail")), IsEmpty());
  const auto letters = must(store().dead_letters(10));
  ASSERT_THAT(letters, SizeIs(1));
  EXPECT_EQ(letters.front().reason, "550");
  EXPECT_EQ(letters.front().attempts, 8);
}

TEST_F(PolicyStore, ForgetsASubscriberWithAllThatWaitsForIt) {
  append("a", "1");
  must(write([](Transaction& t) { return t.acknowledge("mail", 1, noon); }));
  must(write([](Transaction& t) {
    return t.park({.subscriber = "mail", .seq = 1, .reason = "421", .retry_at = noon});
  }));
  append("b", "2");
  must(write([](Transaction& t) {
    return t.bury({.subscriber = "mail", .seq = 2, .reason = "550", .buried_at = noon});
  }));
  const auto forgotten = must(write([](Transaction& t) { return t.forget_subscriber("mail"); }));
  EXPECT_EQ(forgotten.acknowledged, 1U);
  EXPECT_EQ(forgotten.parked, 1);
  EXPECT_EQ(forgotten.dead_letters, 1);
  EXPECT_THAT(must(store().cursors()), IsEmpty());
  EXPECT_THAT(must(store().parked("mail")), IsEmpty());
  EXPECT_THAT(must(store().dead_letters(10)), IsEmpty());
}

TEST_F(PolicyStore, ForgetsNothingOfOtherSubscribers) {
  append("a", "1");
  must(write([](Transaction& t) { return t.acknowledge("mail", 1, noon); }));
  must(write([](Transaction& t) { return t.acknowledge("mailer", 1, noon); }));
  must(write([](Transaction& t) {
    return t.park({.subscriber = "mailer", .seq = 1, .reason = "421", .retry_at = noon});
  }));
  must(write([](Transaction& t) { return t.forget_subscriber("mail"); }));
  const auto cursors = must(store().cursors());
  ASSERT_THAT(cursors, SizeIs(1));
  EXPECT_EQ(cursors.front().subscriber, "mailer");
  EXPECT_THAT(must(store().parked("mailer")), SizeIs(1));
}

TEST_F(PolicyStore, CannotForgetASubscriberThatItDoesNotKnow) {
  const auto forgotten = write([](Transaction& t) { return t.forget_subscriber("mail"); });
  ASSERT_FALSE(forgotten);
  EXPECT_EQ(forgotten.error().code, Errc::not_found);
}

TEST_F(PolicyStore, ListsSilencesUntilTheyExpire) {
  const auto id = must(write([](Transaction& t) {
    return t.add_silence({.scope = "topic",
                          .name = "fighters",
                          .created_at = noon,
                          .expires_at = noon + 2h,
                          .author = "ops",
                          .reason = "exercise"});
  }));
  const auto silences = must(store().silences(noon + 1h));
  ASSERT_THAT(silences, SizeIs(1));
  EXPECT_EQ(silences.front().id, id);
  EXPECT_EQ(silences.front().author, "ops");
  EXPECT_EQ(silences.front().reason, "exercise");
  EXPECT_THAT(must(store().silences(noon + 2h)), IsEmpty());
}

TEST_F(PolicyStore, EndsASilenceEarlyAndOnce) {
  const auto id = must(write([](Transaction& t) {
    return t.add_silence({.scope = "feed",
                          .name = "ecb",
                          .created_at = noon,
                          .expires_at = noon + 2h,
                          .author = "ops",
                          .reason = "exercise"});
  }));
  must(write([id](Transaction& t) { return t.end_silence(id, noon + 1h); }));
  EXPECT_THAT(must(store().silences(noon + 1h)), IsEmpty());
  const auto again = write([id](Transaction& t) { return t.end_silence(id, noon + 1h); });
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::not_found);
}

class ClockSteppedBack : public PolicyStore {
 protected:
  void silence(Time from, Time until) {
    must(write([&](Transaction& t) {
      return t.add_silence(
          {.scope = "topic", .name = "a", .created_at = from, .expires_at = until});
    }));
  }

  void step(std::optional<Time> before, Time now) {
    must(write([&](Transaction& t) { return t.shift_silences(before, now); }));
  }

  /// Moments when the only silence may be in force.
  bool holds_at(Time now) { return !must(store().silences(now)).empty(); }
};

TEST_F(ClockSteppedBack, LeavesASilenceOverThatWasOver) {
  silence(noon, noon + 1h);
  step(noon + 2h, noon + 30min);
  EXPECT_FALSE(holds_at(noon + 30min));
}

TEST_F(ClockSteppedBack, LeavesASilenceMadeByTheRightClockAsItIs) {
  silence(noon, noon + 2h);
  step(noon + 1h, noon + 30min);
  EXPECT_TRUE(holds_at(noon + 2h - 1ms));
  EXPECT_FALSE(holds_at(noon + 2h));
}

TEST_F(ClockSteppedBack, KeepsWhatWasLeftOfASilenceMadeAhead) {
  constexpr auto year = 24h * 365;
  silence(noon + year, noon + year + 2h);
  step(noon + year + 30min, noon);
  EXPECT_TRUE(holds_at(noon + 90min - 1ms));
  EXPECT_FALSE(holds_at(noon + 90min));
}

TEST_F(ClockSteppedBack, EndsASilenceOfWhichNobodyKnowsHowMuchIsLeft) {
  silence(noon + 24h, noon + 26h);
  step(std::nullopt, noon);
  EXPECT_FALSE(holds_at(noon));
}

Held held_on(const std::string& topic, Time due) {
  return {.frame = "alert/" + topic + "/3/",
          .topic = topic,
          .topic_title = "Title of " + topic,
          .story_id = "s1",
          .item_id = 5,
          .title = "T",
          .feed = "ecb",
          .outlet = "news.example",
          .reason = "quiet",
          .held_at = noon,
          .due_at = due};
}

TEST_F(PolicyStore, KeepsWhatIsHeldUntilItIsDue) {
  must(write([](Transaction& t) { return t.hold(held_on("a", noon + 8h)); }));
  reopen();
  EXPECT_FALSE(must(store().is_held_due(noon + 7h)));
  EXPECT_TRUE(must(store().is_held_due(noon + 8h)));
  EXPECT_THAT(must(store().held_groups(noon + 7h)), IsEmpty());
  EXPECT_EQ(must(store().held("a")).front().item_id, 5);
}

TEST_F(PolicyStore, GathersWhatIsDueByTopicFrame) {
  must(write([](Transaction& t) { return t.hold(held_on("a", noon + 8h)); }));
  must(write([](Transaction& t) {
    Held capped = held_on("a", noon + 1h);
    capped.reason = "cap";
    capped.held_at = noon + 30min;
    capped.topic_title = "New title";
    return t.hold(capped);
  }));
  must(write([](Transaction& t) { return t.hold(held_on("a", noon + 9h)); }));
  must(write([](Transaction& t) { return t.hold(held_on("b", noon + 8h)); }));
  const auto groups = must(store().held_groups(noon + 8h));
  ASSERT_THAT(groups, SizeIs(2));
  EXPECT_EQ(groups[0].frame, "alert/a/3/");
  EXPECT_EQ(groups[0].topic_title, "New title");
  EXPECT_EQ(groups[0].count, 2);
  EXPECT_EQ(groups[0].since, noon);
  EXPECT_EQ(groups[0].until, noon + 30min);
  EXPECT_EQ(must(store().held_reasons(groups[0], noon + 8h)), (Counts{{"cap", 1}, {"quiet", 1}}));
  EXPECT_THAT(must(store().held_in(groups[0], noon + 8h, 1)), SizeIs(1));
}

TEST_F(PolicyStore, ReleasesOnlyWhatWasDueOnTheFrame) {
  must(write([](Transaction& t) { return t.hold(held_on("a", noon + 8h)); }));
  const auto later = must(write([](Transaction& t) { return t.hold(held_on("a", noon + 9h)); }));
  must(write([](Transaction& t) { return t.hold(held_on("b", noon + 8h)); }));
  const auto groups = must(store().held_groups(noon + 8h));
  must(write([&groups](Transaction& t) {
    return t.release_held(groups.front(), "digest-1", 3, noon + 8h);
  }));
  const auto left = must(store().held("a"));
  ASSERT_THAT(left, SizeIs(1));
  EXPECT_EQ(left.front().id, later);
  EXPECT_THAT(must(store().held("b")), SizeIs(1));
}

TEST_F(PolicyStore, CountsTheStoriesOfADigestAsTold) {
  must(write([](Transaction& t) {
    return t.put_story({.id = "s1", .first_seen = noon, .last_seen = noon});
  }));
  must(write([](Transaction& t) { return t.hold(held_on("a", noon)); }));
  const auto groups = must(store().held_groups(noon));
  must(write([&groups](Transaction& t) {
    return t.release_held(groups.front(), "digest-1", 3, noon + 8h);
  }));
  const auto told = must(store().story_topics("s1"));
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told.front().first_alert_id, "digest-1");
  EXPECT_EQ(told.front().severity, 3);
  EXPECT_EQ(told.front().last_sent, noon + 8h);
}

TEST_F(PolicyStore, CountsCopiesOfWhatWaitsAndOfNothingElse) {
  must(write([](Transaction& t) { return t.hold(held_on("a", noon)); }));
  const auto add = [this](const char* story, const char* topic, Time until) {
    return must(write([&](Transaction& t) { return t.add_held_copy(story, topic, until); }));
  };
  EXPECT_TRUE(add("s1", "a", noon));
  EXPECT_FALSE(add("s1", "b", noon));
  EXPECT_FALSE(add("s2", "a", noon));
  EXPECT_FALSE(add("s1", "a", noon - 1ms));  // would have been told before
  EXPECT_EQ(must(store().held("a")).front().copies, 1);
}

/// One silence of each scope covers what held_on("a") holds, and another of the scope does not.
class PostponedBySilence : public PolicyStore,
                           public testing::WithParamInterface<std::pair<const char*, const char*>> {
};

TEST_P(PostponedBySilence, WaitsForWhatItsScopeNames) {
  const auto [scope, name] = GetParam();
  must(write([](Transaction& t) { return t.hold(held_on("a", noon)); }));
  Silence silence{.id = 7, .scope = scope, .name = "another", .expires_at = noon + 3h};
  must(write([&silence](Transaction& t) { return t.postpone_silenced(silence, noon); }));
  EXPECT_EQ(must(store().held("a")).front().due_at, noon);
  silence.name = name;
  must(write([&silence](Transaction& t) { return t.postpone_silenced(silence, noon); }));
  EXPECT_EQ(must(store().held("a")).front().due_at, noon + 3h);
  EXPECT_EQ(must(store().held("a")).front().silence_id, 7);
}

INSTANTIATE_TEST_SUITE_P(OfEachScope, PostponedBySilence,
                         testing::Values(std::pair{"topic", "a"}, std::pair{"story", "s1"},
                                         std::pair{"feed", "ecb"},
                                         std::pair{"source", "news.example"}));

TEST_F(PolicyStore, MakesDueWhatASilenceHeldWhenItEnds) {
  const auto id = must(write([](Transaction& t) {
    return t.add_silence({.scope = "topic",
                          .name = "a",
                          .created_at = noon,
                          .expires_at = noon + 9h,
                          .author = "ops",
                          .reason = "exercise"});
  }));
  must(write([id](Transaction& t) {
    Held silenced = held_on("a", noon + 9h);
    silenced.silence_id = id;
    return t.hold(silenced);
  }));
  must(write([id](Transaction& t) { return t.end_silence(id, noon + 1h); }));
  EXPECT_TRUE(must(store().is_held_due(noon + 1h)));
}

TEST_F(PolicyStore, KeepsTheWindowOfACap) {
  EXPECT_FALSE(must(store().cap_window("topic a")));
  must(write(
      [](Transaction& t) { return t.put_cap_window("topic a", {.opened_at = noon, .sent = 3}); }));
  reopen();
  const auto window = must(store().cap_window("topic a"));
  ASSERT_TRUE(window);
  EXPECT_EQ(window->opened_at, noon);
  EXPECT_EQ(window->sent, 3);
}

TEST_F(PolicyStore, AddsCountsUpAcrossRestarts) {
  must(write(
      [](Transaction& t) { return t.add_count({.when = noon, .name = "items.new", .by = 3}); }));
  reopen();
  must(write([](Transaction& t) {
    return t.add_count({.when = noon + 48h, .topic = "a", .name = "items.new", .by = 4});
  }));
  EXPECT_THAT(must(store().counts()), testing::ElementsAre(testing::Pair("items.new", 7)));
}

}  // namespace
}  // namespace tocsin::store
