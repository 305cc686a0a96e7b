// SPDX-License-Identifier: Apache-2.0
#include "outbound/easy.hpp"

#include "base/quantity.hpp"
#include "base/utf8.hpp"
#include "http/curl_error.hpp"

namespace tocsin::outbound {
namespace {

constexpr const char* system_authorities = "/etc/ssl/certs/ca-certificates.crt";
/// The same, a file each under the hash of its subject.
constexpr const char* system_folder = "/etc/ssl/certs";

bool start_curl() {
  static const bool is_up = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return is_up;
}

}  // namespace

bool append(List& list, const std::string& line) {
  // The list owns its head, which stays the same once it has one.
  curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) return false;
  static_cast<void>(list.release());
  list.reset(longer);
  return true;
}

Easy::Easy() : handle_{start_curl() ? curl_easy_init() : nullptr} {
  if (handle_) curl_easy_setopt(handle_.get(), CURLOPT_ERRORBUFFER, text_.data());
}

CURLcode Easy::perform() {
  text_.front() = '\0';
  return curl_easy_perform(handle_.get());
}

Error Easy::error(const std::string& host, CURLcode outcome,
                  std::chrono::milliseconds time_limit) const {
  if (outcome == CURLE_OPERATION_TIMEDOUT) {
    return {Errc::timed_out, host + ": no answer within " + write_duration(time_limit.count())};
  }
  std::string why{http::reason_for(outcome)};
  if (text_.front() != '\0') why += " (" + escape_for_line(text_.data()) + ")";
  return {http::errc_for(outcome), host + ": " + why};
}

void set_transport(const Easy& easy, const Transport& transport) {
  CURL* const handle = easy.get();
  const auto limit = static_cast<long>(transport.time_limit.count());
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, limit);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, limit);
  curl_easy_setopt(handle, CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  const bool has_own = !transport.ca_file.empty();
  curl_easy_setopt(handle, CURLOPT_CAINFO,
                   has_own ? transport.ca_file.c_str() : system_authorities);
  curl_easy_setopt(handle, CURLOPT_CAPATH, has_own ? system_folder : nullptr);
}

}  // namespace tocsin::outbound
