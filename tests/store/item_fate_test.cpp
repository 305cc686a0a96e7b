// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "store/rows.hpp"

namespace tocsin::store {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::noon;
using test::sample_item;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

class ItemFateOf : public test::StoreTest {
 protected:
  ItemFateOf() : item_{insert(sample_item("ecb", "i1"))} {}

  void match(const std::string& topic, const std::string& outcome, Time when) {
    auto transaction = must(store().begin());
    must(transaction.add_match(
        {.item_id = item_, .topic = topic, .fired = true, .outcome = outcome, .matched_at = when}));
    must(transaction.commit());
  }

  void alert_on(ItemId item, const std::string& id, Time when) {
    auto transaction = must(store().begin());
    auto alert = test::sample_alert("floods", id);
    must(transaction.append_alert(alert, item, when));
    must(transaction.commit());
  }

  void hold(ItemId item, Time when) {
    auto transaction = must(store().begin());
    must(transaction.hold({.frame = "alert/floods/3/",
                           .topic = "floods",
                           .item_id = item,
                           .reason = "quiet",
                           .held_at = when,
                           .due_at = when + 1h}));
    must(transaction.commit());
  }

  [[nodiscard]] ItemFate fate() { return must(store().fate_of(item_)); }

  ItemId item_;
};

TEST_F(ItemFateOf, OneThatNothingMatchedIsEmpty) {
  EXPECT_THAT(fate().matches, IsEmpty());
  EXPECT_THAT(fate().alerts, IsEmpty());
  EXPECT_THAT(fate().held, IsEmpty());
}

TEST_F(ItemFateOf, OneThatAlertedHasItsAlertsAndNoOthers) {
  match("floods", "sent", noon);
  alert_on(item_, "a1", noon);
  alert_on(item_ + 1, "a2", noon);
  alert_on(item_, "a3", noon);
  alert_on(0, "a4", noon);
  const auto told = fate();
  EXPECT_THAT(told.matches, SizeIs(1));
  EXPECT_THAT(told.alerts, ElementsAre(Field(&ItemAlert::id, "a1"), Field(&ItemAlert::id, "a3")));
  EXPECT_EQ(told.alerts.front().seq, 1U);
  EXPECT_EQ(told.alerts.front().frame, "alert/floods/3/");
  EXPECT_EQ(told.alerts.front().type, "tocsin.alert.new.v1");
  EXPECT_EQ(told.alerts.front().committed, noon);
}

TEST_F(ItemFateOf, AlertsOfSeveralTopicsAndTimesAreToldOnce) {
  match("floods", "sent", noon);
  match("harbours", "sent", noon);
  match("fires", "updated", noon + 1h);
  alert_on(item_, "a1", noon);
  alert_on(item_, "a2", noon + 1h);
  EXPECT_THAT(fate().alerts, ElementsAre(Field(&ItemAlert::id, "a1"), Field(&ItemAlert::id, "a2")));
}

TEST_F(ItemFateOf, WhatIsHeldSaysWhyAndUntilWhen) {
  match("floods", "held", noon);
  hold(item_, noon);
  hold(item_ + 1, noon);
  const auto told = fate();
  ASSERT_THAT(told.held, SizeIs(1));
  EXPECT_EQ(told.held.front().reason, "quiet");
  EXPECT_EQ(told.held.front().due_at, noon + 1h);
  EXPECT_FALSE(told.held.front().told);
}

TEST_F(ItemFateOf, WhatWasHeldNamesTheDigestThatToldIt) {
  match("floods", "held", noon);
  hold(item_, noon);
  auto transaction = must(store().begin());
  must(transaction.release_held(must(store().held_groups(noon + 1h)).front(), "d1", 3, noon + 1h));
  must(transaction.commit());
  const auto told = fate();
  ASSERT_THAT(told.held, SizeIs(1));
  EXPECT_EQ(told.held.front().digest_id, "d1");
  EXPECT_EQ(told.held.front().told, noon + 1h);
}

}  // namespace
}  // namespace tocsin::store
