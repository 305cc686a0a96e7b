// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "alert/alert.hpp"
#include "base/clock.hpp"

namespace tocsin::store {

/// The number of an item in the store; 0 is none.
using ItemId = std::int64_t;

/// One item as stored: plain text, clean UTF-8, limits already applied by the caller.
struct ItemRow {
  ItemId id = 0;  ///< Given by insert_item.
  std::string feed_key;
  std::string identity;  ///< feed::Identity::key.
  std::string guid;
  std::string link;
  std::string canonical_link;
  std::string text_digest;
  std::string title;
  std::string summary;
  std::string content;
  std::string language;
  std::vector<std::string> authors;     ///< No U+001F inside: it joins them in the table.
  std::vector<std::string> categories;  ///< Likewise.
  std::optional<Time> published;
  std::optional<Time> updated;
  alert::DateQuality published_quality = alert::DateQuality::ok;
  Time first_seen{};
  Time last_seen{};
  bool late = false;
  bool baseline = false;
  int revision = 1;
  std::string story_id;               ///< Empty while it belongs to none.
  std::uint64_t story_signature = 0;  ///< The story library's near-duplicate signature.
};

/// What is known of an identity, also after its item was pruned.
struct KnownItem {
  ItemId item_id = 0;  ///< 0 when only the tombstone is left.
  std::string text_digest;
  int revision = 1;
  Time first_seen{};
  Time last_seen{};
};

/// One topic's verdict on one item, kept for `explain`, `audit` and feedback.
struct MatchRow {
  ItemId item_id = 0;
  int item_revision = 1;
  std::string topic;
  int rule_version = 0;
  double score = 0;
  double threshold = 0;
  bool fired = false;
  std::string
      outcome;  ///< sent, held, merged, silenced, baseline, late; empty when it did not fire.
  Time matched_at{};
};

/// One story: the same news told by several feeds.
struct StoryRow {
  std::string id;
  std::string title;  ///< The first item's.
  ItemId first_item = 0;
  Time first_seen{};
  Time last_seen{};
  int items = 0;
  int outlets = 0;
  int independent_sources = 0;
  std::optional<Time> closed;  ///< When the window was too full to keep it open.
  std::string merged_into;     ///< The story that an editor put its items into; empty: none.
};

/// What a story has sent on one topic: updates keep the first alert's frame and severity.
struct StoryTopicRow {
  std::string story_id;
  std::string topic;
  int severity = 5;
  std::string first_alert_id;
  int revision = 1;  ///< Of the last alert sent.
  Time last_sent{};
  std::optional<Time> corroborated;  ///< Since when the topic's correlation holds.
};

}  // namespace tocsin::store
