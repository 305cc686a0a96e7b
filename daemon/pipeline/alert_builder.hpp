// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "alert/alert.hpp"
#include "pipeline/examine.hpp"
#include "pipeline/story_keeper.hpp"
#include "store/item_row.hpp"
#include "topics/rule_set.hpp"

namespace tocsin::pipeline {

/// Everything one alert is made of.
struct AlertParts {
  const FeedInfo& feed;
  const store::ItemRow& item;
  const topics::Match& match;
  const StoryPlace& place;
  Time fetched;
  Time matched;
};

/// Which alert of its story and topic this is.
struct AlertRevision {
  alert::Kind kind = alert::Kind::fresh;
  int number = 1;
  int severity = 5;                     ///< The story's frame: that of its first alert.
  std::string first_id = {};            ///< Empty for the first.
  std::optional<int> correlation = {};  ///< The sources that the topic's correlation found.
};

/// The id of an alert: the same item, topic and revision give the same id, also after a restart.
[[nodiscard]] std::string alert_id(const store::ItemRow& item, const std::string& topic,
                                   int revision);

/// The feed as every alert names it: without the secrets that its URL may hold.
[[nodiscard]] alert::SourcePart source_of(const FeedInfo& feed);

/// The alert without its place in the log. Evidence offsets are into the fields as they are sent:
/// the summary's first 2 KiB, and of the content the sentences with evidence.
[[nodiscard]] alert::Alert build_alert(const AlertParts& parts, const AlertRevision& revision);

}  // namespace tocsin::pipeline
