// SPDX-License-Identifier: Apache-2.0
#include "http/curl_fetcher.hpp"

#include <curl/curl.h>

#include <deque>
#include <unordered_map>
#include <utility>
#include <vector>

#include "http/curl_multi.hpp"
#include "http/transfer.hpp"
#include "loop/event_loop.hpp"

namespace tocsin::http {
namespace {

/// Idle easy handles and idle connections that are kept for the next request.
constexpr std::size_t spare_handles = 32;
constexpr long spare_connections = 64;

bool is_curl_ready() {
  // Not thread-safe before 7.84 only; called first from the loop thread all the same.
  static const CURLcode outcome = curl_global_init(CURL_GLOBAL_DEFAULT);
  return outcome == CURLE_OK;
}

}  // namespace

class CurlFetcher::Impl {
 public:
  Impl(loop::EventLoop& loop, const Clock& clock, CurlFetcherOptions options, CURLM* multi)
      : clock_{clock},
        options_{std::move(options)},
        multi_{loop, multi,
               [this](CURL* easy, CURLcode outcome) {
                 on_hop_done(easy, outcome);
               }},
        start_timer_{loop, [this] {
                       start_waiting();
                     }} {
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, spare_connections);
  }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  ~Impl() { cancel_all(); }

  void start(Request request, OnDone on_done) {
    waiting_.push_back({std::move(request), std::move(on_done)});
    // Never from inside start: what fails at once is told by the loop as well.
    start_timer_.fire_after(std::chrono::milliseconds{0});
  }

  void use(AddressGuard guard) { options_.guard = std::move(guard); }

  void cancel_all() {
    waiting_.clear();
    for (auto& [easy, running] : running_) multi_.remove(easy);
    running_.clear();
  }

  [[nodiscard]] std::size_t in_flight() const { return running_.size(); }

  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  struct Waiting {
    Request request;
    OnDone on_done;
  };

  struct Running {
    std::unique_ptr<Transfer> transfer;
    OnDone on_done;
  };

  void start_waiting() {
    // What is added meanwhile, by callbacks of requests that fail at once, waits for the next
    // round.
    for (std::size_t left = waiting_.size(); left > 0 && !waiting_.empty(); --left) {
      if (running_.size() >= options_.max_in_flight) return;
      Waiting next = std::move(waiting_.front());
      waiting_.pop_front();
      start_now(std::move(next));
    }
  }

  void start_now(Waiting next) {
    auto easy = new_handle();
    if (!easy) return next.on_done(fail(Errc::system, "libcurl has no handle left"));
    auto transfer =
        std::make_unique<Transfer>(std::move(next.request), options_.guard, std::move(easy));
    if (const auto ready = transfer->prepare_first_hop(options_.ca_file); !ready) {
      return next.on_done(fail(ready.error()));
    }
    run({std::move(transfer), std::move(next.on_done)});
  }

  void run(Running running) {
    CURL* const easy = running.transfer->easy();
    const CURLMcode added = multi_.add(easy);
    if (added != CURLM_OK) {
      return running.on_done(fail(Errc::system, curl_multi_strerror(added)));
    }
    running_.emplace(easy, std::move(running));
  }

  void on_hop_done(CURL* easy, CURLcode outcome) {
    auto node = running_.extract(easy);
    if (node.empty()) return;
    Running running = std::move(node.mapped());
    Transfer& transfer = *running.transfer;
    if (outcome != CURLE_OK) return finish(running, fail(transfer.error_of(outcome)));
    const auto has_next = transfer.prepare_next_hop(options_.ca_file);
    if (!has_next) return finish(running, fail(has_next.error()));
    if (*has_next) return run(std::move(running));
    finish(running, transfer.take_response(clock_.now()));
  }

  void finish(Running& running, Result<Response> result) {
    if (spare_.size() < spare_handles) spare_.push_back(running.transfer->take_easy());
    if (!waiting_.empty()) start_timer_.fire_after(std::chrono::milliseconds{0});
    running.on_done(std::move(result));
  }

  EasyHandle new_handle() {
    if (spare_.empty()) return EasyHandle{curl_easy_init()};
    EasyHandle easy = std::move(spare_.back());
    spare_.pop_back();
    return easy;
  }

  const Clock& clock_;
  CurlFetcherOptions options_;
  CurlMulti multi_;
  loop::Timer start_timer_;
  std::vector<EasyHandle> spare_;
  std::deque<Waiting> waiting_;
  std::unordered_map<CURL*, Running> running_;
};

Result<std::unique_ptr<CurlFetcher>> CurlFetcher::create(loop::EventLoop& loop, const Clock& clock,
                                                         CurlFetcherOptions options) {
  if (!is_curl_ready()) return fail(Errc::system, "libcurl cannot start");
  CURLM* const multi = curl_multi_init();
  if (multi == nullptr) return fail(Errc::system, "libcurl has no memory");
  return std::unique_ptr<CurlFetcher>{
      new CurlFetcher{std::make_unique<Impl>(loop, clock, std::move(options), multi)}};
}

CurlFetcher::CurlFetcher(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}

CurlFetcher::~CurlFetcher() = default;

void CurlFetcher::start(Request request, OnDone on_done) {
  impl_->start(std::move(request), std::move(on_done));
}

void CurlFetcher::use(AddressGuard guard) {
  impl_->use(std::move(guard));
}

void CurlFetcher::cancel_all() {
  impl_->cancel_all();
}

std::size_t CurlFetcher::in_flight() const {
  return impl_->in_flight();
}

std::size_t CurlFetcher::waiting() const {
  return impl_->waiting();
}

}  // namespace tocsin::http
