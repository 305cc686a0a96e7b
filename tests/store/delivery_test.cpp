// SPDX-License-Identifier: Apache-2.0
#include "store/delivery.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "store/rows.hpp"

namespace tocsin::store {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::noon;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class DeliveryTest : public test::StoreTest {
 protected:
  DeliveryTest() {
    for (const auto* id : {"1", "2", "3"}) append("a", id);
  }

  template <typename Work>
  auto write(Work work) {
    auto transaction = must(store().begin());
    Deliveries deliveries{transaction, options_};
    auto outcome = work(deliveries);
    must(transaction.commit());
    return outcome;
  }

  Standing give_back(std::uint64_t seq, int attempt, Time now) {
    return must(write([&](Deliveries& d) {
      return d.give_back({.subscriber = "mail", .seq = seq, .attempt = attempt, .reason = "421"},
                         now);
    }));
  }

  Due take(Time now, std::size_t limit = 10, std::size_t bytes = 1U << 20U) {
    return must(write([&](Deliveries& d) { return d.take_due("mail", limit, bytes, now); }));
  }

  static std::vector<std::uint64_t> seqs(const Due& due) {
    std::vector<std::uint64_t> all;
    for (const Redelivery& one : due.records) all.push_back(one.record.seq);
    return all;
  }

  DeliveryOptions options_{};
};

TEST_F(DeliveryTest, BringsBackWhatWasGivenBackOnceItsPauseIsOver) {
  EXPECT_EQ(give_back(2, 1, noon).state, DeliveryState::parked);
  const Due early = take(noon + 4s);
  EXPECT_THAT(early.records, IsEmpty());
  EXPECT_EQ(early.next_at, noon + 5s);
  const Due due = take(noon + 5s);
  ASSERT_THAT(due.records, SizeIs(1));
  EXPECT_EQ(due.records[0].record.id, "2");
  EXPECT_EQ(due.records[0].attempt, 2);
}

TEST_F(DeliveryTest, RemembersItThroughARestart) {
  give_back(2, 1, noon);
  reopen();
  EXPECT_THAT(seqs(take(noon + 5s)), ElementsAre(2));
}

TEST_F(DeliveryTest, WaitsLongerAfterEachDelivery) {
  std::vector<std::chrono::seconds> waited;
  Time now = noon;
  for (int attempt = 1; attempt < options_.max_deliver; ++attempt) {
    const Standing standing = give_back(1, attempt, now);
    waited.push_back(std::chrono::duration_cast<std::chrono::seconds>(standing.retry_at - now));
    now = standing.retry_at;
    ASSERT_THAT(seqs(take(now)), ElementsAre(1));
  }
  EXPECT_THAT(waited, ElementsAre(5s, 15s, 60s, 300s, 900s, 1800s, 3600s));
}

TEST_F(DeliveryTest, WaitsAsLongAsTheSubscriberAsks) {
  const Standing standing = must(write([](Deliveries& d) {
    return d.give_back({.subscriber = "mail", .seq = 1, .retry_after = 90s}, noon);
  }));
  EXPECT_EQ(standing.retry_at, noon + 90s);
}

TEST_F(DeliveryTest, BuriesWhatCouldNotBeDeliveredForTheLastTime) {
  options_.max_deliver = 2;
  give_back(1, 1, noon);
  static_cast<void>(take(noon + 5s));
  const Standing standing = give_back(1, 2, noon + 6s);
  EXPECT_EQ(standing.state, DeliveryState::dead);
  EXPECT_TRUE(standing.is_news);
  const auto letters = must(store().dead_letters(10));
  ASSERT_THAT(letters, SizeIs(1));
  EXPECT_EQ(letters[0].reason, "421");
  EXPECT_EQ(letters[0].attempts, 2);
  EXPECT_THAT(must(store().parked("mail")), IsEmpty());
}

TEST_F(DeliveryTest, BuriesAtOnceWhatCanNeverBeDelivered) {
  const Standing standing = must(write([](Deliveries& d) {
    return d.give_back({.subscriber = "mail", .seq = 3, .reason = "550", .is_final = true}, noon);
  }));
  EXPECT_EQ(standing.state, DeliveryState::dead);
  EXPECT_THAT(must(store().dead_letters(10)), SizeIs(1));
}

TEST_F(DeliveryTest, TellsADeadLetterOnce) {
  const auto term = [](Deliveries& d) {
    return d.give_back({.subscriber = "mail", .seq = 3, .is_final = true}, noon);
  };
  EXPECT_TRUE(must(write(term)).is_news);
  const Standing again = must(write(term));
  EXPECT_EQ(again.state, DeliveryState::dead);
  EXPECT_FALSE(again.is_news);
}

TEST_F(DeliveryTest, TakesARepeatedNakForOne) {
  give_back(1, 1, noon);
  static_cast<void>(take(noon + 5s));
  const Standing late = give_back(1, 1, noon + 6s);
  EXPECT_EQ(late.attempts, 2);
  EXPECT_EQ(late.retry_at, noon + 5s + options_.lease);
}

TEST_F(DeliveryTest, CountsNoDeliveryThatWasNotMade) {
  EXPECT_EQ(give_back(1, 200, noon).state, DeliveryState::parked);
  EXPECT_EQ(must(store().parked("mail")).front().attempts, 1);
}

TEST_F(DeliveryTest, LeavesATakenRecordWithItsReaderForTheLease) {
  give_back(1, 1, noon);
  static_cast<void>(take(noon + 5s));
  EXPECT_THAT(take(noon + 5s + options_.lease - 1ms).records, IsEmpty());
  const Due again = take(noon + 5s + options_.lease);
  ASSERT_THAT(again.records, SizeIs(1));
  EXPECT_EQ(again.records[0].attempt, 3);
}

TEST_F(DeliveryTest, BuriesWhatIsTakenTooOftenWithoutAnAnswer) {
  options_.max_deliver = 2;
  give_back(1, 1, noon);
  static_cast<void>(take(noon + 5s));
  const Due due = take(noon + 5s + options_.lease);
  EXPECT_THAT(due.records, IsEmpty());
  ASSERT_THAT(due.buried, SizeIs(1));
  EXPECT_THAT(due.buried[0].reason, HasSubstr("421"));
}

TEST_F(DeliveryTest, ForgetsWhatWasDealtWith) {
  give_back(1, 1, noon);
  must(write([](Deliveries& d) { return d.settle("mail", 1); }));
  const Due due = take(noon + 1h);
  EXPECT_THAT(due.records, IsEmpty());
  EXPECT_EQ(due.next_at, std::nullopt);
}

TEST_F(DeliveryTest, KeepsSubscribersApart) {
  give_back(1, 1, noon);
  const Due due = must(write([](Deliveries& d) { return d.take_due("chat", 9, 9, noon + 1h); }));
  EXPECT_THAT(due.records, IsEmpty());
}

TEST_F(DeliveryTest, BringsNoMoreThanWasAskedFor) {
  for (const std::uint64_t seq : {1U, 2U, 3U}) give_back(seq, 1, noon);
  const Due due = take(noon + 5s, 2);
  EXPECT_THAT(seqs(due), ElementsAre(1, 2));
  EXPECT_EQ(due.next_at, noon + 5s);
  give_back(1, 2, noon + 5s);
  EXPECT_THAT(seqs(take(noon + 5s, 2)), ElementsAre(3));
}

TEST_F(DeliveryTest, BringsAtLeastOneRecordHoweverFewBytesAreAskedFor) {
  for (const std::uint64_t seq : {1U, 2U}) give_back(seq, 1, noon);
  EXPECT_THAT(seqs(take(noon + 5s, 10, 1)), ElementsAre(1));
}

TEST_F(DeliveryTest, BringsWhatWasParkedBeforeTheClockWasSetBack) {
  give_back(1, 1, noon + std::chrono::years{1});
  EXPECT_THAT(seqs(take(noon)), ElementsAre(1));
}

TEST_F(DeliveryTest, SaysThatARecordIsGoneThatTheLogLetGo) {
  EXPECT_EQ(give_back(99, 1, noon).state, DeliveryState::gone);
  EXPECT_THAT(must(store().parked("mail")), IsEmpty());
}

TEST_F(DeliveryTest, DeliversADeadLetterAnewWhenAsked) {
  must(write([](Deliveries& d) {
    return d.give_back({.subscriber = "mail", .seq = 3, .is_final = true}, noon);
  }));
  must(write([](Deliveries& d) { return d.requeue("mail", 3, noon); }));
  EXPECT_THAT(must(store().dead_letters(10)), IsEmpty());
  const Due due = take(noon);
  ASSERT_THAT(due.records, SizeIs(1));
  EXPECT_EQ(due.records[0].attempt, 1);
  EXPECT_EQ(give_back(3, 1, noon).state, DeliveryState::parked);
}

TEST_F(DeliveryTest, DropsADeadLetterWhenAsked) {
  must(write([](Deliveries& d) {
    return d.give_back({.subscriber = "mail", .seq = 3, .is_final = true}, noon);
  }));
  must(write([](Deliveries& d) { return d.drop("mail", 3); }));
  EXPECT_THAT(must(store().dead_letters(10)), IsEmpty());
}

TEST_F(DeliveryTest, CountsTheDeadLettersOfEachSubscriber) {
  for (const auto* name : {"mail", "mailer"}) {
    for (const std::uint64_t seq : {1U, 3U}) {
      must(write([name, seq](Deliveries& d) {
        return d.give_back({.subscriber = name, .seq = seq, .is_final = true}, noon);
      }));
    }
  }
  must(write([](Deliveries& d) { return d.drop("mail", 3); }));
  EXPECT_EQ(must(write([](Deliveries& d) { return d.dead_letters("mail"); })), 1);
  EXPECT_EQ(must(write([](Deliveries& d) { return d.dead_letters("mailer"); })), 2);
  EXPECT_EQ(must(write([](Deliveries& d) { return d.dead_letters("desk"); })), 0);
}

TEST_F(DeliveryTest, KnowsNoDeadLetterThatThereIsNot) {
  const auto dropped = write([](Deliveries& d) { return d.drop("mail", 3); });
  ASSERT_FALSE(dropped);
  EXPECT_EQ(dropped.error().code, Errc::not_found);
  const auto requeued = write([](Deliveries& d) { return d.requeue("mail", 3, noon); });
  ASSERT_FALSE(requeued);
  EXPECT_EQ(requeued.error().code, Errc::not_found);
}

}  // namespace
}  // namespace tocsin::store
