// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "store/rows.hpp"

namespace tocsin::store {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::noon;
using testing::Pair;
using testing::UnorderedElementsAre;

class CountStore : public test::StoreTest {
 protected:
  /// What the audit says of the topic on the day of `noon`.
  std::int64_t counted(const std::string& topic, const std::string& name) {
    for (const AuditLine& line : must(store().audit(noon))) {
      if (line.topic == topic && line.counts.contains(name)) return line.counts.at(name);
    }
    return 0;
  }
};

TEST_F(CountStore, CountsTheSameBeforeAndAfterAddingUp) {
  count("floods", "matches.fired", 2);
  count("floods", "matches.fired", 3);
  count("fires", "matches.fired", 1);
  count("fires", "matches.fired", 1, noon + 24h);
  count("", "items.new", 4);
  for (int round = 0; round < 3; ++round) {
    EXPECT_THAT(must(store().counts()),
                UnorderedElementsAre(Pair("matches.fired", 7), Pair("items.new", 4)));
    EXPECT_EQ(counted("floods", "matches.fired"), 5);
    EXPECT_EQ(counted("fires", "matches.fired"), 1);
    must(store().add_up_counts(2));
  }
  EXPECT_EQ(must(store().waiting_counts()), 0U);
}

TEST_F(CountStore, AddsUpTheOldestFirstAndTellsHowMany) {
  EXPECT_EQ(must(store().waiting_counts()), 0U);
  EXPECT_EQ(must(store().add_up_counts(2)), 0U);
  for (int i = 0; i < 5; ++i) count("floods", "matches.fired", 1);
  EXPECT_EQ(must(store().waiting_counts()), 5U);
  EXPECT_EQ(must(store().add_up_counts(2)), 2U);
  EXPECT_EQ(must(store().waiting_counts()), 3U);
  count("floods", "matches.fired", 1);
  EXPECT_EQ(must(store().add_up_counts(10)), 4U);
  EXPECT_EQ(must(store().waiting_counts()), 0U);
  EXPECT_EQ(counted("floods", "matches.fired"), 6);
}

TEST_F(CountStore, KeepsWhatWaitsOverARestart) {
  count("floods", "matches.fired", 2);
  reopen();
  EXPECT_EQ(must(store().waiting_counts()), 1U);
  EXPECT_EQ(counted("floods", "matches.fired"), 2);
}

TEST_F(CountStore, CountsOnWhereRetentionHasFoldedTheDay) {
  count("floods", "matches.fired", 2, noon - 24h * 400);
  must(store().add_up_counts(1));
  count("floods", "matches.fired", 3, noon - 24h * 400);
  must(store().prune(noon, {}, 100));
  must(store().add_up_counts(1));
  must(store().prune(noon, {}, 100));
  EXPECT_THAT(must(store().counts()), UnorderedElementsAre(Pair("matches.fired", 5)));
}

}  // namespace
}  // namespace tocsin::store
