// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tocsin::webhook {

/// The keys in a file of secrets: a line each, `whsec_` and 24 to 64 bytes in base64; empty lines
/// and those that begin with # are passed over. `invalid_input` names the line and shows nothing of
/// it.
[[nodiscard]] Result<std::vector<std::string>> parse_secrets(std::string_view text);

/// What Standard Webhooks 1.0 puts a signature to.
struct Signed {
  std::string_view id = {};
  std::chrono::seconds timestamp{0};  ///< Since 1970.
  std::string_view body = {};
};

/// The value of `webhook-signature`: "v1,<base64>" for each key, one space between.
[[nodiscard]] std::string sign(const std::vector<std::string>& keys, const Signed& what);

}  // namespace tocsin::webhook
