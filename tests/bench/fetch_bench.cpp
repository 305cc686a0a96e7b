// SPDX-License-Identifier: Apache-2.0
// What a poll costs in CPU time, beside the same poll by a bare loop on libcurl (bare_loop.hpp):
//   build/bench/tests/bench/tocsin_fetch_bench --benchmark_repetitions=7
// The server is another process and is not counted. `ratio` is what matters.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "bench/bare_loop.hpp"
#include "bench/poll_server.hpp"
#include "http/curl_fetcher.hpp"
#include "loop/event_loop.hpp"

namespace tocsin::bench {
namespace {

constexpr std::size_t in_flight = 64;
constexpr std::uint32_t feeds = 2000;
constexpr auto etag = "\"v1\"";

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::vector<std::string> urls_on(const PollServer& server, std::uint32_t hosts) {
  std::vector<std::string> urls;
  for (std::uint32_t number = 0; number < feeds; ++number) {
    urls.push_back(server.url(number, hosts));
  }
  return urls;
}

/// The daemon's fetcher, asked as the poller asks it: the next one when one has ended.
class FetcherLoop {
 public:
  void poll(const std::vector<std::string>& urls) {
    urls_ = &urls;
    next_ = 0;
    left_ = urls.size();
    for (std::size_t i = 0; i < in_flight; ++i) start_next();
    loop_->run();
  }

 private:
  static http::CurlFetcherOptions options() {
    return {.guard = http::AddressGuard{{http::parse_allowed_target("127.0.0.0/8").value()}}};
  }

  void start_next() {
    if (next_ == urls_->size()) return;
    http::Request request;
    request.url = (*urls_)[next_++];
    request.headers = {{"Accept", "application/rss+xml, */*;q=0.5"}, {"A-IM", "feed"}};
    request.etag = etag;
    fetcher_->start(std::move(request), [this](const Result<http::Response>& got) {
      if (!got) throw std::runtime_error{got.error().message};
      if (--left_ == 0) loop_->stop();
      start_next();
    });
  }

  ManualClock clock_;
  std::unique_ptr<loop::EventLoop> loop_ = loop::EventLoop::create().value();
  std::unique_ptr<http::CurlFetcher> fetcher_ =
      http::CurlFetcher::create(*loop_, clock_, options()).value();
  const std::vector<std::string>* urls_ = nullptr;
  std::size_t next_ = 0;
  std::size_t left_ = 0;
};

void measure(benchmark::State& state, const PollServer& server, std::uint32_t hosts) {
  const auto urls = urls_on(server, hosts);
  FetcherLoop fetcher;
  BareLoop bare{in_flight};
  fetcher.poll(urls);
  bare.poll(urls, etag);
  double of_fetcher = 0;
  double of_bare = 0;
  for (auto _ : state) {
    const double start = cpu_seconds();
    fetcher.poll(urls);
    const double middle = cpu_seconds();
    bare.poll(urls, etag);
    of_fetcher += middle - start;
    of_bare += cpu_seconds() - middle;
  }
  const double polls = static_cast<double>(state.iterations()) * feeds;
  state.counters["fetcher_us"] = of_fetcher / polls * 1e6;
  state.counters["bare_us"] = of_bare / polls * 1e6;
  state.counters["ratio"] = of_fetcher / of_bare;
}

/// 64 hosts, and a connection to each that stays open.
void poll_on_kept_connections(benchmark::State& state) {
  measure(state, PollServer{}, in_flight);
}

/// A connection for each poll.
void poll_on_new_connections(benchmark::State& state) {
  measure(state, PollServer{{.closes = true}}, feeds);
}

BENCHMARK(poll_on_kept_connections)->Unit(benchmark::kMillisecond);
BENCHMARK(poll_on_new_connections)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tocsin::bench
