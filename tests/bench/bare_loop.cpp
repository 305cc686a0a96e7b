// SPDX-License-Identifier: Apache-2.0
#include "bench/bare_loop.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>

namespace tocsin::bench {
namespace {

long now_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

std::size_t discard(char* /*data*/, std::size_t size, std::size_t count, void* /*self*/) {
  return size * count;
}

}  // namespace

BareLoop::BareLoop(std::size_t in_flight)
    : epoll_{::epoll_create1(EPOLL_CLOEXEC)},
      handles_(in_flight) {
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &BareLoop::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &BareLoop::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  for (Handle& handle : handles_) {
    handle.easy = curl_easy_init();
    curl_easy_setopt(handle.easy, CURLOPT_PRIVATE, &handle);
    curl_easy_setopt(handle.easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle.easy, CURLOPT_WRITEFUNCTION, &discard);
    curl_easy_setopt(handle.easy, CURLOPT_USERAGENT, "bare/0.1 (+https://tocsin.example/bot)");
    curl_easy_setopt(handle.easy, CURLOPT_ACCEPT_ENCODING, "");
  }
}

BareLoop::~BareLoop() {
  for (const Handle& handle : handles_) curl_easy_cleanup(handle.easy);
  curl_multi_cleanup(multi_);
}

void BareLoop::poll(const std::vector<std::string>& urls, const std::string& etag) {
  urls_ = &urls;
  next_ = 0;
  left_ = urls.size();
  for (Handle& handle : handles_) start_next(handle, etag);
  std::array<epoll_event, 64> ready{};
  while (left_ > 0) {
    const int count = ::epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()),
                                   milliseconds_to_deadline());
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = ready.at(static_cast<std::size_t>(i));
      int flags = 0;
      if ((event.events & (EPOLLIN | EPOLLHUP)) != 0) flags |= CURL_CSELECT_IN;
      if ((event.events & EPOLLOUT) != 0) flags |= CURL_CSELECT_OUT;
      if ((event.events & EPOLLERR) != 0) flags |= CURL_CSELECT_ERR;
      act(event.data.fd, flags);
    }
    if (milliseconds_to_deadline() == 0) {
      deadline_ms_ = -1;
      act(CURL_SOCKET_TIMEOUT, 0);
    }
    take_finished(etag);
  }
}

void BareLoop::start_next(Handle& handle, const std::string& etag) {
  if (next_ == urls_->size()) return;
  curl_slist* list = curl_slist_append(nullptr, "Accept: application/rss+xml, */*;q=0.5");
  curl_slist_append(list, "A-IM: feed");
  curl_slist_append(list, ("If-None-Match: " + etag).c_str());
  handle.headers.reset(list);
  curl_easy_setopt(handle.easy, CURLOPT_HTTPHEADER, list);
  curl_easy_setopt(handle.easy, CURLOPT_URL, urls_->at(next_++).c_str());
  curl_multi_add_handle(multi_, handle.easy);
}

void BareLoop::act(curl_socket_t fd, int flags) {
  int running = 0;
  curl_multi_socket_action(multi_, fd, flags, &running);
}

void BareLoop::take_finished(const std::string& etag) {
  int queued = 0;
  while (const CURLMsg* report = curl_multi_info_read(multi_, &queued)) {
    CURL* const easy = report->easy_handle;
    if (report->data.result != CURLE_OK) {
      throw std::runtime_error{curl_easy_strerror(report->data.result)};
    }
    Handle* handle = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &handle);
    curl_multi_remove_handle(multi_, easy);
    --left_;
    start_next(*handle, etag);
  }
}

// Five parameters, as CURLMOPT_SOCKETFUNCTION wants.
// NOLINTNEXTLINE(readability-function-size)
int BareLoop::on_socket(CURL* /*easy*/, curl_socket_t fd, int what, void* self, void* known) {
  auto& loop = *static_cast<BareLoop*>(self);
  epoll_event event{};
  event.data.fd = fd;
  if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) event.events |= EPOLLIN;
  if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) event.events |= EPOLLOUT;
  if (what == CURL_POLL_REMOVE) {
    ::epoll_ctl(loop.epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  } else if (known == nullptr) {
    ::epoll_ctl(loop.epoll_.get(), EPOLL_CTL_ADD, fd, &event);
    curl_multi_assign(loop.multi_, fd, &loop);
  } else {
    ::epoll_ctl(loop.epoll_.get(), EPOLL_CTL_MOD, fd, &event);
  }
  return 0;
}

int BareLoop::on_timer(CURLM* /*multi*/, long timeout_ms, void* self) {
  static_cast<BareLoop*>(self)->deadline_ms_ = timeout_ms < 0 ? -1 : now_ms() + timeout_ms;
  return 0;
}

int BareLoop::milliseconds_to_deadline() const {
  if (deadline_ms_ < 0) return -1;
  return static_cast<int>(std::max(deadline_ms_ - now_ms(), 0L));
}

}  // namespace tocsin::bench
