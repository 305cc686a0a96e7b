// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "alert/alert.hpp"

namespace tocsin::alert {

/// The alert as a news item in IPTC ninjs 3.1, one JSON object on one line. That standard has no
/// room for members of our own: what has no place there stands in `edNote` as text or is left out
/// (docs/reference/alert.md, "As ninjs").
[[nodiscard]] std::string encode_ninjs(const Alert& alert);

}  // namespace tocsin::alert
