// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/url.hpp"

namespace tocsin::http {

struct Header {
  std::string name{};
  std::string value{};
};

/// Sent to the host of Request::url and to no other: dropped for good when a redirect leaves it.
struct Credential {
  std::string user{};  ///< Basic, when not empty.
  std::string password{};
  std::string bearer{};           ///< "Authorization: Bearer …", when not empty.
  std::vector<Header> headers{};  ///< Those the operator gave: an API key, for one.

  [[nodiscard]] bool is_set() const { return !user.empty() || !bearer.empty() || !headers.empty(); }
};

/// The way to a server where the plain one does not do. Files are read anew for each connection.
///
/// Through a proxy the guard is asked twice: about the proxy, and before that about every address
/// of the target, as we see them. Whether the proxy then finds the same ones is beyond our sight,
/// except with socks4 and socks5, which are told the address.
struct Route {
  /// "http://host:port", https, socks4, socks4a, socks5 or socks5h; empty: none, whatever the
  /// environment says. A user in it goes unless there is a `proxy_user`.
  std::string proxy{};
  std::string proxy_user{};
  std::string proxy_password{};
  std::string certificate_file{};  ///< PEM, shown to the host of Request::url and to no other.
  std::string key_file{};          ///< PEM; empty: the key is in `certificate_file`.
  std::string key_password{};
  std::string ca_file{};  ///< PEM: authorities trusted besides the shared ones.

  [[nodiscard]] bool shows_certificate() const { return !certificate_file.empty(); }
};

/// One GET.
struct Request {
  std::string url{};              ///< http or https.
  std::string user_agent{};       ///< Empty sends none.
  std::vector<Header> headers{};  ///< Sent to every host on the way.
  Credential credential{};
  Route route{};
  std::string etag{};           ///< If-None-Match, byte-exact; empty sends none.
  std::string last_modified{};  ///< If-Modified-Since, byte-exact; empty sends none.
  std::size_t body_limit = std::size_t{10} * 1024 * 1024;  ///< Bytes after decoding.
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds total_timeout{30'000};  ///< Over all redirects.
  int max_redirects = 5;
  bool wants_http2 = false;
  /// False where nobody will ask this host soon: an idle connection costs both sides.
  bool keeps_connection = true;
};

struct Redirect {
  long status = 0;  ///< 301, 302, 303, 307 or 308.
  std::string from{};
  std::string to{};
};

struct Response {
  long status = 0;     ///< Any status: what it means is the caller's to judge.
  std::string body{};  ///< Decoded; empty for 304.
  std::string content_type{};
  std::string etag{};  ///< Byte-exact, quotes and W/ included.
  std::string last_modified{};
  std::optional<std::chrono::seconds> max_age{};  ///< Of Cache-Control, or by Expires; less Age.
  std::optional<std::chrono::seconds> retry_after{};  ///< Either form, from now on.
  std::string final_url{};                            ///< After redirects.
  std::vector<Redirect> redirects{};                  ///< In the order they were followed.
  std::chrono::milliseconds elapsed{0};

  [[nodiscard]] bool is_ok() const { return status >= 200 && status < 300; }
};

/// The URL that a poll of the same feed may use for good: the end of the unbroken run of permanent
/// redirects (301, 308) from the first. Empty when the first one is temporary, or there is none.
[[nodiscard]] std::string permanent_target(const std::vector<Redirect>& redirects);

/// Whether what was meant for `from` may be told to `to`: the same scheme, host and port, or the
/// host's step from plain HTTP to TLS on the usual ports, where what was sent in the clear is sent
/// encrypted. Never from https to http.
[[nodiscard]] bool is_same_party(const Url& from, const Url& to);

/// Fetches URLs. Abstract, so that tests can play the world.
///
/// Thread: the loop thread only. `on_done` is called once for each `start`, never from inside
/// `start` itself, and not at all after the fetcher is destroyed; it must not destroy the fetcher.
/// Errors name the host and the reason in one line: refused (address guard, scheme), unreachable
/// (lookup, connection, TLS, closed mid-body), timed_out, too_large, invalid_input (the URL, or a
/// reply that is no HTTP).
class Fetcher {
 public:
  using OnDone = std::function<void(Result<Response>)>;

  Fetcher() = default;
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;
  virtual ~Fetcher() = default;

  virtual void start(Request request, OnDone on_done) = 0;
};

}  // namespace tocsin::http
