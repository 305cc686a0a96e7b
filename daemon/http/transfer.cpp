// SPDX-License-Identifier: Apache-2.0
#include "http/transfer.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/utf8.hpp"
#include "http/curl_error.hpp"

namespace tocsin::http {
namespace {

constexpr std::size_t header_limit = std::size_t{64} * 1024;

bool is_redirect(long status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool is_sendable(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte < 0x7F;
}

/// Percent-encodes what may not stand in a request line; feeds redirect to such URLs.
void encode(std::string& text) {
  if (std::all_of(text.begin(), text.end(), is_sendable)) return;
  std::string out;
  for (const char c : text) {
    if (is_sendable(c)) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  text = std::move(out);
}

Url made_sendable(Url url) {
  encode(url.path);
  encode(url.query);
  url.has_fragment = false;
  url.fragment.clear();
  return url;
}

/// A host without the brackets of an IPv6 address.
std::string_view bare(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  return host;
}

}  // namespace

Transfer::Transfer(Request request, TransferContext& context, EasyHandle easy)
    : request_{std::move(request)},
      context_{context},
      easy_{std::move(easy)} {}

Transfer::~Transfer() {
  leave_lookup();
}

Result<void> Transfer::begin() {
  auto url = parse_http_url(request_.url);
  if (!url) {
    return fail(url.error().code,
                url.error().message + ": '" + escape_for_line(redacted_url(request_.url)) + "'");
  }
  user_info_ = std::exchange(url->user_info, {});
  url_ = made_sendable(std::move(*url));
  if (!request_.route.proxy.empty()) {
    auto proxy = proxy_of(request_.route);
    if (!proxy) return fail(failure(proxy.error().code, proxy.error().message));
    proxy_ = std::move(*proxy);
  }
  return prepare_hop();
}

const std::string& Transfer::next_host() const {
  return proxy_ && step_ == Step::fetch ? proxy_->host : url_.host;
}

bool Transfer::needs_lookup() const {
  return !parse_address(bare(next_host()));
}

void Transfer::has_started() {
  if (needs_lookup()) enter_lookup();
}

void Transfer::enter_lookup() {
  if (!is_looking_up_) ++context_.lookups;
  is_looking_up_ = true;
}

void Transfer::leave_lookup() {
  if (!is_looking_up_) return;
  is_looking_up_ = false;
  --context_.lookups;
  context_.on_lookup_over();
}

Result<bool> Transfer::proceed(CURLcode outcome) {
  leave_lookup();
  if (step_ == Step::check_target) {
    // No address of the target may be one that is refused: the proxy chooses among them.
    if (refusal_) return fail(*refusal_);
    if (!has_passed_guard_) return fail(error_of(outcome));
    if (auto ready = prepare(Step::fetch); !ready) return fail(ready.error());
    return true;
  }
  if (outcome != CURLE_OK) return fail(error_of(outcome));
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  if (!is_redirect(status) || headers_.location.empty()) return false;
  if (auto followed = follow(headers_.location, status); !followed) return fail(followed.error());
  if (auto ready = prepare_hop(); !ready) return fail(ready.error());
  return true;
}

bool Transfer::sends_secrets() const {
  return is_with_listed_party_ && (request_.credential.is_set() || !user_info_.empty() ||
                                   request_.route.shows_certificate());
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
  if (sends_secrets() && url_.scheme == "https" && target->scheme == "http") {
    return fail(failure(Errc::refused, "redirects from https to http, with a credential"));
  }
  is_with_listed_party_ = is_with_listed_party_ && is_same_party(url_, *target);
  url_ = std::move(*target);
  redirects_.push_back({.status = status, .from = from, .to = to_string(url_)});
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
  // A few kilobytes packed three times keep a decoder busy for minutes without one byte of body.
  if (transfer.headers_.content_codings > 1) {
    transfer.stop_ = Stop::encoded_twice;
    return 0;
  }
  return bytes;
}

bool Transfer::judge(const sockaddr& target) {
  const auto verdict = context_.guard.check(target, next_host());
  if (!verdict) {
    if (!refusal_) refusal_ = verdict.error();
    return false;
  }
  has_passed_guard_ = true;
  return true;
}

curl_socket_t Transfer::on_socket(void* self, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.leave_lookup();
  // libcurl's struct ends in a sockaddr with room behind it for the longer kinds.
  sockaddr_storage target{};
  std::memcpy(&target, &address->addr, std::min<std::size_t>(address->addrlen, sizeof target));
  if (!transfer.judge(reinterpret_cast<const sockaddr&>(target))) return CURL_SOCKET_BAD;
  if (transfer.step_ == Step::check_target) return CURL_SOCKET_BAD;  // the question was answered
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/// Before each request, also on a connection that was there already: it may have been opened when
/// the guard allowed more.
// Five parameters, as CURLOPT_PREREQFUNCTION wants.
// NOLINTNEXTLINE(readability-function-size)
int Transfer::on_connected(void* self, char* address, char* /*own*/, int port, int /*own_port*/) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.leave_lookup();
  const auto parsed = parse_address(address);
  const bool is_allowed =
      parsed && transfer.context_.guard.allows(*parsed, static_cast<std::uint16_t>(port));
  if (is_allowed) return CURL_PREREQFUNC_OK;
  transfer.has_passed_guard_ = false;
  transfer.refusal_ = transfer.failure(
      Errc::refused, std::string{"connected address "} + address + " is not in http.allow");
  return CURL_PREREQFUNC_ABORT;
}

int Transfer::on_lookup(void* /*resolver*/, void* /*reserved*/, void* self) {
  static_cast<Transfer*>(self)->enter_lookup();
  return 0;
}

Response Transfer::take_response(Time now) {
  Response response;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &response.status);
  response.body = std::move(body_);
  response.max_age = fresh_for(headers_, now);
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
  if (stop_ == Stop::encoded_twice) {
    return failure(Errc::invalid_input, "reply is compressed more than once");
  }
  // A refused address counts only where no other address of the host was tried.
  if (refusal_ && !has_passed_guard_) return *refusal_;
  if (outcome == CURLE_OPERATION_TIMEDOUT) return timeout_error();
  long proxy_status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  if (proxy_ && proxy_status >= 300) {
    return failure(Errc::unreachable, fmt::format("the proxy answered with {}", proxy_status));
  }
  std::string why{reason_for(outcome)};
  if (error_text_.front() != '\0') why += " (" + escape_for_line(error_text_.data()) + ")";
  return failure(errc_for(outcome), why);
}

Error Transfer::timeout_error() const {
  double ready = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_PRETRANSFER_TIME, &ready);
  return failure(Errc::timed_out,
                 ready > 0 ? "timed out while it answered" : "timed out while connecting");
}

Error Transfer::failure(Errc code, const std::string& why) const {
  return {.code = code, .message = "host '" + escape_for_line(url_.host) + "': " + why};
}

std::chrono::milliseconds Transfer::time_left() const {
  const auto used = std::chrono::floor<std::chrono::milliseconds>(SteadyClock::now() - started_at_);
  return request_.total_timeout - used;
}

}  // namespace tocsin::http
