// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "alert/codec.hpp"
#include "pipeline/ledger.hpp"
#include "support/temp_dir.hpp"
#include "support/topics.hpp"

namespace tocsin::test {

/// 2019-03-02 was a Saturday.
inline constexpr Time noon{std::chrono::sys_days{std::chrono::year{2019} / 3 / 2} +
                           std::chrono::hours{12}};

/// A ledger with its store and two topics, and one feed whose items come one by one. Each item
/// tells a story of its own unless it is told to repeat one.
class Newsroom : public ::testing::Test {
 protected:
  explicit Newsroom(pipeline::DeliveryOptions delivery = {}) {
    options_.delivery = std::move(delivery);
    open();
    publish_nothing();
  }

  /// As a restart of the daemon.
  void open() {
    ledger_.reset();
    store_.reset();
    store_ = store::Store::open(folder_.path() + "/tocsin.db", store_options_).value();
    ledger_ = std::make_unique<pipeline::Ledger>(*store_, clock_, options_,
                                                 [](std::string_view) { return 1.0; });
    ASSERT_TRUE(ledger_->start());
  }

  /// A number as a name: words that no other item has.
  static std::string words(int number) {
    std::string text;
    for (const char* root : {"bel", "dor", "kan", "mir", "tos", "vel"}) {
      std::string word{root};
      for (int rest = number * 7 + 11; rest > 0; rest /= 13) {
        word += static_cast<char>('a' + rest % 13);
      }
      text += " " + word;
    }
    return text;
  }

  struct News {
    std::string topic = "flood";
    int story = 0;
    std::string feed = "courier";
    std::optional<Time> published = {};
  };

  std::vector<alert::Alert> publish(const News& news) {
    feed::Item item;
    item.id = std::to_string(++items_);
    item.title = "Report" + words(news.story) + " of a " + news.topic;
    item.text = "The " + news.topic + " and" + words(news.story) + " were seen.";
    item.link = "https://" + news.feed + ".example/" + item.id;
    item.published = news.published.value_or(clock_.now());
    return record(news.feed, {std::move(item)});
  }

  void publish_nothing(const std::string& feed = "courier") { record(feed, {}); }

  std::vector<alert::Alert> record(const std::string& feed, std::vector<feed::Item> items) {
    const std::array outcomes{outcome_of(feed, std::move(items))};
    auto recorded = ledger_->record(outcomes);
    EXPECT_TRUE(recorded) << recorded.error().message;
    return recorded ? alerts_in(recorded->records) : std::vector<alert::Alert>{};
  }

  pipeline::PollOutcome outcome_of(const std::string& feed, std::vector<feed::Item> items) {
    feed::Feed document;
    document.items = std::move(items);
    pipeline::PollOutcome outcome{
        .feed = {.key = feed, .title = feed, .url = {}, .kind = {}, .topics = {}},
        .state = {},
        .fetched = clock_.now()};
    const auto stored = store_->feed_state(feed);
    if (stored && *stored) outcome.state = **stored;
    outcome.state.key = feed;
    outcome.is_delta = true;
    outcome.examination = examine(outcome.feed, std::move(document), rules_);
    return outcome;
  }

  std::vector<alert::Alert> release() {
    auto records = ledger_->release();
    EXPECT_TRUE(records) << records.error().message;
    return records ? alerts_in(*records) : std::vector<alert::Alert>{};
  }

  static std::vector<alert::Alert> alerts_in(const std::vector<alert::LogRecord>& records) {
    std::vector<alert::Alert> alerts;
    for (const auto& record : records) {
      alerts.push_back(alert::decode(record.payload).value().alert);
      frames().push_back(record.frame);
    }
    return alerts;
  }

  /// Where alerts went out, in order, since the last look.
  static std::vector<std::string>& frames() {
    static std::vector<std::string> all;
    return all;
  }

  std::int64_t count(const std::string& name) {
    const auto counts = store_->counts().value();
    const auto found = counts.find(name);
    return found == counts.end() ? 0 : found->second;
  }

  std::vector<std::string> faults() {
    std::vector<std::string> all;
    const auto lines = store_->audit(Time{}).value();
    for (const auto& line : lines) {
      for (const auto& fault : line.faults) all.push_back(line.topic + ": " + fault);
    }
    return all;
  }

  store::Silence silence(const std::string& scope, const std::string& name,
                         std::chrono::milliseconds span = std::chrono::hours{2}) {
    const auto added = ledger_->add_silence({.scope = scope,
                                             .name = name,
                                             .expires_at = clock_.now() + span,
                                             .author = "ops",
                                             .reason = "exercise"});
    EXPECT_TRUE(added) << added.error().message;
    return added.value_or(store::Silence{});
  }

  TempDir folder_;
  ManualClock clock_{noon};
  pipeline::Ledger::Options options_;
  store::StoreOptions store_options_ = [] {
    store::StoreOptions options;
    options.synchronous = "OFF";  // what is told here is not about power
    return options;
  }();
  std::shared_ptr<const topics::RuleSet> rules_ =
      rules_of({topic_on("floods", "flood"), topic_on("fires", "fire")});
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<pipeline::Ledger> ledger_;
  int items_ = 0;
};

}  // namespace tocsin::test
