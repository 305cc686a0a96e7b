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

/// Idle easy handles that are kept for the next request; the more a fetcher holds, the longer
/// libcurl's lists.
constexpr std::size_t spare_handles = 128;

bool is_curl_ready() {
  // Not thread-safe before 7.84 only; called first from the loop thread all the same.
  static const CURLcode outcome = curl_global_init(CURL_GLOBAL_DEFAULT);
  return outcome == CURLE_OK;
}

}  // namespace

class CurlFetcher::Impl {
 public:
  Impl(loop::EventLoop& loop, const Clock& clock, const CurlFetcherOptions& options, CURLM* multi)
      : clock_{clock},
        max_lookups_{options.max_lookups},
        max_in_flight_{options.max_in_flight},
        context_{.guard = options.guard,
                 .ca_file = options.ca_file,
                 .ca_folder = options.ca_folder,
                 .on_lookup_over =
                     [this] {
                       wake_waiting();
                     }},
        multi_{loop, multi,
               [this](CURL* easy, CURLcode outcome) {
                 on_hop_done(easy, outcome);
               }},
        start_timer_{loop, [this] {
                       start_waiting();
                     }} {
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(options.max_idle));
  }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  ~Impl() { cancel_all(); }

  void start(Request request, OnDone on_done) {
    waiting_.push_back({std::move(request), std::move(on_done)});
    // Never from inside start: what fails at once is told by the loop as well.
    start_timer_.fire_after(std::chrono::milliseconds{0});
  }

  void set_guard(AddressGuard guard) { context_.guard = std::move(guard); }

  void cancel_all() {
    waiting_.clear();
    held_.clear();
    for (auto& [easy, running] : running_) multi_.remove(easy);
    running_.clear();
  }

  [[nodiscard]] std::size_t in_flight() const { return running_.size() + held_.size(); }

  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

  [[nodiscard]] std::size_t lookups() const { return context_.lookups; }

 private:
  struct Waiting {
    Request request;
    OnDone on_done;
  };

  struct Running {
    std::unique_ptr<Transfer> transfer;
    OnDone on_done;
  };

  void wake_waiting() {
    if (waiting_.empty() && held_.empty()) return;
    start_timer_.fire_after(std::chrono::milliseconds{0});
  }

  void start_waiting() {
    while (!held_.empty() && has_lookup_left()) {
      Running next = std::move(held_.front());
      held_.pop_front();
      run(std::move(next));
    }
    // What is added meanwhile, by callbacks of requests that fail at once, waits for the next
    // round.
    for (std::size_t left = waiting_.size(); left > 0 && !waiting_.empty(); --left) {
      if (in_flight() >= max_in_flight_ || !has_lookup_left()) break;
      Waiting next = std::move(waiting_.front());
      waiting_.pop_front();
      start_now(std::move(next));
    }
    multi_.start_added();
  }

  [[nodiscard]] bool has_lookup_left() const { return context_.lookups < max_lookups_; }

  void start_now(Waiting next) {
    auto easy = new_handle();
    if (!easy) return next.on_done(fail(Errc::system, "libcurl has no handle left"));
    auto transfer = std::make_unique<Transfer>(std::move(next.request), context_, std::move(easy));
    const auto ready = transfer->begin();
    Running running{std::move(transfer), std::move(next.on_done)};
    if (!ready) return finish(running, fail(ready.error()));
    run(std::move(running));
  }

  void run(Running running) {
    CURL* const easy = running.transfer->easy();
    const CURLMcode added = multi_.add(easy);
    if (added != CURLM_OK) {
      return running.on_done(fail(Errc::system, curl_multi_strerror(added)));
    }
    running.transfer->has_started();
    running_.emplace(easy, std::move(running));
  }

  void on_hop_done(CURL* easy, CURLcode outcome) {
    auto node = running_.extract(easy);
    if (node.empty()) return;
    Running running = std::move(node.mapped());
    Transfer& transfer = *running.transfer;
    const auto goes_on = transfer.proceed(outcome);
    if (!goes_on) return finish(running, fail(goes_on.error()));
    if (!*goes_on) return finish(running, transfer.take_response(clock_.now()));
    if (!transfer.needs_lookup() || has_lookup_left()) return run(std::move(running));
    held_.push_back(std::move(running));
  }

  void finish(Running& running, Result<Response> result) {
    if (EasyHandle easy = running.transfer->take_easy();
        easy != nullptr && spare_.size() < spare_handles) {
      spare_.push_back(std::move(easy));
    }
    wake_waiting();
    running.on_done(std::move(result));
  }

  EasyHandle new_handle() {
    if (spare_.empty()) {
      EasyHandle easy{curl_easy_init()};
      if (easy != nullptr) Transfer::set_up(easy.get(), context_);
      return easy;
    }
    EasyHandle easy = std::move(spare_.back());
    spare_.pop_back();
    return easy;
  }

  const Clock& clock_;
  std::size_t max_lookups_;
  std::size_t max_in_flight_;
  TransferContext context_;
  CurlMulti multi_;
  loop::Timer start_timer_;
  std::vector<EasyHandle> spare_;
  std::deque<Waiting> waiting_;
  std::deque<Running> held_;  // between two hops, until a name may be looked up again
  std::unordered_map<CURL*, Running> running_;
};

Result<std::unique_ptr<CurlFetcher>> CurlFetcher::create(loop::EventLoop& loop, const Clock& clock,
                                                         CurlFetcherOptions options) {
  if (!is_curl_ready()) return fail(Errc::system, "libcurl cannot start");
  CURLM* const multi = curl_multi_init();
  if (multi == nullptr) return fail(Errc::system, "libcurl has no memory");
  return std::unique_ptr<CurlFetcher>{
      new CurlFetcher{std::make_unique<Impl>(loop, clock, options, multi)}};
}

CurlFetcher::CurlFetcher(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}

CurlFetcher::~CurlFetcher() = default;

void CurlFetcher::start(Request request, OnDone on_done) {
  impl_->start(std::move(request), std::move(on_done));
}

void CurlFetcher::set_guard(AddressGuard guard) {
  impl_->set_guard(std::move(guard));
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

std::size_t CurlFetcher::lookups() const {
  return impl_->lookups();
}

}  // namespace tocsin::http
