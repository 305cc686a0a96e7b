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
/// Nor is a validator over 2 KiB: servers refuse long requests, and it would be sent for ever.
struct ReplyHeaders {
  std::string content_type;
  std::string etag;
  std::string last_modified;
  std::string location;
  std::string cache_control;  ///< Several lines joined by ", ".
  std::string retry_after;
  std::string date;
  std::string expires;
  std::string age;
  std::size_t content_codings = 0;  ///< Names in Content-Encoding, "identity" not counted.
  std::size_t bytes = 0;            ///< Of all header lines, interim replies and trailers included.
  bool is_complete = false;         ///< The empty line was there: what follows is a trailer.
};

/// Takes one line. A status line begins anew, since an interim reply (1xx) may go before. Trailers
/// are counted and not read.
void take_line(ReplyHeaders& headers, std::string_view line);

/// For how long the reply says that it stays good, at most a year: max-age of Cache-Control, the
/// first of several, less its Age; where there is none, from Date to Expires. Nothing for what is
/// not to be kept ("no-cache", "no-store") and for what is no number or date.
[[nodiscard]] std::optional<std::chrono::seconds> fresh_for(const ReplyHeaders& headers, Time now);

/// Retry-After as seconds from now, at most a year: a number, or an HTTP date, which is measured
/// from the reply's own Date where there is one, so that clocks need not agree.
[[nodiscard]] std::optional<std::chrono::seconds> retry_after_of(const ReplyHeaders& headers,
                                                                 Time now);

}  // namespace tocsin::http
