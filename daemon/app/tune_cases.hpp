// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/item_line.hpp"
#include "base/result.hpp"
#include "store/feedback_row.hpp"
#include "topics/topic.hpp"
#include "topics/tune.hpp"

namespace tocsin::app {

/// One thing that a rule should judge rightly: a piece of feedback, a test or a corpus item.
struct TuneCase {
  ItemLine item;
  bool is_relevant = false;
  bool is_test = false;       ///< It is tested already.
  std::int64_t feedback = 0;  ///< Its number; 0 for a test.
  std::string verdict;        ///< Of the feedback.
  std::string reason;
};

/// The feedback, the last word on each item alone, and the topic's tests and corpora (500 items of
/// each). `invalid_input` for a corpus that cannot be read.
[[nodiscard]] Result<std::vector<TuneCase>> tune_cases(const topics::Topic& topic,
                                                       std::vector<store::Feedback> feedback);

/// Borrows the cases.
[[nodiscard]] std::vector<topics::JudgedItem> judged(const std::vector<TuneCase>& cases);

/// The case as a test keeps it: a title, and summary and content as its text, cut.
[[nodiscard]] topics::InlineTest test_of(const TuneCase& one);

/// A `[[test]]` table, for the end of a test file.
[[nodiscard]] std::string table_of(const topics::InlineTest& test);

}  // namespace tocsin::app
