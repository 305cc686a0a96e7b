// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <functional>
#include <map>

#include "loop/event_loop.hpp"

namespace tocsin::http {

/// Runs libcurl's transfers on the event loop: its sockets are watched there, its timer set there.
///
/// Thread: the loop's. Borrows the easy handles; `on_done` gets each back, already removed.
class CurlMulti {
 public:
  using OnDone = std::function<void(CURL* easy, CURLcode outcome)>;

  CurlMulti(loop::EventLoop& loop, CURLM* multi, OnDone on_done);
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;
  ~CurlMulti();

  [[nodiscard]] CURLMcode add(CURL* easy) { return curl_multi_add_handle(multi_, easy); }

  /// Lets what was added begin now and not in the loop's next round.
  void start_added() { act(CURL_SOCKET_TIMEOUT, 0); }

  /// Ends a transfer without `on_done`.
  void remove(CURL* easy) { curl_multi_remove_handle(multi_, easy); }

 private:
  static int on_socket(CURL* easy, curl_socket_t fd, int what, void* self, void* socket);
  static int on_timer(CURLM* multi, long timeout_ms, void* self);

  void watch(curl_socket_t fd, std::uint32_t epoll_events);
  void act(curl_socket_t fd, int flags);

  loop::EventLoop& loop_;
  OnDone on_done_;
  loop::Timer timer_;
  std::map<curl_socket_t, loop::FdWatch> watches_;
  CURLM* multi_;
};

}  // namespace tocsin::http
