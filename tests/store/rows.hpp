// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "store/store.hpp"
#include "support/sample_alert.hpp"
#include "support/temp_dir.hpp"

namespace tocsin::test {

/// Noon of an ordinary day.
inline constexpr Time noon{std::chrono::sys_days{std::chrono::year{2024} / 5 / 17} +
                           std::chrono::hours{12}};

/// The value, or a failed test that shows the error's line.
template <typename Value>
Value must(Result<Value> result) {
  if (!result) throw std::runtime_error{result.error().message};
  return std::move(*result);
}

inline void must(const Result<void>& result) {
  if (!result) throw std::runtime_error{result.error().message};
}

[[nodiscard]] inline store::ItemRow sample_item(const std::string& feed,
                                                const std::string& identity) {
  store::ItemRow item;
  item.feed_key = feed;
  item.identity = identity;
  item.guid = "guid-" + identity;
  item.link = "https://news.example/" + identity + "?utm_source=rss";
  item.canonical_link = "https://news.example/" + identity;
  item.text_digest = "digest-" + identity;
  item.title = "Title of " + identity;
  item.summary = "Summary of " + identity;
  item.content = "Content of " + identity;
  item.language = "en";
  item.authors = {"A. Writer", "B. Second"};
  item.categories = {"World"};
  item.published = noon - std::chrono::hours{1};
  item.first_seen = noon;
  item.last_seen = noon;
  item.story_id = "story-" + identity;
  item.story_signature = 0xfedcba9876543210U;
  return item;
}

/// A store on a real file in a folder of its own.
class StoreTest : public testing::Test {
 protected:
  StoreTest() { open(); }

  void open() { store_ = must(store::Store::open(path())); }

  /// As a restart of the daemon.
  void reopen() {
    store_.reset();
    open();
  }

  [[nodiscard]] std::string path() const { return folder_.file("tocsin.db"); }

  [[nodiscard]] store::Store& store() { return *store_; }

  [[nodiscard]] const TempDir& folder() const { return folder_; }

  void close() { store_.reset(); }

  /// Appends one alert in a transaction of its own.
  alert::LogRecord append(const std::string& topic, const std::string& id, Time when = noon) {
    auto transaction = must(store_->begin());
    auto sample = sample_alert(topic, id);
    auto record = must(transaction.append_alert(sample, 0, when));
    must(transaction.commit());
    return record;
  }

  /// Counts in a transaction of its own.
  void count(const std::string& topic, const std::string& name, std::int64_t by, Time when = noon) {
    auto transaction = must(store().begin());
    must(transaction.add_count({.when = when, .topic = topic, .name = name, .by = by}));
    must(transaction.commit());
  }

  store::ItemId insert(const store::ItemRow& item) {
    auto transaction = must(store_->begin());
    const auto id = must(transaction.insert_item(item));
    must(transaction.commit());
    return id;
  }

 private:
  TempDir folder_;
  std::unique_ptr<store::Store> store_;
};

}  // namespace tocsin::test
