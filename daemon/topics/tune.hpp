// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "topics/rule_set.hpp"
#include "topics/topic.hpp"
#include "topics/topic_edit.hpp"

namespace tocsin::topics {

class Background;

/// An item that a person has judged under a topic, or a test of it.
struct JudgedItem {
  ItemFields item;  ///< Borrowed.
  bool is_relevant = false;
  bool is_test = false;  ///< It must stay as it is.
};

struct TuneOptions {
  double cost_of_miss = 3;         ///< For choosing the threshold;
  double cost_of_false_alarm = 1;  ///< what one error counts against the other.
  std::size_t most_terms = 30;
};

/// How a rule judges the items.
struct Judgement {
  std::size_t relevant = 0;
  std::size_t irrelevant = 0;
  std::size_t missed = 0;        ///< Of the relevant.
  std::size_t false_alarms = 0;  ///< Of the irrelevant.

  [[nodiscard]] std::size_t wrong() const { return missed + false_alarms; }
};

/// A change of one topic that judges the items better, and what is left.
struct Tuning {
  TopicEdit edit;  ///< Empty: nothing is to be changed, or nothing was found.
  Topic topic;     ///< As it were with the edit.
  Judgement before;
  Judgement after;
};

/// Proposes weights, new terms, exclusions and a threshold (docs/explanation/tuning-topics.md): a
/// maximum a posteriori logistic regression around the rule as it stands, new terms from the items
/// that are judged wrongly, then the threshold that costs least. No edit when the rule judges all
/// items rightly, or when none was found that judges more of them rightly without failing a test.
/// Deterministic. `background` tells which words are ordinary; null: only function words are known.
/// `invalid_input` for a topic that does not compile.
[[nodiscard]] Result<Tuning> tune(const Topic& topic, const std::vector<JudgedItem>& items,
                                  const Background* background, const TuneOptions& options = {});

/// How `topic` judges the items. `invalid_input` for a topic that does not compile.
[[nodiscard]] Result<Judgement> judgement_of(const Topic& topic,
                                             const std::vector<JudgedItem>& items);

}  // namespace tocsin::topics
