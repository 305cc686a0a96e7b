// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.hpp"
#include "store/policy_row.hpp"

namespace tocsin::app {

/// The names of the two ADMIN verbs.
constexpr std::string_view add_silence_verb = "silence-add";
constexpr std::string_view end_silence_verb = "silence-end";

/// An order to silence as it stands in the JSON of an ADMIN request: {"scope", "name", "expires",
/// "author", "reason"}. `invalid_input` says what is wrong with it; whether it makes sense, the
/// ledger says.
[[nodiscard]] Result<store::Silence> read_silence(std::string_view json);

/// {"silence": 7}: the number of one to be ended.
[[nodiscard]] Result<std::int64_t> read_silence_number(std::string_view json);

/// {"silence", "scope", "name", "created", "expires", "author", "reason"}
[[nodiscard]] nlohmann::json to_json(const store::Silence& silence);

/// The answer: the silence as it stands now, or {"error"}.
[[nodiscard]] std::string silence_answer(const Result<store::Silence>& silence);

}  // namespace tocsin::app
