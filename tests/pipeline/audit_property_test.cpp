// SPDX-License-Identifier: Apache-2.0
// Whatever happens in whatever order, the counts balance after every step.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "pipeline/newsroom.hpp"

namespace tocsin::pipeline {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;

DeliveryOptions strict() {
  DeliveryOptions options;
  options.house.quiet = {calendar::parse_window("22:00-07:00").value()};
  options.house.max_per_hour = 2;
  options.house.let_through = 1;
  options.max_per_hour_in_all = 3;
  DeliveryRule fires;
  fires.digest = calendar::parse_moments("every 3h").value();
  options.topics.emplace("fires", fires);
  return options;
}

/// A daemon's life, drawn by chance: items, copies, late ones, silences, restarts, lost commits.
class AnyLife : public test::Newsroom, public ::testing::WithParamInterface<unsigned> {
 protected:
  AnyLife() : Newsroom(strict()) {}

  std::size_t draw(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>{0, below - 1}(chance_);
  }

  void take(const std::vector<alert::Alert>& alerts) {
    for (const alert::Alert& alert : alerts) {
      if (alert.digest) told_ += alert.digest->count;
    }
  }

  void live_a_step() {
    switch (draw(10)) {
      case 0:
        clock_.advance(std::chrono::minutes{draw(180)});
        break;
      case 1:
        silences_.push_back(silence(draw(2) == 0 ? "topic" : "feed",
                                    draw(2) == 0 ? "floods" : "courier",
                                    std::chrono::minutes{1 + draw(300)})
                                .id);
        break;
      case 2:
        if (!silences_.empty()) {
          static_cast<void>(ledger_->end_silence(silences_[draw(silences_.size())]));
        }
        break;
      case 3:
        open();
        break;
      case 4:
        lose_a_commit();
        break;
      case 5:
        take(release());
        break;
      default:
        take(publish({.topic = draw(2) == 0 ? "flood" : "fire",
                      .story = static_cast<int>(draw(8)),
                      .feed = draw(3) == 0 ? "gazette" : "courier",
                      .published = draw(6) == 0 ? clock_.now() - 72h : clock_.now()}));
    }
  }

  /// A death between writing and commit: what was written is gone, and the next life begins.
  void lose_a_commit() {
    ledger_.reset();
    {
      auto transaction = store_->begin().value();
      static_cast<void>(transaction.add_count(
          {.when = clock_.now(), .topic = "floods", .name = "matches.fired"}));
      static_cast<void>(transaction.hold({.frame = "alert/floods/3/", .topic = "floods"}));
    }
    open();
  }

  std::mt19937 chance_{GetParam()};
  std::vector<std::int64_t> silences_;
  std::int64_t told_ = 0;
};

TEST_P(AnyLife, KeepsItsCountsInBalance) {
  for (int step = 0; step < 60; ++step) {
    live_a_step();
    ASSERT_THAT(faults(), IsEmpty()) << "step " << step;
  }
  clock_.advance(24h);
  clock_.set(std::chrono::floor<std::chrono::days>(clock_.now()) + 12h);
  take(release());
  EXPECT_THAT(store_->held("").value(), IsEmpty());
  EXPECT_EQ(count("matches.held") + count("matches.silenced"), told_);
  EXPECT_THAT(store_->check().value(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyLife, ::testing::Range(1U, 9U));

}  // namespace
}  // namespace tocsin::pipeline
