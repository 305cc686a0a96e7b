// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "alert/alert.hpp"
#include "alert/log_reader.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/store.hpp"

namespace tocsin::app {

/// Which alerts a person wants to see; every part must hold.
struct AlertWish {
  std::vector<std::string> topics;  ///< One of them, or an operator alert's kind; empty: all.
  Time since{};
  int severity = 9;   ///< This or more severe: 1 is the most severe.
  std::string story;  ///< Empty: any.
  std::vector<std::string>
      words;  ///< Each occurs in title, summary or content; "fight*" begins one.
  std::size_t limit = 100;
};

/// The first of the words that has neither letter nor digit, so that nothing could hold it; or
/// none.
[[nodiscard]] std::optional<std::string> empty_word(const std::vector<std::string>& words);

/// Calls `visit` for each alert that is wanted, newest first, until it returns false.
[[nodiscard]] Result<void> find_alerts(
    store::Store& store, const AlertWish& wish,
    const std::function<bool(const alert::LogRecord&, const alert::Alert&)>& visit);

/// What an alert says in a line: its item's title, or an operator alert's sentence.
[[nodiscard]] const std::string& headline_of(const alert::Alert& alert);

}  // namespace tocsin::app
