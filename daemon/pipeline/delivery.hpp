// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "calendar/week.hpp"
#include "calendar/zone.hpp"
#include "store/store.hpp"

namespace tocsin::pipeline {

/// When alerts of a topic go out.
struct DeliveryRule {
  calendar::Zone zone;                   ///< Of the hours below.
  std::vector<calendar::Window> quiet;   ///< In them nothing goes out.
  std::vector<calendar::Moment> digest;  ///< Where there are any, only then.
  std::size_t max_per_hour = 0;          ///< Beyond, the rest of the hour is held; 0: no cap.
  int let_through = 0;                   ///< Severities up to this are held by silences alone.
};

struct DeliveryOptions {
  DeliveryRule house;  ///< Of the topics that have no rule of their own.
  std::map<std::string, DeliveryRule, std::less<>> topics;
  std::size_t max_per_hour_in_all = 0;  ///< Over all topics; 0: no cap.

  [[nodiscard]] const DeliveryRule& rule_of(std::string_view topic) const;
};

/// An alert that policy would send, before delivery is asked.
struct Outgoing {
  std::string_view topic;
  int severity = 5;
  std::string_view story_id;
  bool brings_names = false;  ///< Names that no earlier item of the story had.
  std::string_view feed;      ///< As alerts tell it.
  std::string_view outlet;    ///< The host that published the item.
};

/// Why an alert does not go out now.
struct Hold {
  std::string_view reason;  ///< silence, quiet, digest, cap.
  Time until;
  std::int64_t silence_id = 0;
};

/// Asks silences, quiet hours, digests and caps, in this order, and keeps the caps' counts.
///
/// It acts on delivery alone: what is held was evaluated and is counted as everything else. Lives
/// for one transaction and borrows everything; thread: the ledger's.
class Delivery {
 public:
  struct Surroundings {
    store::Store& store;
    store::Transaction& transaction;
    const DeliveryOptions& options;
    const std::vector<store::Silence>& silences;
    Time now;
  };

  explicit Delivery(const Surroundings& surroundings) : with_{surroundings} {}

  /// Nothing: it goes out.
  [[nodiscard]] Result<std::optional<Hold>> hold_of(const Outgoing& outgoing);

  /// Counts an alert that went out against the caps.
  [[nodiscard]] Result<void> count_sent(std::string_view topic);

 private:
  [[nodiscard]] std::optional<Hold> silenced(const Outgoing& outgoing) const;
  [[nodiscard]] Result<std::optional<Hold>> capped(const std::string& scope, std::size_t cap);
  [[nodiscard]] Result<void> count_in(const std::string& scope);

  Surroundings with_;
};

/// Whether `silence` covers it. A silence of a story does not cover what brings new names: that is
/// news, whatever the story.
[[nodiscard]] bool covers(const store::Silence& silence, const Outgoing& outgoing);

}  // namespace tocsin::pipeline
