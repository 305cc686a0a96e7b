// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.hpp"
#include "store/feedback_row.hpp"

namespace tocsin::app {

/// Feedback as it is asked of the daemon and as `feedback list --json` prints it
/// (docs/reference/cli.md).
[[nodiscard]] nlohmann::json to_json(const store::Feedback& feedback);

/// Reads what `to_json` wrote, or anything else: unknown keys are ignored, texts cleaned, number
/// and time left alone. `invalid_input` when it is no such object, names no topic, has no known
/// verdict, or holds a text that is too long.
[[nodiscard]] Result<store::Feedback> read_feedback(std::string_view json);

/// The texts cut to what one request can carry: rules look at the first 300 words.
void fit_to_request(store::Feedback& feedback);

/// True for good, bad, dup and missed.
[[nodiscard]] bool is_verdict(std::string_view word);

}  // namespace tocsin::app
