// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "http/fetcher.hpp"

namespace tocsin::outbound {

/// One address that a plugin posts to.
struct Target {
  std::string url = {};      ///< http or https. May hold a secret: no message shows its path.
  std::string ca_file = {};  ///< PEM: authorities trusted besides the system's.
  std::string proxy = {};    ///< "http://host:port", https, socks…; empty: none, ever.
  std::chrono::milliseconds time_limit{10'000};  ///< From the name's lookup to the reply's end.
};

/// What the target said.
struct Reply {
  long status = 0;
  std::string body = {};  ///< At most `reply_limit` bytes; what follows is not read.
  std::vector<http::Header> headers = {};
  std::optional<std::chrono::seconds> retry_after = {};  ///< Either form of it, from now on.

  /// The value of the first header of that name, in whatever case; empty when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// False for what would end the header that it stands in.
[[nodiscard]] bool is_header_safe(std::string_view text);

inline constexpr std::size_t reply_limit = std::size_t{16} << 10U;
inline constexpr std::size_t reply_headers_limit = std::size_t{64} << 10U;

/// Sends HTTP POST requests to one address, one after the other, on one connection while it lasts.
///
/// The certificate is always verified. No redirect is followed: what goes along may be secret, and
/// the body was meant for this address. Neither proxies nor passwords are taken from the
/// environment. Thread: one, which waits.
class HttpPost {
 public:
  /// `invalid_input` for an address or proxy that is none.
  [[nodiscard]] static Result<HttpPost> create(Target target);

  HttpPost(const HttpPost&) = delete;
  HttpPost& operator=(const HttpPost&) = delete;
  HttpPost(HttpPost&&) noexcept;
  HttpPost& operator=(HttpPost&&) noexcept;
  ~HttpPost();

  /// Any status is a reply. Errors name the host and the reason in one line: `unreachable` (lookup,
  /// connection, TLS, closed before the reply's end), `timed_out`, `too_large` (headers),
  /// `invalid_input` (a header with a line break, or a reply that is no HTTP).
  [[nodiscard]] Result<Reply> send(const std::vector<http::Header>& headers, std::string_view body);

  /// "hooks.example", with its port where one is written.
  [[nodiscard]] const std::string& host() const;

 private:
  struct Impl;
  explicit HttpPost(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace tocsin::outbound
