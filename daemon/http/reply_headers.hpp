// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace tocsin::http {

/// The headers of one reply that the daemon reads, as they stood on the wire.
///
/// Fed line by line. A value with a control character is no value: it might come back in a request.
struct ReplyHeaders {
  std::string content_type;
  std::string etag;
  std::string last_modified;
  std::string location;
  std::string cache_control;  ///< Several lines joined by ", ".
  std::string retry_after;
  std::string date;
  std::size_t bytes = 0;  ///< Of all header lines, interim replies and trailers included.
};

/// Takes one line. A status line begins anew, since an interim reply (1xx) may go before.
void take_line(ReplyHeaders& headers, std::string_view line);

/// max-age in Cache-Control, at most a year.
[[nodiscard]] std::optional<std::chrono::seconds> max_age_of(std::string_view cache_control);

/// Retry-After as seconds from now, at most a year: a number, or an HTTP date, which is measured
/// from the reply's own Date where there is one, so that clocks need not agree.
[[nodiscard]] std::optional<std::chrono::seconds> retry_after_of(const ReplyHeaders& headers,
                                                                 Time now);

}  // namespace tocsin::http
