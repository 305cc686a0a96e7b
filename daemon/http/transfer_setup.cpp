// SPDX-License-Identifier: Apache-2.0
// How a Transfer makes its handle ready for a hop.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/utf8.hpp"
#include "http/transfer.hpp"

namespace tocsin::http {
namespace {

bool is_header_safe(std::string_view text) {
  return text.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos;
}

long in_milliseconds(std::chrono::milliseconds time) {
  return static_cast<long>(std::max<std::int64_t>(time.count(), 1));
}

}  // namespace

void Transfer::set_up(CURL* easy, const TransferContext& context) {
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");  // not empty: libcurl would ask the environment
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
  curl_easy_setopt(easy, CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");  // all that this libcurl decodes
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_socket);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &Transfer::on_connected);
  curl_easy_setopt(easy, CURLOPT_RESOLVER_START_FUNCTION, &Transfer::on_lookup);
  // A transfer that ends while its name is looked up would otherwise wait, and the loop with it,
  // until the resolver has given up.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  // libcurl 7.88 looks through its whole cache of names after each transfer: with a thousand hosts
  // a second that is most of the work. What caches names is the system's resolver.
  curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
  // With a CA directory set, which is the default, libcurl 7.88 reads its CAs anew for every
  // connection; without, it keeps them in the multi handle.
  curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  curl_easy_setopt(easy, CURLOPT_CAINFO, context.ca_file.c_str());
}

Result<void> Transfer::prepare_hop() {
  return prepare(proxy_ ? Step::check_target : Step::fetch);
}

Result<void> Transfer::prepare(Step step) {
  const auto left = time_left();
  if (left.count() <= 0) return fail(failure(Errc::timed_out, "redirects took too long"));
  step_ = step;
  reset_reply();
  make_plain();
  CURL* const easy = easy_.get();
  for (const CURLoption option :
       {CURLOPT_PRIVATE, CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_OPENSOCKETDATA,
        CURLOPT_PREREQDATA, CURLOPT_RESOLVER_START_DATA}) {
    curl_easy_setopt(easy, option, static_cast<void*>(this));
  }
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text_.data());
  if (curl_easy_setopt(easy, CURLOPT_URL, to_string(url_).c_str()) != CURLE_OK) {
    return fail(failure(Errc::invalid_input, "libcurl does not take the URL"));
  }
  set_limits(left);
  if (step == Step::check_target) {
    // A connection that is there already would not ask the guard.
    is_plain_ = false;
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    // The handle may come from a transfer whose list of headers is gone.
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, nullptr);
    return {};
  }
  set_special();
  return set_headers();
}

void Transfer::reset_reply() {
  headers_ = {};
  body_.clear();
  stop_ = Stop::none;
  refusal_.reset();
  has_passed_guard_ = false;
  error_text_.front() = '\0';
}

/// What the hop before set and the next one must not have goes: a credential, for one.
void Transfer::make_plain() {
  if (is_plain_) return;
  curl_easy_reset(easy_.get());
  set_up(easy_.get(), context_);
  is_plain_ = true;
}

void Transfer::set_limits(std::chrono::milliseconds time_left) {
  CURL* const easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, in_milliseconds(time_left));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, in_milliseconds(request_.connect_timeout));
  // Only the length that is announced: the callback counts what really comes, after decoding.
  curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request_.body_limit));
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, request_.keeps_connection ? 0L : 1L);
  // HTTP/2 only where asked for: 7.88.0 to 8.1.2 can crash on its resets (curl #10936).
  curl_easy_setopt(
      easy, CURLOPT_HTTP_VERSION,
      request_.wants_http2 ? long{CURL_HTTP_VERSION_2TLS} : long{CURL_HTTP_VERSION_1_1});
}

/// The settings that few feeds have. Each of them makes the handle one that is not plain.
void Transfer::set_special() {
  CURL* const easy = easy_.get();
  const Route& route = request_.route;
  const UserAndPassword login =
      !request_.credential.user.empty() || !request_.credential.bearer.empty()
          ? UserAndPassword{request_.credential.user, request_.credential.password}
          : split_user_info(user_info_);
  if (is_with_listed_party_ && !login.user.empty()) {
    is_plain_ = false;
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(easy, CURLOPT_USERNAME, login.user.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, login.password.c_str());
  }
  if (is_with_listed_party_ && route.shows_certificate()) {
    is_plain_ = false;
    const std::string& key = route.key_file.empty() ? route.certificate_file : route.key_file;
    curl_easy_setopt(easy, CURLOPT_SSLCERT, route.certificate_file.c_str());
    curl_easy_setopt(easy, CURLOPT_SSLKEY, key.c_str());
    // Also when empty: without, OpenSSL would ask the terminal for it.
    curl_easy_setopt(easy, CURLOPT_KEYPASSWD, route.key_password.c_str());
  }
  if (!route.ca_file.empty()) {
    is_plain_ = false;
    curl_easy_setopt(easy, CURLOPT_CAINFO, route.ca_file.c_str());
    // The folder is indexed by subject: only the one authority that is needed is read. libcurl's
    // store of the shared file, of which there is one, is left alone.
    curl_easy_setopt(easy, CURLOPT_CAPATH, context_.ca_folder.c_str());
    curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
  }
  if (proxy_) set_proxy();
}

void Transfer::set_proxy() {
  CURL* const easy = easy_.get();
  is_plain_ = false;
  curl_easy_setopt(easy, CURLOPT_PROXY, proxy_->url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, nullptr);
  curl_easy_setopt(
      easy, CURLOPT_PROXY_CAINFO,
      (request_.route.ca_file.empty() ? context_.ca_file : request_.route.ca_file).c_str());
  // What is meant for the server goes to the server: not into CONNECT.
  curl_easy_setopt(easy, CURLOPT_HEADEROPT, long{CURLHEADER_SEPARATE});
  if (proxy_->login.user.empty()) return;
  curl_easy_setopt(easy, CURLOPT_PROXYAUTH, CURLAUTH_BASIC);
  curl_easy_setopt(easy, CURLOPT_PROXYUSERNAME, proxy_->login.user.c_str());
  curl_easy_setopt(easy, CURLOPT_PROXYPASSWORD, proxy_->login.password.c_str());
  // A tunnel was opened by one user's leave; libcurl would lend it to another's.
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
}

Result<void> Transfer::set_headers() {
  header_list_.reset();
  std::string line;
  const auto add = [&](std::string_view name, std::string_view start, std::string_view value) {
    if (!is_header_safe(name) || !is_header_safe(value)) return false;
    line.assign(name).append(": ").append(start).append(value);
    // The list owns its head, which stays the same once it has one.
    curl_slist* const longer = curl_slist_append(header_list_.get(), line.c_str());
    if (longer == nullptr) return false;
    static_cast<void>(header_list_.release());
    header_list_.reset(longer);
    return true;
  };
  bool is_safe = is_header_safe(request_.user_agent);
  for (const Header& header : request_.headers) is_safe &= add(header.name, "", header.value);
  if (!request_.etag.empty()) is_safe &= add("If-None-Match", "", request_.etag);
  if (!request_.last_modified.empty()) {
    is_safe &= add("If-Modified-Since", "", request_.last_modified);
  }
  if (is_with_listed_party_) {
    const Credential& credential = request_.credential;
    for (const Header& header : credential.headers) is_safe &= add(header.name, "", header.value);
    if (!credential.bearer.empty()) is_safe &= add("Authorization", "Bearer ", credential.bearer);
  }
  if (!is_safe) return fail(failure(Errc::invalid_input, "a request header holds a line break"));
  curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, header_list_.get());
  curl_easy_setopt(easy_.get(), CURLOPT_USERAGENT, request_.user_agent.c_str());
  return {};
}

}  // namespace tocsin::http
