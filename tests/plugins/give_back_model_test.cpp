// SPDX-License-Identifier: Apache-2.0
// What is given back, over random losses and restarts of both sides: nothing is acknowledged that
// nobody has, and in the end everything was handled or given up on purpose.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "alert/codec.hpp"
#include "sdk/cpp/src/dispatcher.hpp"
#include "support/fake_log.hpp"

namespace tocsin::plugin {
namespace {

constexpr int max_deliver = 4;

/// The daemon's disk: what survives a restart.
struct Disk {
  std::uint64_t acknowledged = 0;
  std::map<std::uint64_t, int> parked = {};  ///< seq → deliveries
  std::set<std::uint64_t> dead = {};
};

class Model {
 public:
  explicit Model(unsigned seed) : random_{seed}, payload_{alert::encode(test::alert_of("a"), 1)} {
    loss_ = chance(0.3) ? 0.0 : 0.4 * portion();
    restart();
  }

  void run() {
    for (int i = 0; i < 150; ++i) step();
    loss_ = 0;
    is_well_ = true;
    for (int i = 0; i < 400 && !is_settled(); ++i) {
      deliver();
      handle();
      report();
      acknowledge();
      take_due();
    }
  }

  [[nodiscard]] std::string verdict() const {
    if (!complaint_.empty()) return complaint_;
    if (!is_settled()) return "something is left undone";
    for (std::uint64_t seq = 1; seq <= head_; ++seq) {
      if (!has_outcome(seq)) return "lost " + std::to_string(seq);
    }
    return {};
  }

 private:
  void step() {
    const double dice = portion();
    if (dice < 0.2)
      ++head_;
    else if (dice < 0.4)
      deliver();
    else if (dice < 0.65)
      handle();
    else if (dice < 0.8)
      report();
    else if (dice < 0.88)
      acknowledge();
    else if (dice < 0.96)
      take_due();
    else
      restart();
  }

  /// A new process of the reader, which begins at the stored cursor.
  void restart() {
    dispatcher_.emplace([this](const Alert&, const Delivery& delivery) { return answer(delivery); },
                        DispatcherOptions{.limit = 8, .quick_tries = 2, .is_durable = true});
    cursor_ = disk_.acknowledged;
    reports_.clear();
  }

  Outcome answer(const Delivery& delivery) {
    const double dice = is_well_ ? 0 : portion();
    if (dice < 0.6) {
      handled_.insert(delivery.seq);
      return Ok{};
    }
    if (dice < 0.75) return Retry{.reason = "soon"};
    if (dice < 0.95) return Retry{.after = std::chrono::seconds{5}, .reason = "later"};
    return Drop{"never"};
  }

  void deliver() {
    if (cursor_ >= head_ || !dispatcher_->has_room()) return;
    ++cursor_;
    dispatcher_->add({{.topic = "alert/a/3/", .seq = cursor_, .payload = payload_}});
  }

  void handle() {
    now_ += std::chrono::minutes{1};
    const Step step = dispatcher_->step(now_);
    const bool is_report = step.kind == Step::Kind::given_back ||
                           step.kind == Step::Kind::dropped ||
                           (step.kind == Step::Kind::handled && step.is_redelivery);
    if (is_report) reports_[step.seq] = step;
  }

  /// One report on its way there, and the answer on its way back: either may get lost.
  void report() {
    if (reports_.empty() || chance(loss_)) return;
    const Step step = reports_.begin()->second;
    write(step);
    if (chance(loss_)) return;
    reports_.erase(step.seq);
    dispatcher_->settled(step.seq);
  }

  void write(const Step& step) {
    if (step.kind == Step::Kind::handled) {
      disk_.parked.erase(step.seq);
      disk_.dead.erase(step.seq);
      return;
    }
    if (disk_.dead.contains(step.seq)) return;
    const auto known = disk_.parked.find(step.seq);
    const int made = known == disk_.parked.end() ? 1 : known->second;
    const bool is_over = static_cast<int>(step.attempt) >= max_deliver;
    if (step.kind == Step::Kind::dropped || is_over) {
      disk_.parked.erase(step.seq);
      disk_.dead.insert(step.seq);
    } else {
      disk_.parked[step.seq] = made;
    }
  }

  void acknowledge() {
    const std::uint64_t safe = dispatcher_->safe(cursor_);
    if (chance(loss_) || safe <= disk_.acknowledged) return;
    disk_.acknowledged = safe;
    for (std::uint64_t seq = 1; seq <= safe; ++seq) {
      if (!has_outcome(seq) && !disk_.parked.contains(seq)) {
        complaint_ = "acknowledged " + std::to_string(seq) + ", which nobody has";
      }
    }
  }

  void take_due() {
    if (disk_.parked.empty() || !dispatcher_->has_room()) return;
    const auto [seq, deliveries] = *disk_.parked.begin();
    if (deliveries >= max_deliver) {
      disk_.parked.erase(seq);
      disk_.dead.insert(seq);
      return;
    }
    const int attempt = ++disk_.parked[seq];
    if (attempt > max_deliver) complaint_ = "delivered too often: " + std::to_string(seq);
    if (chance(loss_)) return;
    dispatcher_->add({{.topic = "alert/a/3/",
                       .seq = seq,
                       .payload = payload_,
                       .attempt = static_cast<unsigned>(attempt),
                       .is_redelivery = true}});
  }

  [[nodiscard]] bool has_outcome(std::uint64_t seq) const {
    return handled_.contains(seq) || disk_.dead.contains(seq);
  }

  [[nodiscard]] bool is_settled() const {
    return disk_.acknowledged == head_ && disk_.parked.empty() && reports_.empty() &&
           !dispatcher_->due();
  }

  double portion() { return std::uniform_real_distribution<>{0, 1}(random_); }

  bool chance(double p) { return portion() < p; }

  std::mt19937 random_;
  std::string payload_;
  double loss_ = 0;
  bool is_well_ = false;
  std::uint64_t head_ = 0;
  Disk disk_;
  std::optional<Dispatcher> dispatcher_;
  std::uint64_t cursor_ = 0;
  std::map<std::uint64_t, Step> reports_;
  std::set<std::uint64_t> handled_;
  Instant now_{};
  std::string complaint_;
};

TEST(GivingBack, LosesNothingInSixtyRandomRuns) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    Model model{seed};
    model.run();
    ASSERT_EQ(model.verdict(), "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace tocsin::plugin
