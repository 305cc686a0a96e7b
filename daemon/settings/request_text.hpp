// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "http/fetcher.hpp"

namespace tocsin::settings {

/// Reads "Name: value". `invalid_input` for what is no field of RFC 9110 (5.1, 5.5), for one over
/// 4 KiB, and for fields that are the fetcher's own, such as Host. The message shows no value.
[[nodiscard]] Result<http::Header> parse_header(std::string_view line);

/// True for the fields that carry a secret by their meaning: Authorization and Cookie.
[[nodiscard]] bool is_secret_header(std::string_view name);

/// What is wrong with a proxy's address, without showing it; empty when nothing is. "" and "none"
/// are right.
[[nodiscard]] std::string fault_of_proxy(std::string_view text);

}  // namespace tocsin::settings
