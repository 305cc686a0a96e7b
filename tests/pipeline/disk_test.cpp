// SPDX-License-Identifier: Apache-2.0
// What the ledger does while its disk takes nothing, and after.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>

#include "alert/codec.hpp"
#include "pipeline/ledger.hpp"
#include "support/crash_vfs.hpp"
#include "support/topics.hpp"

namespace tocsin::pipeline {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Time noon{std::chrono::sys_days{std::chrono::year{2019} / 3 / 2} + 12h};

class OnABadDisk : public ::testing::Test {
 protected:
  OnABadDisk() {
    store::StoreOptions options;
    options.vfs = disk_.name();
    store_ = store::Store::open("/tocsin.db", options).value();
    ledger_ = std::make_unique<Ledger>(*store_, clock_, Ledger::Options{},
                                       [](std::string_view) { return 1.0; });
    EXPECT_TRUE(ledger_->start());
    EXPECT_TRUE(record(0));
  }

  /// One poll that brings the items up to this number; none of them has words of another.
  Result<Recorded> record(int count) {
    feed::Feed document;
    const std::array names{"Velden Marner Okdal", "Brisco Tulane Pereth", "Quorim Hasleby Ginter",
                           "Sandvol Umbrecht Lofoy"};
    for (int n = 1; n <= count; ++n) {
      const std::string name = names.at(static_cast<std::size_t>(n - 1));
      feed::Item item;
      item.id = std::to_string(n);
      item.title = "Flood: " + name;
      item.text = "A flood. " + name + ".";
      item.published = noon;
      document.items.push_back(item);
    }
    PollOutcome outcome{
        .feed = {.key = "courier", .title = {}, .url = {}, .kind = {}, .topics = {}},
        .state = {},
        .fetched = noon};
    const auto stored = store_->feed_state("courier");
    if (stored && *stored) outcome.state = **stored;
    outcome.state.key = "courier";
    outcome.examination = examine(outcome.feed, std::move(document), rules_);
    const std::vector<PollOutcome> outcomes{outcome};
    return ledger_->record(outcomes);
  }

  void expect_balance() {
    const auto lines = store_->audit(Time{}).value();
    for (const auto& line : lines) EXPECT_THAT(line.faults, IsEmpty());
  }

  test::CrashVfs disk_{7};
  ManualClock clock_{noon};
  std::shared_ptr<const topics::RuleSet> rules_ =
      test::rules_of({test::topic_on("floods", "flood")});
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Ledger> ledger_;
};

TEST_F(OnABadDisk, SendsWhatAFullDiskRefusedOnceThereIsRoom) {
  ASSERT_THAT(record(1).value().records, SizeIs(1));
  disk_.fill_disk_after(3);
  const auto refused = record(4);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::no_space);
  EXPECT_EQ(store_->log_bounds().value().head, 1U);
  expect_balance();
  disk_.fill_disk_after(0);
  EXPECT_THAT(record(4).value().records, SizeIs(3));
  expect_balance();
}

TEST_F(OnABadDisk, SendsWhatAReadOnlyDiskRefusedOnceItTakesWrites) {
  ASSERT_THAT(record(1).value().records, SizeIs(1));
  disk_.set_read_only(true);
  const auto refused = record(3);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::no_space);
  EXPECT_EQ(refused.error().message, "store '/tocsin.db': it is read-only");
  EXPECT_EQ(store_->log_bounds().value().head, 1U);
  disk_.set_read_only(false);
  EXPECT_THAT(record(3).value().records, SizeIs(2));
  expect_balance();
}

TEST_F(OnABadDisk, HoldsAndReleasesNothingTwice) {
  const auto silence = ledger_->add_silence({.scope = "topic",
                                             .name = "floods",
                                             .expires_at = noon + 1h,
                                             .author = "ops",
                                             .reason = "exercise"});
  ASSERT_TRUE(silence);
  ASSERT_THAT(record(2).value().records, IsEmpty());
  clock_.advance(1h);
  disk_.set_read_only(true);
  EXPECT_FALSE(ledger_->release());
  disk_.set_read_only(false);
  EXPECT_THAT(ledger_->release().value(), SizeIs(1));
  EXPECT_THAT(ledger_->release().value(), IsEmpty());
  expect_balance();
}

}  // namespace
}  // namespace tocsin::pipeline
