// SPDX-License-Identifier: Apache-2.0
#include "store/transaction.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "store/rows.hpp"

namespace tocsin::store {
namespace {

using test::must;
using test::noon;
using test::sample_alert;
using test::sample_item;
using testing::IsEmpty;

using Transactions = test::StoreTest;

TEST_F(Transactions, KeepNothingUnlessCommitted) {
  {
    auto transaction = must(store().begin());
    must(transaction.insert_item(sample_item("ecb", "i1")));
  }
  EXPECT_FALSE(must(store().known_item("ecb", "i1")));
}

TEST_F(Transactions, ShowTheirStoreWhatTheyHaveWritten) {
  auto transaction = must(store().begin());
  must(transaction.insert_item(sample_item("ecb", "i1")));
  EXPECT_TRUE(must(store().known_item("ecb", "i1")));
}

TEST_F(Transactions, ComeOneAtATime) {
  const auto open = must(store().begin());
  const auto second = store().begin();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::busy);
}

TEST_F(Transactions, MoveWithoutRollingBack) {
  auto transaction = must(store().begin());
  must(transaction.insert_item(sample_item("ecb", "i1")));
  auto moved = std::move(transaction);
  must(moved.commit());
  EXPECT_TRUE(must(store().known_item("ecb", "i1")));
}

TEST_F(Transactions, LoseOnlyThePollWhoseSavepointWasNotKept) {
  auto transaction = must(store().begin());
  auto first = sample_alert("a", "1");
  {
    auto poll = must(transaction.savepoint());
    must(transaction.insert_item(sample_item("ecb", "i1")));
    must(transaction.append_alert(first, 0, noon));
    must(poll.keep());
  }
  auto second = sample_alert("a", "2");
  {
    auto poll = must(transaction.savepoint());
    must(transaction.insert_item(sample_item("bbc", "i2")));
    EXPECT_EQ(must(transaction.append_alert(second, 0, noon)).seq, 2U);
  }
  auto third = sample_alert("a", "3");
  {
    auto poll = must(transaction.savepoint());
    const auto record = must(transaction.append_alert(third, 0, noon));
    EXPECT_EQ(record.seq, 2U);
    EXPECT_EQ(record.prev, 1U);
    must(poll.keep());
  }
  must(transaction.commit());
  EXPECT_TRUE(must(store().known_item("ecb", "i1")));
  EXPECT_FALSE(must(store().known_item("bbc", "i2")));
  EXPECT_EQ(must(store().log_bounds()).head, 2U);
  EXPECT_THAT(must(store().check()), IsEmpty());
}

TEST_F(Transactions, GoOnAfterARefusedWrite) {
  insert(sample_item("ecb", "i1"));
  auto transaction = must(store().begin());
  ASSERT_FALSE(transaction.insert_item(sample_item("ecb", "i1")));
  must(transaction.insert_item(sample_item("ecb", "i2")));
  must(transaction.commit());
  EXPECT_TRUE(must(store().known_item("ecb", "i2")));
}

}  // namespace
}  // namespace tocsin::store
