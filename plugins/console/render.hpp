// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "alert/alert.hpp"

namespace tocsin::console {

struct RenderOptions {
  bool has_color = false;  ///< Without, found terms stand between » and «.
  std::size_t width = 80;  ///< Columns to fill, from 40 on.
};

/// One alert on several lines: topic, headline, source and time, why it was sent, its story, its
/// link. Ends in a line break. Whatever the alert holds, nothing in it can steer a terminal.
[[nodiscard]] std::string render(const alert::Alert& alert, const RenderOptions& options);

/// One alert on one line, without colour.
[[nodiscard]] std::string render_line(const alert::Alert& alert);

/// "0.241 ≥ 0.094 (2.6×)"
[[nodiscard]] std::string score_text(const alert::MatchPart& match);

}  // namespace tocsin::console
