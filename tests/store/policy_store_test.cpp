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
  must(write([](Transaction& t) { return t.forget_subscriber("mail"); }));
  EXPECT_THAT(must(store().cursors()), IsEmpty());
  EXPECT_THAT(must(store().parked("mail")), IsEmpty());
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
  must(write([id](Transaction& t) { return t.expire_silence(id, noon + 1h); }));
  EXPECT_THAT(must(store().silences(noon + 1h)), IsEmpty());
  const auto again = write([id](Transaction& t) { return t.expire_silence(id, noon + 1h); });
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::not_found);
}

TEST_F(PolicyStore, HoldsUntilReleasedByADigest) {
  const auto hold = [](const char* topic) {
    return [topic](Transaction& t) {
      return t.hold({.topic = topic,
                     .story_id = "s1",
                     .item_id = 5,
                     .reason = "quiet",
                     .title = "T",
                     .held_at = noon});
    };
  };
  const auto first = must(write(hold("a")));
  const auto second = must(write(hold("a")));
  must(write(hold("b")));
  EXPECT_THAT(must(store().held("")), SizeIs(3));
  must(write([first](Transaction& t) { return t.release_held("a", first, noon + 8h); }));
  const auto left = must(store().held("a"));
  ASSERT_THAT(left, SizeIs(1));
  EXPECT_EQ(left.front().id, second);
  EXPECT_EQ(left.front().item_id, 5);
}

TEST_F(PolicyStore, AddsCountsUpAcrossRestarts) {
  must(write([](Transaction& t) { return t.add_count("items.new", 3); }));
  reopen();
  must(write([](Transaction& t) { return t.add_count("items.new", 4); }));
  EXPECT_THAT(must(store().counts()), testing::ElementsAre(testing::Pair("items.new", 7)));
}

}  // namespace
}  // namespace tocsin::store
