// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "base/result.hpp"
#include "outbound/http_post.hpp"
#include "tocsin/plugin.hpp"

namespace tocsin::outbound {

/// What becomes of an alert by what its target said, or why it said nothing.
///
/// 2xx alone is success. Held where it is, with those behind it, while the target cannot be
/// reached, asks for patience (429, 503, 408, 425) or has moved (3xx). Other trouble of the target
/// (5xx, no answer in time, a reply that is no HTTP) holds it too, for `patient_tries` tries;
/// then it may be this alert that is at fault, and it is given back, so that those behind it go on.
/// Given up at another 4xx. 410 halts the plugin for good.
[[nodiscard]] plugin::Outcome outcome_of(const Result<Reply>& reply, const std::string& host,
                                         const plugin::Delivery& delivery);

/// To be tried again, and held however long it takes: each time after what the target asked for,
/// else (0) after growing pauses.
[[nodiscard]] plugin::Retry held(std::string reason, std::chrono::milliseconds after = {});

/// To be tried again: held, unless this alert has had its chances and may be what is at fault.
[[nodiscard]] plugin::Retry patiently(std::string reason, std::chrono::milliseconds after,
                                      const plugin::Delivery& delivery);

/// With pauses from five seconds to five minutes, about a quarter of an hour.
inline constexpr unsigned patient_tries = 8;

/// "answered 403 (invalid_token)": with the body where that is one short line of plain text.
[[nodiscard]] std::string shown(const Reply& reply);

}  // namespace tocsin::outbound
