// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "alert/codec.hpp"
#include "store/rows.hpp"

namespace tocsin::store {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::noon;
using test::sample_alert;
using testing::IsEmpty;
using testing::SizeIs;

using AlertLog = test::StoreTest;

TEST_F(AlertLog, CountsFromOneWithoutGap) {
  EXPECT_EQ(append("a", "1").seq, 1U);
  EXPECT_EQ(append("b", "2").seq, 2U);
  EXPECT_EQ(append("a", "3").seq, 3U);
}

TEST_F(AlertLog, NamesThePreviousRecordOfTheSameFrame) {
  EXPECT_EQ(append("a", "1").prev, 0U);
  EXPECT_EQ(append("b", "2").prev, 0U);
  EXPECT_EQ(append("a", "3").prev, 1U);
  EXPECT_EQ(append("a", "4").prev, 3U);
}

TEST_F(AlertLog, CountsOnAfterARestart) {
  append("a", "1");
  append("a", "2");
  reopen();
  const auto record = append("a", "3");
  EXPECT_EQ(record.seq, 3U);
  EXPECT_EQ(record.prev, 2U);
}

TEST_F(AlertLog, CountsOnAfterEverythingWasPruned) {
  append("a", "1");
  append("a", "2");
  EXPECT_EQ(must(store().prune(noon + 24h * 900, {}, 100)).alerts, 2);
  reopen();
  EXPECT_EQ(must(store().log_bounds()).floor, 3U);
  EXPECT_EQ(must(store().log_bounds()).head, 2U);
  const auto record = append("a", "3");
  EXPECT_EQ(record.seq, 3U);
  EXPECT_EQ(record.prev, 2U);
}

TEST_F(AlertLog, KeepsItsEpochAcrossRestarts) {
  const auto epoch = must(store().log_bounds()).epoch;
  EXPECT_THAT(epoch, testing::MatchesRegex("[0-9a-f]{32}"));
  reopen();
  EXPECT_EQ(must(store().log_bounds()).epoch, epoch);
}

TEST_F(AlertLog, GivesEveryNewLogAnEpochOfItsOwn) {
  const auto other = must(Store::open(folder().file("other.db")));
  EXPECT_NE(must(other->log_bounds()).epoch, must(store().log_bounds()).epoch);
}

TEST_F(AlertLog, PutsItsPlaceAndTheCommitTimeIntoThePayload) {
  append("a", "1");
  const auto record = append("a", "2", noon + 5ms);
  const auto decoded = must(alert::decode(record.payload));
  EXPECT_EQ(decoded.sequence, 2U);
  EXPECT_EQ(decoded.alert.times.committed, noon + 5ms);
  EXPECT_EQ(record.frame, "alert/a/3/");
  EXPECT_EQ(record.type, "tocsin.alert.new.v1");
}

TEST_F(AlertLog, StoresWhatItHandsToTheWire) {
  const auto record = append("a", "1");
  reopen();
  const auto stored = must(store().find_alert("1"));
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->payload, record.payload);
  EXPECT_EQ(stored->frame, record.frame);
  EXPECT_EQ(stored->prev, record.prev);
}

TEST_F(AlertLog, RefusesASecondAlertOfOneId) {
  append("a", "1");
  auto transaction = must(store().begin());
  auto again = sample_alert("b", "1");
  const auto record = transaction.append_alert(again, 0, noon);
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().code, Errc::busy);
  auto other = sample_alert("b", "2");
  const auto next = must(transaction.append_alert(other, 0, noon));
  EXPECT_EQ(next.seq, 2U);
  EXPECT_EQ(next.prev, 0U);
  must(transaction.commit());
  EXPECT_THAT(must(store().check()), IsEmpty());
}

TEST_F(AlertLog, RefusesATopicThatCannotStandInAFrame) {
  auto transaction = must(store().begin());
  auto bad = sample_alert("a/b", "1");
  const auto record = transaction.append_alert(bad, 0, noon);
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().code, Errc::invalid_input);
}

TEST_F(AlertLog, LeavesNoHoleWhenATransactionIsDropped) {
  append("a", "1");
  {
    auto dropped = must(store().begin());
    auto sample = sample_alert("a", "2");
    EXPECT_EQ(must(dropped.append_alert(sample, 0, noon)).seq, 2U);
  }
  const auto record = append("a", "3");
  EXPECT_EQ(record.seq, 2U);
  EXPECT_EQ(record.prev, 1U);
}

TEST_F(AlertLog, ListsNewestFirstWithinTimeAndPrefix) {
  append("a", "1", noon);
  append("ab", "2", noon + 1h);
  append("a", "3", noon + 2h);
  append("a", "4", noon + 3h);
  AlertQuery query;
  query.frame_prefix = "alert/a/";
  query.since = noon + 1h;
  query.limit = 1;
  const auto newest = must(store().alerts(query));
  ASSERT_THAT(newest, SizeIs(1));
  EXPECT_EQ(newest.front().id, "4");
  query.before_seq = newest.front().seq;
  query.limit = 10;
  const auto rest = must(store().alerts(query));
  ASSERT_THAT(rest, SizeIs(1));
  EXPECT_EQ(rest.front().id, "3");
}

TEST_F(AlertLog, FindsNothingWrongWithItself) {
  append("a", "1");
  append("b", "2");
  append("a", "3");
  insert(test::sample_item("ecb", "i1"));
  EXPECT_THAT(must(store().check()), IsEmpty());
}

}  // namespace
}  // namespace tocsin::store
