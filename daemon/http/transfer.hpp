// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/url.hpp"
#include "http/address_guard.hpp"
#include "http/fetcher.hpp"
#include "http/reply_headers.hpp"

namespace tocsin::http {

struct FreeList {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

struct FreeEasy {
  void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};

using EasyHandle = std::unique_ptr<CURL, FreeEasy>;

/// One Request on its way, over all its redirects; each hop is one transfer of libcurl's.
///
/// Redirects are walked here and not by libcurl, so that each hop is judged and recorded: what kind
/// it was, whether the scheme is ours, whether a credential may go along.
/// Thread: the loop's. Borrows the guard. Stays where it is: libcurl holds pointers into it.
class Transfer {
 public:
  using SteadyClock = std::chrono::steady_clock;

  Transfer(Request request, const AddressGuard& guard, EasyHandle easy);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() = default;

  /// Checks the request and makes the easy handle ready for the first hop.
  [[nodiscard]] Result<void> prepare_first_hop(const std::string& ca_file);

  /// After a hop that ended well: true when a redirect made the handle ready for another hop, false
  /// when the reply is the last.
  [[nodiscard]] Result<bool> prepare_next_hop(const std::string& ca_file);

  /// The reply of the last hop. Once.
  [[nodiscard]] Response take_response(Time now);

  /// Why the hop failed, with the host's name.
  [[nodiscard]] Error error_of(CURLcode outcome) const;

  [[nodiscard]] CURL* easy() const { return easy_.get(); }

  [[nodiscard]] EasyHandle take_easy() { return std::move(easy_); }

 private:
  enum class Stop { none, body_too_large, headers_too_large };

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static curl_socket_t on_socket(void* self, curlsocktype purpose, curl_sockaddr* address);

  [[nodiscard]] Result<void> prepare_hop(const std::string& ca_file);
  [[nodiscard]] Result<void> set_headers();
  void set_limits(std::chrono::milliseconds time_left);
  void set_trust(const std::string& ca_file);
  void set_credential();
  [[nodiscard]] std::chrono::milliseconds time_left() const;
  [[nodiscard]] Error failure(Errc code, const std::string& why) const;
  [[nodiscard]] Result<void> follow(const std::string& location, long status);

  Request request_;
  const AddressGuard& guard_;
  EasyHandle easy_;
  Url url_;  ///< Of this hop, without user.
  std::string user_info_;
  bool may_send_credential_ = true;
  std::vector<Redirect> redirects_;
  SteadyClock::time_point started_at_ = SteadyClock::now();

  // Of the hop under way.
  std::unique_ptr<curl_slist, FreeList> header_list_;
  ReplyHeaders headers_;
  std::string body_;
  Stop stop_ = Stop::none;
  std::optional<Error> refusal_;
  bool tried_to_connect_ = false;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
};

}  // namespace tocsin::http
