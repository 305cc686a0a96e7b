// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"

namespace tocsin::store {

/// What a person says of an item under one topic. It keeps the item's own text: retention removes
/// items, and what was missed may never have been stored. Nothing removes it but the person.
struct Feedback {
  std::int64_t id = 0;  ///< Given by add_feedback.
  std::string topic;
  std::string verdict;  ///< good, bad, dup, missed.
  std::string reason;
  std::string author;
  Time given_at{};
  std::string alert_id;  ///< Empty when it is about an item that did not alert.
  int rule_version = 0;  ///< Of the topic that alerted, else of the topic as it was then.
  std::string rule_digest;
  std::string feed_key;
  std::string identity;  ///< Of the item.
  std::string title;
  std::string summary;
  std::string content;
  std::string item_author;
  std::string category;
  std::string source;
  std::string language;
  std::string link;

  [[nodiscard]] bool operator==(const Feedback&) const = default;
};

}  // namespace tocsin::store
