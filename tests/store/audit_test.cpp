// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "store/connection.hpp"
#include "store/rows.hpp"

namespace tocsin::store {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::noon;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto day = 24h;

class Audit : public test::StoreTest {
 protected:
  std::vector<std::string> faults(Time since = noon - 7 * day) {
    std::vector<std::string> all;
    for (const auto& line : must(store().audit(since))) {
      for (const auto& fault : line.faults) all.push_back(line.topic + ": " + fault);
    }
    return all;
  }
};

TEST_F(Audit, BalancesAnEmptyStore) {
  EXPECT_THAT(must(store().audit(Time{})), IsEmpty());
}

TEST_F(Audit, AddsUpWhatCameOfTheItems) {
  count("", "items.fetched", 10);
  count("", "items.new", 3);
  count("", "items.known", 6);
  count("", "items.changed", 2);
  count("", "items.rejected", 1);
  EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(Audit, NamesTheItemsThatAreMissing) {
  count("", "items.fetched", 10);
  count("", "items.new", 3);
  EXPECT_THAT(faults(), ElementsAre(": items.fetched 10 is not items.new 3"));
}

TEST_F(Audit, AddsUpWhatCameOfTheMatchesOfATopic) {
  count("a", "matches.fired", 6);
  for (const char* name : {"merged", "baseline", "late", "repeated"}) {
    count("a", std::string{"matches."} + name, 1);
  }
  EXPECT_THAT(faults(), ElementsAre("a: matches.fired 6 is not matches.merged 1 + "
                                    "matches.baseline 1 + matches.late 1 + matches.repeated 1"));
}

TEST_F(Audit, ComparesWhatWasSentWithTheLog) {
  count("a", "matches.fired", 2);
  count("a", "matches.sent", 1);
  count("a", "matches.updated", 1);
  append("a", "1");
  EXPECT_THAT(faults(), ElementsAre("a: alerts: 2 counted, 1 stored"));
  append("a", "2");
  EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(Audit, FindsAnAlertThatNobodyCounted) {
  append("a", "1");
  EXPECT_THAT(faults(), ElementsAre("a: alerts: 0 counted, 1 stored"));
}

TEST_F(Audit, ComparesWhatWasHeldWithWhatWaitsAndWhatWasTold) {
  count("a", "matches.fired", 2);
  count("a", "matches.held", 1);
  count("a", "matches.silenced", 1);
  auto transaction = must(store().begin());
  must(transaction.hold({.frame = "alert/a/3/", .topic = "a", .held_at = noon, .due_at = noon}));
  must(transaction.commit());
  EXPECT_THAT(faults(), ElementsAre("a: held and silenced: 2 counted, 1 stored"));
}

TEST_F(Audit, ComparesDigestsWithTheLog) {
  count("a", "digests.sent", 1);
  EXPECT_THAT(faults(), ElementsAre("a: digests: 1 counted, 0 stored"));
}

TEST_F(Audit, KeepsDaysApart) {
  count("a", "matches.fired", 1);
  count("a", "matches.late", 1);
  count("a", "matches.fired", 1, noon + day);
  count("a", "matches.late", 1, noon + day);
  EXPECT_THAT(must(store().audit(noon - day)), SizeIs(2));
  EXPECT_THAT(must(store().audit(noon + day)), SizeIs(1));
}

TEST_F(Audit, DoesNotMissWhatRetentionHasTaken) {
  count("a", "matches.fired", 1);
  count("a", "matches.sent", 1);
  append("a", "1");
  while (must(store().prune(noon + 735 * day, {}, 100)).more) {
  }
  EXPECT_THAT(faults(Time{}), IsEmpty());
}

TEST_F(Audit, ComparesADayOfWhichRetentionHasTakenNothing) {
  count("a", "matches.fired", 1, noon + 10 * day);
  count("a", "matches.sent", 1, noon + 10 * day);
  append("a", "1");
  must(store().prune(noon + 731 * day, {}, 100));
  EXPECT_THAT(faults(), ElementsAre("a: alerts: 1 counted, 0 stored"));
}

TEST_F(Audit, LeavesOperatorAlertsOut) {
  alert::Alert notice;
  notice.id = "n1";
  notice.kind = alert::Kind::operations;
  notice.match.topic = "feed.failing";
  auto transaction = must(store().begin());
  must(transaction.append_alert(notice, 0, noon));
  must(transaction.commit());
  EXPECT_THAT(faults(), IsEmpty());
}

}  // namespace
}  // namespace tocsin::store
