// SPDX-License-Identifier: Apache-2.0
#include "http/transfer.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/utf8.hpp"

namespace tocsin::http {
namespace {

constexpr std::size_t header_limit = std::size_t{64} * 1024;

bool is_redirect(long status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// Percent-encodes what may not stand in a request line; feeds redirect to such URLs.
std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7F) {
      out += fmt::format("%{:02X}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

Url made_sendable(Url url) {
  url.path = encoded(url.path);
  url.query = encoded(url.query);
  url.has_fragment = false;
  url.fragment.clear();
  return url;
}

bool is_header_safe(std::string_view text) {
  return text.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos;
}

Errc errc_for(CURLcode outcome) {
  switch (outcome) {
    case CURLE_OPERATION_TIMEDOUT:
      return Errc::timed_out;
    case CURLE_FILESIZE_EXCEEDED:
      return Errc::too_large;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      return Errc::invalid_input;
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
      return Errc::system;
    default:
      return Errc::unreachable;
  }
}

std::string_view reason_for(CURLcode outcome) {
  switch (outcome) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "name not found";
    case CURLE_COULDNT_CONNECT:
      return "connection refused or no route";
    case CURLE_UNSUPPORTED_PROTOCOL:  // schemes were checked: it is HTTP/0.9, or no HTTP at all
    case CURLE_WEIRD_SERVER_REPLY:
      return "reply is not HTTP";
    case CURLE_BAD_CONTENT_ENCODING:
      return "reply cannot be decompressed";
    case CURLE_GOT_NOTHING:
      return "closed without a reply";
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
      return "closed before the reply's end";
    case CURLE_FILESIZE_EXCEEDED:
      return "body over the limit";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "TLS certificate not accepted";
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CERTPROBLEM:
      return "TLS failed";
    case CURLE_SSL_CACERT_BADFILE:
      return "CA file cannot be read";
    default:
      return "transfer failed";
  }
}

}  // namespace

Transfer::Transfer(Request request, const AddressGuard& guard, EasyHandle easy)
    : request_{std::move(request)},
      guard_{guard},
      easy_{std::move(easy)} {}

Result<void> Transfer::prepare_first_hop(const std::string& ca_file) {
  auto url = parse_http_url(request_.url);
  if (!url) {
    return fail(url.error().code,
                url.error().message + ": '" + escape_for_line(redacted_url(request_.url)) + "'");
  }
  user_info_ = std::exchange(url->user_info, {});
  url_ = made_sendable(std::move(*url));
  return prepare_hop(ca_file);
}

Result<bool> Transfer::prepare_next_hop(const std::string& ca_file) {
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  if (!is_redirect(status) || headers_.location.empty()) return false;
  if (auto followed = follow(headers_.location, status); !followed) return fail(followed.error());
  if (auto ready = prepare_hop(ca_file); !ready) return fail(ready.error());
  return true;
}

Result<void> Transfer::follow(const std::string& location, long status) {
  if (redirects_.size() >= static_cast<std::size_t>(std::max(request_.max_redirects, 0))) {
    return fail(failure(Errc::refused, fmt::format("more than {} redirects", redirects_.size())));
  }
  const std::string from = to_string(url_);
  auto target = parse_http_url(to_string(made_sendable(split_url(resolve_url(from, location)))));
  if (!target) {
    return fail(failure(Errc::refused, "redirects to '" + escape_for_line(redacted_url(location)) +
                                           "': " + target.error().message));
  }
  target->user_info.clear();
  const bool is_sent =
      may_send_credential_ && (request_.credential.is_set() || !user_info_.empty());
  if (is_sent && url_.scheme == "https" && target->scheme == "http") {
    return fail(failure(Errc::refused, "redirects from https to http, with a credential"));
  }
  may_send_credential_ = may_send_credential_ && is_same_party(url_, *target);
  url_ = std::move(*target);
  redirects_.push_back({.status = status, .from = from, .to = to_string(url_)});
  return {};
}

Result<void> Transfer::prepare_hop(const std::string& ca_file) {
  const auto left = time_left();
  if (left.count() <= 0) return fail(failure(Errc::timed_out, "redirects took too long"));
  headers_ = {};
  body_.clear();
  stop_ = Stop::none;
  refusal_.reset();
  tried_to_connect_ = false;
  error_text_.front() = '\0';
  CURL* const easy = easy_.get();
  curl_easy_reset(easy);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text_.data());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  if (curl_easy_setopt(easy, CURLOPT_URL, to_string(url_).c_str()) != CURLE_OK) {
    return fail(failure(Errc::invalid_input, "libcurl does not take the URL"));
  }
  set_limits(left);
  set_trust(ca_file);
  set_credential();
  return set_headers();
}

void Transfer::set_limits(std::chrono::milliseconds time_left) {
  CURL* const easy = easy_.get();
  const auto milliseconds = [](std::chrono::milliseconds time) {
    return static_cast<long>(std::max<std::int64_t>(time.count(), 1));
  };
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, milliseconds(time_left));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request_.connect_timeout));
  // Only the length that is announced: the callback counts what really comes, after decoding.
  curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request_.body_limit));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");  // all that this libcurl decodes
}

void Transfer::set_trust(const std::string& ca_file) {
  CURL* const easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_socket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");  // not empty: libcurl would ask the environment
  curl_easy_setopt(easy, CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
  // With a CA directory set, which is the default, libcurl 7.88 reads its CAs anew for every
  // connection; without, it keeps them in the multi handle.
  curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file.c_str());
  // HTTP/2 only where asked for: 7.88.0 to 8.1.2 can crash on its resets (curl #10936).
  curl_easy_setopt(
      easy, CURLOPT_HTTP_VERSION,
      request_.wants_http2 ? long{CURL_HTTP_VERSION_2TLS} : long{CURL_HTTP_VERSION_1_1});
}

void Transfer::set_credential() {
  if (!may_send_credential_) return;
  CURL* const easy = easy_.get();
  const Credential& credential = request_.credential;
  if (!credential.user.empty()) {
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(easy, CURLOPT_USERNAME, credential.user.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, credential.password.c_str());
  } else if (!user_info_.empty() && credential.bearer.empty()) {
    Url with_user = url_;
    with_user.user_info = user_info_;
    curl_easy_setopt(easy, CURLOPT_URL, to_string(with_user).c_str());
  }
}

Result<void> Transfer::set_headers() {
  std::vector<Header> all = request_.headers;
  if (!request_.etag.empty()) all.push_back({"If-None-Match", request_.etag});
  if (!request_.last_modified.empty()) all.push_back({"If-Modified-Since", request_.last_modified});
  if (may_send_credential_) {
    const Credential& credential = request_.credential;
    all.insert(all.end(), credential.headers.begin(), credential.headers.end());
    if (!credential.bearer.empty()) all.push_back({"Authorization", "Bearer " + credential.bearer});
  }
  header_list_.reset();
  for (const Header& header : all) {
    if (!is_header_safe(header.name) || !is_header_safe(header.value)) {
      return fail(failure(Errc::invalid_input, "a request header holds a line break"));
    }
    curl_slist* const longer =
        curl_slist_append(header_list_.get(), (header.name + ": " + header.value).c_str());
    if (longer == nullptr) return fail(failure(Errc::system, "out of memory"));
    // The list owns its head, which stays the same once it has one.
    static_cast<void>(header_list_.release());
    header_list_.reset(longer);
  }
  curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, header_list_.get());
  curl_easy_setopt(easy_.get(), CURLOPT_USERAGENT, request_.user_agent.c_str());
  return {};
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t bytes = size * count;
  if (bytes > transfer.request_.body_limit - transfer.body_.size()) {
    transfer.stop_ = Stop::body_too_large;
    return 0;
  }
  transfer.body_.append(data, bytes);
  return bytes;
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t bytes = size * count;
  take_line(transfer.headers_, {data, bytes});
  if (transfer.headers_.bytes > header_limit) {
    transfer.stop_ = Stop::headers_too_large;
    return 0;
  }
  return bytes;
}

curl_socket_t Transfer::on_socket(void* self, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  // libcurl's struct ends in a sockaddr with room behind it for the longer kinds.
  sockaddr_storage target{};
  std::memcpy(&target, &address->addr, std::min<std::size_t>(address->addrlen, sizeof target));
  const auto verdict =
      transfer.guard_.check(reinterpret_cast<const sockaddr&>(target), transfer.url_.host);
  if (!verdict) {
    if (!transfer.refusal_) transfer.refusal_ = verdict.error();
    return CURL_SOCKET_BAD;
  }
  transfer.tried_to_connect_ = true;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

Response Transfer::take_response(Time now) {
  Response response;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &response.status);
  response.body = std::move(body_);
  response.max_age = max_age_of(headers_.cache_control);
  response.retry_after = retry_after_of(headers_, now);
  response.content_type = std::move(headers_.content_type);
  response.etag = std::move(headers_.etag);
  response.last_modified = std::move(headers_.last_modified);
  response.final_url = to_string(url_);
  response.redirects = std::move(redirects_);
  response.elapsed =
      std::chrono::floor<std::chrono::milliseconds>(SteadyClock::now() - started_at_);
  return response;
}

Error Transfer::error_of(CURLcode outcome) const {
  if (stop_ == Stop::body_too_large || outcome == CURLE_FILESIZE_EXCEEDED) {
    return failure(Errc::too_large, fmt::format("body over {} bytes", request_.body_limit));
  }
  if (stop_ == Stop::headers_too_large) {
    return failure(Errc::too_large, fmt::format("headers over {} bytes", header_limit));
  }
  // A refused address counts only where no other address of the host was tried.
  if (refusal_ && !tried_to_connect_) return *refusal_;
  if (outcome == CURLE_OPERATION_TIMEDOUT) {
    double connected = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_PRETRANSFER_TIME, &connected);
    return failure(Errc::timed_out,
                   connected > 0 ? "timed out while it answered" : "timed out while connecting");
  }
  std::string why{reason_for(outcome)};
  if (error_text_.front() != '\0') why += " (" + escape_for_line(error_text_.data()) + ")";
  return failure(errc_for(outcome), why);
}

Error Transfer::failure(Errc code, const std::string& why) const {
  return {.code = code, .message = "host '" + escape_for_line(url_.host) + "': " + why};
}

std::chrono::milliseconds Transfer::time_left() const {
  const auto used = std::chrono::floor<std::chrono::milliseconds>(SteadyClock::now() - started_at_);
  return request_.total_timeout - used;
}

}  // namespace tocsin::http
