// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/url.hpp"
#include "http/address_guard.hpp"
#include "http/fetcher.hpp"
#include "http/proxy.hpp"
#include "http/reply_headers.hpp"

namespace tocsin::http {

struct FreeList {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

struct FreeEasy {
  void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};

using EasyHandle = std::unique_ptr<CURL, FreeEasy>;

/// What the transfers of one fetcher share.
struct TransferContext {
  AddressGuard guard{};
  std::string ca_file{};
  std::string ca_folder{};
  std::size_t lookups = 0;  ///< Transfers under way that still need a name looked up.
  std::function<void()> on_lookup_over{};
};

/// One Request on its way, over all its redirects; each hop is one transfer of libcurl's, and a hop
/// through a proxy two: the first only asks the guard about the target's addresses.
///
/// Redirects are walked here and not by libcurl, so that each hop is judged and recorded: what kind
/// it was, whether the scheme is ours, whether a credential may go along.
/// Thread: the loop's. Borrows the context. Stays where it is: libcurl holds pointers into it.
class Transfer {
 public:
  using SteadyClock = std::chrono::steady_clock;

  /// `easy` as `set_up` left it.
  Transfer(Request request, TransferContext& context, EasyHandle easy);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer();

  /// Gives a new handle the settings that all hops have.
  static void set_up(CURL* easy, const TransferContext& context);

  /// Checks the request and makes the easy handle ready for the first hop.
  [[nodiscard]] Result<void> begin();

  /// The hop that is ready waits for a name, as far as we know: neither the host is an address nor
  /// is the connection known.
  [[nodiscard]] bool needs_lookup() const;

  /// Tells that libcurl has the handle now.
  void has_started();

  /// After libcurl is done with the handle: true when it is ready for another go, false when the
  /// reply is the last. Failures name the host and why.
  [[nodiscard]] Result<bool> proceed(CURLcode outcome);

  /// The reply of the last hop. Once.
  [[nodiscard]] Response take_response(Time now);

  [[nodiscard]] CURL* easy() const { return easy_.get(); }

  /// The handle for the next transfer; none when it has seen secrets.
  [[nodiscard]] EasyHandle take_easy() { return is_plain_ ? std::move(easy_) : nullptr; }

 private:
  enum class Stop { none, body_too_large, headers_too_large, encoded_twice };
  enum class Step { check_target, fetch };

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static curl_socket_t on_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int on_connected(void* self, char* address, char* own, int port, int own_port);
  static int on_lookup(void* resolver, void* reserved, void* self);

  [[nodiscard]] Result<void> prepare_hop();
  [[nodiscard]] Result<void> prepare(Step step);
  void reset_reply();
  void make_plain();
  void set_limits(std::chrono::milliseconds time_left);
  void set_special();
  void set_proxy();
  [[nodiscard]] Result<void> set_headers();

  void enter_lookup();
  void leave_lookup();
  [[nodiscard]] bool judge(const sockaddr& target);
  [[nodiscard]] Error error_of(CURLcode outcome) const;
  [[nodiscard]] Error timeout_error() const;
  [[nodiscard]] Error failure(Errc code, const std::string& why) const;
  [[nodiscard]] Result<void> follow(const std::string& location, long status);
  [[nodiscard]] bool sends_secrets() const;
  [[nodiscard]] const std::string& next_host() const;
  [[nodiscard]] std::chrono::milliseconds time_left() const;

  Request request_;
  TransferContext& context_;
  EasyHandle easy_;
  std::optional<Proxy> proxy_;
  Url url_;  ///< Of this hop, without user.
  std::string user_info_;
  bool is_with_listed_party_ = true;  ///< No redirect has led elsewhere so far.
  bool is_plain_ = true;              ///< The handle has settings that every hop sets anew, only.
  bool is_looking_up_ = false;
  std::vector<Redirect> redirects_;
  SteadyClock::time_point started_at_ = SteadyClock::now();

  // Of the hop under way.
  Step step_ = Step::fetch;
  std::unique_ptr<curl_slist, FreeList> header_list_;
  ReplyHeaders headers_;
  std::string body_;
  Stop stop_ = Stop::none;
  std::optional<Error> refusal_;
  bool has_passed_guard_ = false;  ///< At least one address did.
  std::array<char, CURL_ERROR_SIZE> error_text_{};
};

}  // namespace tocsin::http
