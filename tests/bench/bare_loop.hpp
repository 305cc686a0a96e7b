// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"

namespace tocsin::bench {

/// What a poll costs with libcurl at the least: curl_multi_socket_action on epoll and nothing else.
///
/// No guard, no limits, no redirects, no look at the headers; bodies are thrown away. A handle is
/// set up once and used again with another URL and other headers. The yardstick of fetch_bench.
class BareLoop {
 public:
  explicit BareLoop(std::size_t in_flight);
  BareLoop(const BareLoop&) = delete;
  BareLoop& operator=(const BareLoop&) = delete;
  ~BareLoop();

  /// Fetches all of them. Throws std::runtime_error when one fails.
  void poll(const std::vector<std::string>& urls, const std::string& etag);

 private:
  struct FreeList {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
  };

  struct Handle {
    CURL* easy = nullptr;
    std::unique_ptr<curl_slist, FreeList> headers{};
  };

  static int on_socket(CURL* easy, curl_socket_t fd, int what, void* self, void* known);
  static int on_timer(CURLM* multi, long timeout_ms, void* self);

  void start_next(Handle& handle, const std::string& etag);
  void act(curl_socket_t fd, int flags);
  void take_finished(const std::string& etag);
  [[nodiscard]] int milliseconds_to_deadline() const;

  CURLM* multi_ = curl_multi_init();
  UniqueFd epoll_;
  long deadline_ms_ = -1;  ///< On the monotonic clock.
  std::vector<Handle> handles_;
  const std::vector<std::string>* urls_ = nullptr;
  std::size_t next_ = 0;
  std::size_t left_ = 0;
};

}  // namespace tocsin::bench
