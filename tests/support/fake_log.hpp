// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "alert/alert.hpp"
#include "alert/codec.hpp"
#include "alert/log_reader.hpp"

namespace tocsin::test {

/// A test alert of `topic`, and the record that the log keeps of it.
inline alert::Alert alert_of(const std::string& topic, int severity = 3) {
  alert::Alert alert;
  alert.id = "0123456789abcdef0123456789abcdef";
  alert.first_id = alert.id;
  alert.severity = severity;
  alert.group_key = topic + "/s1";
  alert.item.id = "i1";
  alert.item.url = "https://example.org/1";
  alert.item.title = "A title";
  alert.source.feed_id = "example";
  alert.source.name = "Example";
  alert.source.url = "https://example.org/feed";
  alert.match.topic = topic;
  alert.match.title = topic;
  alert.match.score = 1;
  alert.match.threshold = 0.5;
  alert.story.id = "s1";
  return alert;
}

/// The alert log in memory. Thread: any. `reader` hands out as many readers of it as wanted.
class FakeLog {
 public:
  alert::LogRecord append(const std::string& topic, const std::string& payload) {
    const std::lock_guard lock{state_->mutex};
    return state_->append("alert/" + topic + "/3/", payload);
  }

  alert::LogRecord append(const std::string& topic) {
    const std::lock_guard lock{state_->mutex};
    const alert::Alert alert = alert_of(topic);
    return state_->append(alert::topic_frame(alert), alert::encode(alert, state_->head + 1));
  }

  /// Forgets all records before `floor`, as retention does.
  void retain_from(std::uint64_t floor) {
    const std::lock_guard lock{state_->mutex};
    state_->floor = floor;
    std::erase_if(state_->records, [&](const auto& record) { return record.seq < floor; });
  }

  void acknowledge(const alert::Acknowledgement& said) {
    const std::lock_guard lock{state_->mutex};
    auto& seq = state_->cursors[said.subscriber];
    seq = std::max(seq, said.seq);
  }

  void forget(const std::string& name) {
    const std::lock_guard lock{state_->mutex};
    state_->cursors.erase(name);
  }

  [[nodiscard]] std::uint64_t acknowledged(const std::string& name) const {
    const std::lock_guard lock{state_->mutex};
    return state_->cursors[name];
  }

  /// Another log in place of this one: empty, with another epoch.
  void recreate(const std::string& epoch) {
    const std::lock_guard lock{state_->mutex};
    state_->epoch = epoch;
    state_->records.clear();
    state_->last.clear();
    state_->head = 0;
    state_->floor = 1;
  }

  void fail_reads(bool fail) {
    const std::lock_guard lock{state_->mutex};
    state_->fails = fail;
  }

  [[nodiscard]] std::unique_ptr<alert::LogReader> reader() const {
    return std::make_unique<Reader>(state_);
  }

 private:
  struct State {
    alert::LogRecord append(const std::string& frame, const std::string& payload) {
      auto& previous = last[frame];
      records.push_back({.seq = ++head,
                         .prev = previous,
                         .frame = frame,
                         .id = "id" + std::to_string(head),
                         .type = "tocsin.alert.new.v1",
                         .payload = payload});
      previous = head;
      return records.back();
    }

    std::mutex mutex;  // guards all below
    std::vector<alert::LogRecord> records;
    std::map<std::string, std::uint64_t> last;
    std::map<std::string, std::uint64_t> cursors;
    std::string epoch = "e1";
    std::uint64_t head = 0;
    std::uint64_t floor = 1;
    bool fails = false;
  };

  static bool matches(const alert::LogRecord& record, const alert::Filters& filters) {
    return filters.empty() || std::any_of(filters.begin(), filters.end(), [&](const auto& prefix) {
             return record.frame.starts_with(prefix);
           });
  }

  class Reader final : public alert::LogReader {
   public:
    explicit Reader(std::shared_ptr<State> state) : state_{std::move(state)} {}

    Result<alert::LogBounds> bounds() override {
      const std::lock_guard lock{state_->mutex};
      if (state_->fails) return fail(Errc::system, "the log cannot be read");
      return alert::LogBounds{state_->epoch, state_->head, state_->floor};
    }

    Result<alert::LogPage> read(const alert::LogQuery& query) override {
      const std::lock_guard lock{state_->mutex};
      alert::LogPage page{.records = {}, .scanned_to = query.after};
      std::size_t bytes = 0;
      for (const auto& record : state_->records) {
        if (record.seq <= query.after) continue;
        if (matches(record, query.filters)) {
          bytes += record.payload.size();
          const bool is_full = page.records.size() >= query.max_records ||
                               (bytes > query.max_bytes && !page.records.empty());
          if (is_full) {
            page.more = true;
            return page;
          }
          page.records.push_back(record);
        }
        page.scanned_to = record.seq;
      }
      page.scanned_to = std::max(page.scanned_to, state_->head);
      return page;
    }

    Result<std::uint64_t> count(std::uint64_t after, std::uint64_t upto,
                                const alert::Filters& filters) override {
      const std::lock_guard lock{state_->mutex};
      return static_cast<std::uint64_t>(
          std::count_if(state_->records.begin(), state_->records.end(), [&](const auto& record) {
            return record.seq > after && record.seq <= upto && matches(record, filters);
          }));
    }

    Result<std::uint64_t> acknowledged(const std::string& subscriber) override {
      const std::lock_guard lock{state_->mutex};
      const auto it = state_->cursors.find(subscriber);
      if (it == state_->cursors.end()) return fail(Errc::not_found, subscriber);
      return it->second;
    }

    Result<std::uint64_t> seq_before(std::int64_t time_ms) override {
      const std::lock_guard lock{state_->mutex};
      // Record n was committed n milliseconds after 1970 began.
      const auto before = static_cast<std::uint64_t>(std::max<std::int64_t>(time_ms - 1, 0));
      return std::min(before, state_->head);
    }

   private:
    std::shared_ptr<State> state_;
  };

  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace tocsin::test
