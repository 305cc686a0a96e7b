// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <string_view>

#include "base/result.hpp"

namespace tocsin::http {

[[nodiscard]] Errc errc_for(CURLcode outcome);

/// What an operator reads: "name not found".
[[nodiscard]] std::string_view reason_for(CURLcode outcome);

}  // namespace tocsin::http
