// SPDX-License-Identifier: Apache-2.0
#include "store/log_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "store/rows.hpp"

namespace tocsin::store {
namespace {

using namespace std::chrono_literals;
using alert::Filters;
using alert::LogQuery;
using test::must;
using test::noon;
using testing::ElementsAre;
using testing::IsEmpty;

class LogReader : public test::StoreTest {
 protected:
  LogReader() : reader_{must(StoreLogReader::open(path()))} {}

  std::vector<std::uint64_t> read(const LogQuery& query) {
    std::vector<std::uint64_t> seqs;
    for (const auto& record : must(reader().read(query)).records) seqs.push_back(record.seq);
    return seqs;
  }

  StoreLogReader& reader() { return *reader_; }

 private:
  std::unique_ptr<StoreLogReader> reader_;
};

LogQuery query_for(Filters filters, std::uint64_t after = 0, std::size_t max_records = 500) {
  LogQuery query;
  query.after = after;
  query.filters = std::move(filters);
  query.max_records = max_records;
  return query;
}

TEST_F(LogReader, ReportsAnEmptyLog) {
  const auto bounds = must(reader().bounds());
  EXPECT_EQ(bounds.head, 0U);
  EXPECT_EQ(bounds.floor, 1U);
  const auto page = must(reader().read(query_for({})));
  EXPECT_THAT(page.records, IsEmpty());
  EXPECT_EQ(page.scanned_to, 0U);
  EXPECT_FALSE(page.more);
}

TEST_F(LogReader, SeesWhatTheWriterHasCommitted) {
  const auto written = append("a", "1");
  const auto page = must(reader().read(query_for({})));
  ASSERT_THAT(page.records, testing::SizeIs(1));
  EXPECT_EQ(page.records.front().payload, written.payload);
  EXPECT_EQ(page.records.front().type, written.type);
  EXPECT_EQ(page.scanned_to, 1U);
}

TEST_F(LogReader, DoesNotSeeAnOpenTransaction) {
  auto transaction = must(store().begin());
  auto sample = test::sample_alert("a", "1");
  must(transaction.append_alert(sample, 0, noon));
  EXPECT_EQ(must(reader().bounds()).head, 0U);
}

TEST_F(LogReader, FiltersByPrefix) {
  append("fighters", "1");
  append("fighters-2", "2");
  append("banks", "3");
  EXPECT_THAT(read(query_for({"alert/fighters/"})), ElementsAre(1));
  EXPECT_THAT(read(query_for({"alert/fighters"})), ElementsAre(1, 2));
  EXPECT_THAT(read(query_for({"alert/banks/", "alert/fighters-"})), ElementsAre(2, 3));
  EXPECT_THAT(read(query_for({""})), ElementsAre(1, 2, 3));
  EXPECT_THAT(read(query_for({"lab/"})), IsEmpty());
}

TEST_F(LogReader, CountsARecordOnceUnderOverlappingPrefixes) {
  append("fighters", "1");
  const Filters filters{"alert/", "alert/fighters/", "alert/", "a"};
  EXPECT_THAT(read(query_for(filters)), ElementsAre(1));
  EXPECT_EQ(must(reader().count(0, 1, filters)), 1U);
}

TEST_F(LogReader, SurvivesPrefixesThatNoFrameCanHave) {
  append("fighters", "1");
  EXPECT_THAT(read(query_for({"\xff\xff", std::string{"\0", 1}, "~head/"})), IsEmpty());
}

TEST_F(LogReader, SaysHowFarItLookedWhenNothingMatched) {
  append("a", "1");
  append("a", "2");
  const auto page = must(reader().read(query_for({"alert/b/"})));
  EXPECT_EQ(page.scanned_to, 2U);
  EXPECT_FALSE(page.more);
}

TEST_F(LogReader, StopsAtTheLastRecordOfAFullPage) {
  for (int i = 1; i <= 5; ++i) append(i % 2 == 1 ? "a" : "b", std::to_string(i));
  const auto page = must(reader().read(query_for({"alert/a/"}, 0, 2)));
  EXPECT_EQ(page.scanned_to, 3U);
  EXPECT_TRUE(page.more);
  EXPECT_THAT(read(query_for({"alert/a/"}, 3, 2)), ElementsAre(5));
}

TEST_F(LogReader, StopsAtTheByteLimitButAlwaysGetsOn) {
  append("a", "1");
  append("a", "2");
  auto query = query_for({});
  query.max_bytes = 1;
  const auto page = must(reader().read(query));
  EXPECT_THAT(page.records, testing::SizeIs(1));
  EXPECT_EQ(page.scanned_to, 1U);
  EXPECT_TRUE(page.more);
}

TEST_F(LogReader, ReturnsNothingBeyondTheHead) {
  append("a", "1");
  EXPECT_THAT(read(query_for({}, 1)), IsEmpty());
  EXPECT_THAT(read(query_for({}, std::numeric_limits<std::uint64_t>::max())), IsEmpty());
  EXPECT_EQ(must(reader().count(std::numeric_limits<std::uint64_t>::max(),
                                std::numeric_limits<std::uint64_t>::max(), {})),
            0U);
}

TEST_F(LogReader, CountsWithinAHalfOpenStretch) {
  for (int i = 1; i <= 4; ++i) append("a", std::to_string(i));
  EXPECT_EQ(must(reader().count(1, 3, {})), 2U);
  EXPECT_EQ(must(reader().count(1, 3, {"alert/a/"})), 2U);
  EXPECT_EQ(must(reader().count(4, 9, {"alert/"})), 0U);
  EXPECT_EQ(must(reader().count(3, 1, {})), 0U);
}

TEST_F(LogReader, PagesThroughALongLogExactlyOnceUnderAnyFilter) {
  auto transaction = must(store().begin());
  std::mt19937 random{7};
  std::vector<std::uint64_t> wanted;
  for (int i = 1; i <= 2500; ++i) {
    const auto topic = "t" + std::to_string(random() % 40);
    auto sample = test::sample_alert(topic, std::to_string(i));
    const auto record = must(transaction.append_alert(sample, 0, noon));
    if (topic == "t7" || topic.starts_with("t3")) wanted.push_back(record.seq);
  }
  must(transaction.commit());

  std::vector<std::uint64_t> got;
  auto query = query_for({"alert/t3", "alert/t7/"}, 0, 37);
  for (bool more = true; more;) {
    const auto page = must(reader().read(query));
    for (const auto& record : page.records) got.push_back(record.seq);
    query.after = page.scanned_to;
    more = page.more;
  }
  EXPECT_EQ(got, wanted);
  EXPECT_EQ(must(reader().count(0, 2500, query.filters)), wanted.size());
}

TEST_F(LogReader, FindsTheRecordBeforeATime) {
  append("a", "1", noon);
  append("a", "2", noon + 1s);
  const auto at = [](Time time) {
    return static_cast<std::int64_t>(time.time_since_epoch().count());
  };
  EXPECT_EQ(must(reader().seq_before(at(noon))), 0U);
  EXPECT_EQ(must(reader().seq_before(at(noon + 1ms))), 1U);
  EXPECT_EQ(must(reader().seq_before(at(noon + 2s))), 2U);
}

TEST_F(LogReader, DoesNotKnowTheCursorOfANewSubscriber) {
  const auto cursor = reader().acknowledged("console");
  ASSERT_FALSE(cursor);
  EXPECT_EQ(cursor.error().code, Errc::not_found);
}

TEST_F(LogReader, ReadsTheCursorThatTheWriterStored) {
  append("a", "1");
  auto transaction = must(store().begin());
  must(transaction.acknowledge("console", 1, noon));
  must(transaction.commit());
  EXPECT_EQ(must(reader().acknowledged("console")), 1U);
}

TEST_F(LogReader, RefusesAFileThatIsNotThere) {
  const auto reader = StoreLogReader::open(folder().file("missing.db"));
  ASSERT_FALSE(reader);
  EXPECT_THAT(reader.error().message, testing::HasSubstr("missing.db"));
}

}  // namespace
}  // namespace tocsin::store
