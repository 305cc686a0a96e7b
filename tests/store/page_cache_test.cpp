// SPDX-License-Identifier: Apache-2.0
// Pages that change places in splits stay what they were, whatever the cache calls them meanwhile.
#include "store/page_cache.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <string>

#include "store/connection.hpp"
#include "store/rows.hpp"

namespace tocsin::store {
namespace {

using test::must;

/// Adds rows of some 100 to 900 bytes in no order, so that pages split and siblings trade places.
class APageCache : public testing::Test {
 protected:
  APageCache() {
    must(connection_->prepare_for_writing({}));
    must(connection_->script("CREATE TABLE word (word TEXT PRIMARY KEY) WITHOUT ROWID"));
  }

  void add(int count, std::set<std::string>& into) {
    constexpr std::size_t least = 100;
    constexpr std::size_t most = 900;
    for (int i = 0; i < count; ++i) {
      const std::string word =
          fmt::format("{:08x}", random_()) + std::string(least + random_() % (most - least), 'x');
      must(connection_->run("INSERT INTO word (word) VALUES (?)", word));
      into.insert(word);
    }
  }

  [[nodiscard]] std::set<std::string> stored() {
    std::set<std::string> words;
    must(connection_->each("SELECT word FROM word",
                           [&words](Row& row) { words.insert(row.text()); }));
    return words;
  }

  [[nodiscard]] std::string integrity() {
    return must(
               connection_->first("PRAGMA integrity_check(1)", [](Row& row) { return row.text(); }))
        .value_or("");
  }

  Connection& connection() { return *connection_; }

 private:
  static constexpr StoreOptions small{.cache_kib = 128};  // pages leave it all the time
  test::TempDir folder_;
  std::unique_ptr<Connection> connection_ =
      must(Connection::open(folder_.file("words.db"), small, true));
  std::mt19937 random_{7};
};

TEST_F(APageCache, IsKeptShort) {
  EXPECT_TRUE(keep_page_cache_short());  // by the fixture, which opened a database
}

TEST(APageOfAnotherSize, IsRefused) {
  const test::TempDir folder;
  const auto path = folder.file("tocsin.db");
  must(must(Connection::open(path, {}, true))->script("PRAGMA page_size = 1024; VACUUM"));
  const auto opened = Store::open(path);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, testing::HasSubstr("pages are of 1024 bytes"));
  const auto read_only = Store::open(path, {.read_only = true});
  EXPECT_FALSE(read_only);
}

TEST_F(APageCache, KeepsEveryRowThroughSplitsCommitsAndRollbacks) {
  std::set<std::string> kept;
  for (int round = 0; round < 60; ++round) {
    must(connection().begin());
    std::set<std::string> words;
    add(50, words);
    if (round % 4 == 3) {
      connection().roll_back();
    } else {
      must(connection().commit());
      kept.merge(words);
    }
  }
  EXPECT_EQ(stored(), kept);
  EXPECT_EQ(integrity(), "ok");
}

}  // namespace
}  // namespace tocsin::store
