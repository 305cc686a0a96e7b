// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "store/connection.hpp"
#include "store/rows.hpp"
#include "store/schema.hpp"

namespace tocsin::store {
namespace {

using test::must;
using testing::IsEmpty;
using testing::SizeIs;

/// What a daemon of the first version had written: an item in a story that alerted, its feed, a
/// subscriber that gave an alert back, and counts. Retention has taken the log's first alert.
constexpr const char* written_at_first = R"sql(
INSERT INTO feed VALUES (1, 'courier');
INSERT INTO feed_state (feed_no, current_url, etag, last_modified, moved_to, last_error,
  disabled_reason, failures, polls, gaps, interval_s, baselined)
  VALUES (1, '', '"v1"', '', '', '', '', 0, 7, 0, 300, 1);
INSERT INTO identity VALUES (1, 'i1', 1, 'digest', 1, 1000, 2000);
INSERT INTO item VALUES (1, 1, 'i1', 'g', 'https://news.example/1', 'https://news.example/1',
  'Flood in the north', 'S', 'C', 'en', '', '', 900, NULL, 0, 1000, 0, 0, 's1', 5);
INSERT INTO item_text (rowid, title, summary, content) VALUES (1, 'Flood in the north', 'S', 'C');
INSERT INTO match VALUES (1, 'floods', 1, 1, 4.0, 3.0, 1, 'sent', 1000);
INSERT INTO story VALUES ('s1', 'Flood in the north', 1, 1000, 1000, 1, 1, 1);
INSERT INTO story_topic VALUES ('s1', 'floods', 3, 'a1', 1, 1000);
UPDATE log SET epoch = 'e1', head = 2;
INSERT INTO frame VALUES ('alert/floods/3/', 2), ('alert/storms/3/', 1);
INSERT INTO alert VALUES (2, 0, 'alert/floods/3/', 'a1', 'tocsin.alert.new.v1', 1, 1000, '{}');
INSERT INTO subscriber VALUES ('console', 1, 1500);
INSERT INTO parked VALUES ('mail', 1, '421', 3000, 2);
INSERT INTO tally VALUES ('items.new', 4), ('items.fetched', 9), ('items.known', 5);
)sql";

/// Of each version there was, up to the one before the newest.
class FromAnEarlierVersion : public testing::TestWithParam<int> {
 protected:
  FromAnEarlierVersion() {
    const auto connection = must(Connection::open(path(), {}, true));
    for (int step = 0; step < GetParam(); ++step) {
      must(connection->script(std::string{schema_steps()[static_cast<std::size_t>(step)]}));
      if (step == 0) must(connection->script(written_at_first));
    }
    must(connection->script(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                        0x746f6373, GetParam())));
  }

  [[nodiscard]] std::string path() const { return folder_.file("tocsin.db"); }

 private:
  test::TempDir folder_;
};

TEST_P(FromAnEarlierVersion, KeepsWhatWasWritten) {
  const auto store = must(Store::open(path()));
  EXPECT_EQ(must(store->feed_state("courier"))->etag, "\"v1\"");
  EXPECT_EQ(must(store->find_item(1))->title, "Flood in the north");
  EXPECT_THAT(must(store->search_items({.words = {"flood"}})).hits, SizeIs(1));
  EXPECT_THAT(must(store->matches_of(1)), SizeIs(1));
  EXPECT_EQ(must(store->story_topics("s1")).front().first_alert_id, "a1");
  EXPECT_EQ(must(store->find_alert("a1"))->frame, "alert/floods/3/");
  EXPECT_EQ(must(store->cursors()).front().acknowledged, 1U);
  EXPECT_EQ(must(store->parked("mail")).front().attempts, 2);
  EXPECT_EQ(must(store->counts()).at("items.new"), 4);
  EXPECT_THAT(must(store->check()), IsEmpty());
}

TEST_P(FromAnEarlierVersion, GoesOnWithTheLogWhereItEnded) {
  const auto store = must(Store::open(path()));
  EXPECT_EQ(must(store->log_bounds()).epoch, "e1");
  auto transaction = must(store->begin());
  auto sample = test::sample_alert("floods", "a2");
  const auto record = must(transaction.append_alert(sample, 1, test::noon));
  EXPECT_EQ(record.seq, 3U);
  EXPECT_EQ(record.prev, 2U);
  auto other = test::sample_alert("storms", "a3");
  EXPECT_EQ(must(transaction.append_alert(other, 1, test::noon)).prev, 1U);
}

TEST_P(FromAnEarlierVersion, BalancesWhatWasCountedBefore) {
  const auto store = must(Store::open(path()));
  for (const auto& line : must(store->audit(Time{}))) EXPECT_THAT(line.faults, IsEmpty());
}

TEST_P(FromAnEarlierVersion, LeavesACopyOfTheFileAsItWas) {
  must(Store::open(path()));
  const auto copy =
      must(Connection::open(fmt::format("{}.v{}.bak", path(), GetParam()), {}, false));
  EXPECT_EQ(must(copy->number("PRAGMA user_version")), GetParam());
  const auto migrated = must(Connection::open(path(), {.read_only = true}, false));
  EXPECT_EQ(must(migrated->number("SELECT v FROM item_text_config WHERE k = 'automerge'")), 0);
  EXPECT_EQ(must(copy->number("SELECT count(*) FROM item")), 1);
}

TEST_P(FromAnEarlierVersion, IsNotReadByVerbsBeforeTheDaemonHasMigratedIt) {
  StoreOptions options;
  options.read_only = true;
  const auto refused = Store::open(path(), options);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("start the daemon once"));
}

INSTANTIATE_TEST_SUITE_P(EachThereWas, FromAnEarlierVersion,
                         testing::Range(1, static_cast<int>(schema_steps().size())));

}  // namespace
}  // namespace tocsin::store
