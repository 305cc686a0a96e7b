// SPDX-License-Identifier: Apache-2.0
#include "http/curl_multi.hpp"

#include <locale.h>
#include <sys/epoll.h>

#include <utility>

namespace tocsin::http {
namespace {

std::uint32_t epoll_events_for(int curl_what) {
  std::uint32_t events = 0;
  if (curl_what == CURL_POLL_IN || curl_what == CURL_POLL_INOUT) events |= EPOLLIN;
  if (curl_what == CURL_POLL_OUT || curl_what == CURL_POLL_INOUT) events |= EPOLLOUT;
  return events;
}

int curl_flags_for(std::uint32_t epoll_events) {
  int flags = 0;
  if ((epoll_events & (EPOLLIN | EPOLLHUP)) != 0) flags |= CURL_CSELECT_IN;
  if ((epoll_events & EPOLLOUT) != 0) flags |= CURL_CSELECT_OUT;
  if ((epoll_events & EPOLLERR) != 0) flags |= CURL_CSELECT_ERR;
  return flags;
}

/// libcurl reads host names in the locale's charset, and the daemon's locale is C: names beyond
/// ASCII are given as UTF-8.
class Utf8Names {
 public:
  Utf8Names() : before_{::uselocale(utf8())} {}

  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

  ~Utf8Names() { ::uselocale(before_); }

 private:
  static locale_t utf8() {
    static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;  // none: uselocale changes nothing
  }

  locale_t before_;
};

}  // namespace

CurlMulti::CurlMulti(loop::EventLoop& loop, CURLM* multi, OnDone on_done)
    : loop_{loop},
      on_done_{std::move(on_done)},
      timer_{loop,
             [this] {
               act(CURL_SOCKET_TIMEOUT, 0);
             }},
      multi_{multi} {
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlMulti::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlMulti::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
}

CurlMulti::~CurlMulti() {
  curl_multi_cleanup(multi_);
}

// Five parameters, as CURLMOPT_SOCKETFUNCTION wants.
// NOLINTNEXTLINE(readability-function-size)
int CurlMulti::on_socket(CURL* /*easy*/, curl_socket_t fd, int what, void* self, void* /*socket*/) {
  auto& multi = *static_cast<CurlMulti*>(self);
  if (what == CURL_POLL_REMOVE) {
    multi.watches_.erase(fd);
  } else {
    multi.watch(fd, epoll_events_for(what));
  }
  return 0;
}

int CurlMulti::on_timer(CURLM* /*multi*/, long timeout_ms, void* self) {
  auto& timer = static_cast<CurlMulti*>(self)->timer_;
  if (timeout_ms < 0) {
    timer.cancel();
  } else {
    timer.fire_after(std::chrono::milliseconds{timeout_ms});
  }
  return 0;
}

void CurlMulti::watch(curl_socket_t fd, std::uint32_t epoll_events) {
  const auto known = watches_.find(fd);
  if (known != watches_.end()) {
    known->second.listen_for(epoll_events);
    return;
  }
  watches_.try_emplace(fd, loop_, fd, epoll_events,
                       [this, fd](std::uint32_t events) { act(fd, curl_flags_for(events)); });
}

void CurlMulti::act(curl_socket_t fd, int flags) {
  {
    const Utf8Names names;
    int running = 0;
    curl_multi_socket_action(multi_, fd, flags, &running);
  }
  int left = 0;
  while (const CURLMsg* report = curl_multi_info_read(multi_, &left)) {
    if (report->msg != CURLMSG_DONE) continue;
    // Copied first: removing the handle frees the report.
    CURL* const easy = report->easy_handle;
    const CURLcode outcome = report->data.result;
    curl_multi_remove_handle(multi_, easy);
    on_done_(easy, outcome);
  }
}

}  // namespace tocsin::http
