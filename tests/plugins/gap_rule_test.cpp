// SPDX-License-Identifier: Apache-2.0
#include "tocsin/gap_rule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tocsin::plugin {
namespace {

Frame frame(const std::string& topic, std::uint64_t seq, std::uint64_t prev) {
  return {.topic = topic, .seq = seq, .prev = prev};
}

std::vector<std::uint64_t> numbers(const std::vector<Frame>& frames) {
  std::vector<std::uint64_t> out;
  for (const auto& one : frames) out.push_back(one.seq);
  return out;
}

using Numbers = std::vector<std::uint64_t>;

TEST(GapRule, TakesLiveFramesThatFollowEachOther) {
  GapRule rule{10};
  EXPECT_TRUE(rule.live(frame("a", 11, 9)));
  EXPECT_TRUE(rule.live(frame("b", 12, 0)));
  EXPECT_TRUE(rule.live(frame("a", 13, 11)));
  EXPECT_FALSE(rule.next_ask());
}

TEST(GapRule, NeverTakesAFrameTwice) {
  GapRule rule{10};
  EXPECT_TRUE(rule.live(frame("a", 11, 9)));
  EXPECT_FALSE(rule.live(frame("a", 11, 9)));
  EXPECT_FALSE(rule.live(frame("a", 9, 0)));
}

TEST(GapRule, MovesNoCursorByLiveFrames) {
  GapRule rule{10};
  static_cast<void>(rule.live(frame("a", 11, 9)));
  EXPECT_EQ(rule.cursor(), 10U);
}

TEST(GapRule, FetchesBehindAHoleBeforeItTakesTheFrameAfterIt) {
  GapRule rule{10};
  EXPECT_FALSE(rule.live(frame("a", 14, 12)));
  const auto ask = rule.next_ask();
  ASSERT_TRUE(ask);
  EXPECT_EQ(std::get<GapRule::Fetch>(*ask).after, 10U);
  const auto taken = rule.fetched({frame("a", 12, 9), frame("a", 14, 12)}, 14, false);
  EXPECT_EQ(numbers(taken), (Numbers{12, 14}));
  EXPECT_EQ(rule.cursor(), 14U);
}

TEST(GapRule, TakesWhatCameDuringAFetchAfterIt) {
  GapRule rule{10};
  static_cast<void>(rule.live(frame("a", 14, 12)));
  static_cast<void>(rule.next_ask());
  EXPECT_FALSE(rule.live(frame("b", 15, 3)));
  EXPECT_EQ(numbers(rule.fetched({frame("a", 12, 9), frame("a", 14, 12)}, 14, false)),
            (Numbers{12, 14, 15}));
}

TEST(GapRule, AsksOncePerHead) {
  GapRule rule{10};
  rule.head(12);
  const auto ask = rule.next_ask();
  ASSERT_TRUE(ask);
  EXPECT_EQ(std::get<GapRule::Check>(*ask).upto, 12U);
  EXPECT_FALSE(rule.next_ask());
  rule.checked(12, true);
  EXPECT_EQ(rule.cursor(), 12U);
  EXPECT_FALSE(rule.next_ask());
}

TEST(GapRule, CountsInACheckOnlyWhatLiesUpToTheHead) {
  GapRule rule{10};
  static_cast<void>(rule.live(frame("a", 11, 9)));
  static_cast<void>(rule.live(frame("a", 15, 11)));
  rule.head(12);
  EXPECT_EQ(std::get<GapRule::Check>(rule.next_ask().value()).count, 1U);
}

TEST(GapRule, FetchesWhereACountDiffers) {
  GapRule rule{10};
  rule.head(12);
  static_cast<void>(rule.next_ask());
  rule.checked(12, false);
  EXPECT_TRUE(std::holds_alternative<GapRule::Fetch>(rule.next_ask().value()));
}

TEST(GapRule, IgnoresAHeadThatItHasReached) {
  GapRule rule{10};
  rule.head(10);
  EXPECT_FALSE(rule.next_ask());
}

TEST(GapRule, AsksAgainWhereNoAnswerCame) {
  GapRule rule{10};
  rule.head(12);
  static_cast<void>(rule.next_ask());
  rule.ask_failed();
  EXPECT_TRUE(std::holds_alternative<GapRule::Fetch>(rule.next_ask().value()));
}

TEST(GapRule, GoesOnAtTheFloorAfterAGap) {
  GapRule rule{10};
  rule.gap(20);
  EXPECT_EQ(rule.cursor(), 19U);
  EXPECT_EQ(std::get<GapRule::Fetch>(rule.next_ask().value()).after, 19U);
}

TEST(GapRule, LetsGoOfLiveFramesBeyondItsBuffer) {
  GapRule rule{0, 1};
  static_cast<void>(rule.live(frame("a", 2, 1)));
  static_cast<void>(rule.live(frame("a", 3, 2)));
  static_cast<void>(rule.live(frame("a", 4, 3)));
  EXPECT_EQ(numbers(rule.fetched({frame("a", 1, 0)}, 1, false)), (Numbers{1, 2}));
}

TEST(GapRule, LearnsWhenItStopsHowFarItMayAcknowledge) {
  GapRule rule{10};
  static_cast<void>(rule.live(frame("a", 11, 9)));
  static_cast<void>(rule.live(frame("a", 15, 11)));
  const auto check = rule.last_check(14);
  ASSERT_TRUE(check);
  EXPECT_EQ(check->upto, 11U);
  EXPECT_EQ(check->count, 1U);
  EXPECT_FALSE(rule.last_check(10));
}

// The model: a daemon with a log, a lossy PUB, a ROUTER that answers late, and a reader that
// crashes and comes back with what it acknowledged. Everything random comes from one seed.

struct Record {
  std::uint64_t seq = 0;
  std::uint64_t prev = 0;
  std::string topic = {};
};

class Model {
 public:
  explicit Model(unsigned seed) : random_{seed} {
    loss_ = chance(0.3) ? 0.0 : 0.4 * portion();
    const std::vector<std::string> filters{"", "a/", "b/", "b/1/"};
    filter_ = filters[below(filters.size())];
    buffer_ = 1 + below(8);
    page_ = 1 + below(5);
    rule_.emplace(0, buffer_);
  }

  void run() {
    const std::size_t steps = 50 + below(200);
    for (std::size_t i = 0; i < steps; ++i) step();
    // The weather clears: heads arrive, and answers.
    loss_ = 0;
    for (int i = 0; i < 400 && rule_->cursor() != log_.size(); ++i) {
      head();
      answer();
    }
  }

  /// What is wrong at the end; empty when all is well.
  [[nodiscard]] std::string verdict() const {
    if (!complaint_.empty()) return complaint_;
    for (const Record& record : log_) {
      if (matches(record) && !ever_.contains(record.seq)) {
        return "missed " + std::to_string(record.seq);
      }
    }
    if (rule_->cursor() != log_.size()) return "the cursor stayed behind";
    return {};
  }

 private:
  void step() {
    const double dice = portion();
    if (dice < 0.55) {
      append();
    } else if (dice < 0.75) {
      head();
    } else if (dice < 0.97) {
      answer();
    } else if (dice < 0.99) {
      ask_lost();
    } else {
      crash();
    }
  }

  void append() {
    const std::vector<std::string> topics{"a/1/", "a/2/", "b/1/", "b/12/"};
    const std::string& topic = topics[below(topics.size())];
    auto& last = last_[topic];
    log_.push_back({.seq = log_.size() + 1, .prev = last, .topic = topic});
    last = log_.size();
    if (chance(loss_) || !matches(log_.back())) return;
    if (auto taken = rule_->live(to_frame(log_.back()))) take(*taken);
  }

  void head() {
    if (!chance(loss_)) rule_->head(log_.size());
    ask();
  }

  void ask() {
    const auto ask = rule_->next_ask();
    if (!ask) return;
    pending_ = ask;
    asked_at_ = log_.size();  // the daemon answers out of the log of some later moment
  }

  void answer() {
    if (!pending_) return ask();
    const auto ask = *std::exchange(pending_, std::nullopt);
    if (const auto* check = std::get_if<GapRule::Check>(&ask)) {
      const auto count = std::count_if(log_.begin(), log_.end(), [&](const Record& record) {
        return record.seq > check->after && record.seq <= check->upto && matches(record);
      });
      rule_->checked(check->upto, static_cast<std::uint64_t>(count) == check->count);
    } else {
      fetch(std::get<GapRule::Fetch>(ask).after);
    }
    this->ask();
  }

  void fetch(std::uint64_t after) {
    const std::uint64_t upto = asked_at_ + below(log_.size() - asked_at_ + 1);
    std::vector<Frame> records;
    std::uint64_t scanned = after;
    for (std::uint64_t seq = after + 1; seq <= upto && records.size() < page_; ++seq) {
      scanned = seq;
      if (matches(log_[seq - 1])) records.push_back(to_frame(log_[seq - 1]));
    }
    for (const Frame& one : rule_->fetched(std::move(records), scanned, scanned < upto)) take(one);
  }

  void ask_lost() {
    if (!pending_) return;
    pending_.reset();
    rule_->ask_failed();
    ask();
  }

  /// A new process begins at the acknowledged cursor. All before it must have been handled.
  void crash() {
    const std::uint64_t acknowledged = rule_->cursor();
    for (const Record& record : log_) {
      if (record.seq <= acknowledged && matches(record) && !ever_.contains(record.seq)) {
        complaint_ = "acknowledged " + std::to_string(record.seq) + " without having it";
      }
    }
    rule_.emplace(acknowledged, buffer_);
    pending_.reset();
    this_run_.clear();
    last_taken_.clear();
  }

  void take(const Frame& one) {
    if (!this_run_.insert(one.seq).second) complaint_ = "twice " + std::to_string(one.seq);
    auto& last = last_taken_[one.topic];
    if (one.seq < last) complaint_ = "out of order on " + one.topic;
    last = one.seq;
    ever_.insert(one.seq);
  }

  [[nodiscard]] bool matches(const Record& record) const {
    return record.topic.starts_with(filter_);
  }

  static Frame to_frame(const Record& record) {
    return {.topic = record.topic, .seq = record.seq, .prev = record.prev};
  }

  double portion() { return std::uniform_real_distribution<>{0, 1}(random_); }

  bool chance(double p) { return portion() < p; }

  std::size_t below(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>{0, n - 1}(random_);
  }

  std::mt19937 random_;
  double loss_ = 0;
  std::string filter_;
  std::size_t buffer_ = 1;
  std::size_t page_ = 1;

  std::vector<Record> log_;
  std::map<std::string, std::uint64_t> last_;

  std::optional<GapRule> rule_;
  std::optional<GapRule::Ask> pending_;
  std::uint64_t asked_at_ = 0;

  std::set<std::uint64_t> ever_;
  std::set<std::uint64_t> this_run_;
  std::map<std::string, std::uint64_t> last_taken_;
  std::string complaint_;
};

TEST(GapRule, MissesNothingAndTakesNothingTwiceInThreeThousandRandomRuns) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    Model model{seed};
    model.run();
    ASSERT_EQ(model.verdict(), "") << "seed " << seed;
  }
}

TEST(GapRule, AsksForNothingButChecksWhileNothingIsLost) {
  GapRule rule{0};
  for (std::uint64_t seq = 1; seq <= 1000; ++seq) {
    ASSERT_TRUE(rule.live(frame("a", seq, seq - 1)));
    rule.head(seq);
    const auto ask = rule.next_ask();
    ASSERT_TRUE(ask && std::holds_alternative<GapRule::Check>(*ask));
    ASSERT_EQ(std::get<GapRule::Check>(*ask).count, 1U);
    rule.checked(seq, true);
  }
}

}  // namespace
}  // namespace tocsin::plugin
