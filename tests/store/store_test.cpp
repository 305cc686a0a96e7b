// SPDX-License-Identifier: Apache-2.0
#include "store/store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/connection.hpp"
#include "store/rows.hpp"
#include "store/schema.hpp"

namespace tocsin::store {
namespace {

using test::must;
using test::noon;
using test::sample_item;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// The version of a store that is up to date.
const int newest = static_cast<int>(schema_steps().size());

/// Every step there is, and one more.
std::vector<std::string_view> steps_and(std::string_view later) {
  std::vector<std::string_view> steps{schema_steps().begin(), schema_steps().end()};
  steps.push_back(later);
  return steps;
}

class OpeningAStore : public testing::Test {
 protected:
  [[nodiscard]] std::string path() const { return folder_.file("tocsin.db"); }

  [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }

  /// In a store that is closed again.
  void log_alerts(const std::vector<std::string>& ids) {
    const auto store = must(Store::open(path()));
    auto transaction = must(store->begin());
    for (const std::string& id : ids) {
      auto sample = test::sample_alert("a", id);
      must(transaction.append_alert(sample, 0, noon));
    }
    must(transaction.commit());
  }

  /// Runs SQL on the file behind the store's back.
  void alter(const std::string& sql) {
    const auto connection = must(Connection::open(path(), {}, true));
    must(connection->script(sql));
  }

  [[nodiscard]] Error refusal(const StoreOptions& options = {}) const {
    auto store = Store::open(path(), options);
    return store ? Error{Errc::invalid_input, "opened"} : store.error();
  }

 private:
  test::TempDir folder_;
};

TEST_F(OpeningAStore, CreatesItAtTheNewestVersion) {
  ASSERT_TRUE(Store::open(path()));
  const auto connection = must(Connection::open(path(), {}, false));
  EXPECT_EQ(must(connection->number("PRAGMA user_version")),
            static_cast<std::int64_t>(schema_steps().size()));
}

TEST_F(OpeningAStore, SetsUpAWriteAheadLogWithFullSyncs) {
  const auto connection = must(Connection::open(path(), {}, true));
  must(connection->prepare_for_writing({}));
  EXPECT_EQ(must(connection->number("PRAGMA synchronous")), 2);
  const auto mode =
      must(connection->first("PRAGMA journal_mode", [](Row& row) { return row.text(); }));
  EXPECT_EQ(mode, "wal");
}

TEST_F(OpeningAStore, RefusesAFileOfANewerVersion) {
  must(Store::open(path()));
  alter("PRAGMA user_version = 99");
  const auto error = refusal();
  EXPECT_EQ(error.code, Errc::invalid_input);
  EXPECT_THAT(error.message, HasSubstr(path()));
  EXPECT_THAT(error.message, HasSubstr("newer tocsin (schema 99"));
}

TEST_F(OpeningAStore, RefusesAnotherProgramsDatabase) {
  alter("CREATE TABLE bookmarks (url TEXT)");
  EXPECT_THAT(refusal().message, HasSubstr("another program's database"));
}

TEST_F(OpeningAStore, RefusesAFileThatIsNoDatabase) {
  std::ofstream{path()} << std::string(8192, 'x');
  const auto error = refusal();
  EXPECT_EQ(error.code, Errc::invalid_input);
  EXPECT_THAT(error.message, HasSubstr("not a SQLite database"));
}

TEST_F(OpeningAStore, RefusesADamagedFile) {
  {
    const auto store = must(Store::open(path()));
    auto transaction = must(store->begin());
    for (int i = 0; i < 200; ++i) {
      must(transaction.insert_item(sample_item("ecb", std::to_string(i))));
    }
    must(transaction.commit());
  }
  const auto size = std::filesystem::file_size(path());
  {
    std::fstream damaged{path(), std::ios::in | std::ios::out | std::ios::binary};
    damaged.seekp(static_cast<std::streamoff>(size / 2));
    damaged << std::string(20000, '\x5a');
  }
  const auto error = refusal();
  EXPECT_EQ(error.code, Errc::invalid_input);
  EXPECT_THAT(error.message, HasSubstr("damaged"));
}

TEST_F(OpeningAStore, NamesAFolderThatIsNotThere) {
  auto store = Store::open(file("missing") + "/tocsin.db");
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::system);
  EXPECT_THAT(store.error().message,
              HasSubstr("missing/tocsin.db': cannot be opened: No such file"));
}

TEST_F(OpeningAStore, NamesAFolderThatCannotBeWritten) {
  auto store = Store::open("/proc/tocsin.db");
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, HasSubstr("/proc/tocsin.db"));
}

TEST_F(OpeningAStore, ReadsBesideTheWriterWithoutWriting) {
  const auto writer = must(Store::open(path()));
  StoreOptions options;
  options.read_only = true;
  const auto reader = must(Store::open(path(), options));
  EXPECT_THAT(must(reader->feed_states()), IsEmpty());
  const auto begun = reader->begin();
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().code, Errc::no_space);
}

TEST_F(OpeningAStore, MigratesAStepForwardAndKeepsACopyOfWhatWas) {
  {
    const auto store = must(Store::open(path()));
    auto transaction = must(store->begin());
    must(transaction.insert_item(sample_item("ecb", "i1")));
    must(transaction.commit());
  }
  const auto steps = steps_and(
      "CREATE TABLE later (value INTEGER);"
      "INSERT INTO later SELECT count(*) FROM item;");
  const auto connection = must(Connection::open(path(), {}, false));
  must(connection->prepare_for_writing({}));
  must(migrate(*connection, newest, steps));
  EXPECT_EQ(must(connection->number("PRAGMA user_version")), newest + 1);
  EXPECT_EQ(must(connection->number("SELECT value FROM later")), 1);

  const auto backup = must(Store::open(path() + ".v" + std::to_string(newest) + ".bak"));
  EXPECT_TRUE(must(backup->known_item("ecb", "i1")));
}

TEST_F(OpeningAStore, StaysAtItsVersionWhenAMigrationFails) {
  must(Store::open(path()));
  const auto steps = steps_and("CREATE TABLE later (value INTEGER); broken;");
  {
    const auto connection = must(Connection::open(path(), {}, false));
    must(connection->prepare_for_writing({}));
    EXPECT_FALSE(migrate(*connection, newest, steps));
    EXPECT_EQ(must(connection->number("PRAGMA user_version")), newest);
    EXPECT_EQ(must(connection->number("SELECT count(*) FROM sqlite_schema WHERE name = 'later'")),
              0);
  }
  EXPECT_TRUE(Store::open(path()));
}

TEST_F(OpeningAStore, StartsANewEpochFromARestoredBackup) {
  const auto store = must(Store::open(path()));
  auto transaction = must(store->begin());
  auto sample = test::sample_alert("a", "1");
  must(transaction.append_alert(sample, 0, noon));
  must(transaction.commit());
  must(store->backup_to(file("copy.db")));
  const auto copy = must(Store::open(file("copy.db")));
  EXPECT_EQ(must(copy->log_bounds()).head, 1U);
  EXPECT_NE(must(copy->log_bounds()).epoch, must(store->log_bounds()).epoch);
}

TEST_F(OpeningAStore, SaysThatTheDiskIsFullAndKeepsWhatIsStored) {
  StoreOptions options;
  options.max_pages = 120;
  const auto store = must(Store::open(path(), options));
  Result<void> stopped;
  int stored = 0;
  while (stopped && stored < 10000) {
    auto transaction = must(store->begin());
    auto item = sample_item("ecb", std::to_string(stored));
    item.content = std::string(4000, 'x');
    const auto id = transaction.insert_item(item);
    stopped = id ? transaction.commit() : fail(id.error());
    if (stopped) ++stored;
  }
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Errc::no_space);
  EXPECT_EQ(stopped.error().message, "store '" + path() + "': the disk is full");
  EXPECT_EQ(must(store->sizes()).items, stored);
  EXPECT_THAT(must(store->check()), IsEmpty());
}

TEST_F(OpeningAStore, WritesNothingPiecemealOnceTheDiskHasRolledBack) {
  StoreOptions options;
  options.max_pages = 120;
  const auto store = must(Store::open(path(), options));
  auto transaction = must(store->begin());
  Result<ItemId> id{0};
  for (int i = 0; id && i < 10000; ++i) {
    auto item = sample_item("ecb", std::to_string(i));
    item.content = std::string(4000, 'x');
    id = transaction.insert_item(item);
  }
  ASSERT_FALSE(id);
  static_cast<void>(transaction.add_count({.name = "items.new"}));
  static_cast<void>(transaction.commit());
  EXPECT_EQ(must(store->counts()).empty(), must(store->sizes()).items == 0);
}

TEST_F(OpeningAStore, CountsItsRows) {
  const auto store = must(Store::open(path()));
  auto transaction = must(store->begin());
  must(transaction.insert_item(sample_item("ecb", "i1")));
  auto sample = test::sample_alert("a", "1");
  must(transaction.append_alert(sample, 0, noon));
  must(transaction.commit());
  const auto sizes = must(store->sizes());
  EXPECT_EQ(sizes.items, 1);
  EXPECT_EQ(sizes.alerts, 1);
  EXPECT_EQ(sizes.feeds, 0);
  EXPECT_GT(sizes.file_bytes, 0);
}

TEST_F(OpeningAStore, FindsAHoleInTheLog) {
  log_alerts({"1", "2", "3"});
  alter("DELETE FROM alert WHERE seq = 2");
  const auto findings = must(must(Store::open(path()))->check());
  EXPECT_THAT(findings, testing::Contains("no record between seq 1 and 3"));
  EXPECT_THAT(findings, testing::Contains("seq 3 names prev 2 instead of 1"));
}

TEST_F(OpeningAStore, FindsWhatIsWrongWithTheFramesOfTheLog) {
  log_alerts({"1"});
  alter("UPDATE frame SET pruned_to = 9");
  EXPECT_THAT(must(must(Store::open(path()))->check()),
              ElementsAre("frame alert/a/3/ was pruned to seq 9, past its last alert"));
  alter("DELETE FROM frame");
  EXPECT_THAT(must(must(Store::open(path()))->check()),
              ElementsAre("seq 1 stands on a frame that is not listed"));
}

TEST_F(OpeningAStore, TellsAHeadThatIsBehindTheLogFromAnAlertThatIsInIt) {
  log_alerts({"1"});
  alter("UPDATE log SET head = 0");
  const auto store = must(Store::open(path()));
  auto transaction = must(store->begin());
  auto sample = test::sample_alert("a", "2");
  const auto refused = transaction.append_alert(sample, 0, noon);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(ends_transaction(refused.error().code));
}

}  // namespace
}  // namespace tocsin::store
