// SPDX-License-Identifier: Apache-2.0
// A million feeds on a 15-minute cycle: memory per feed, CPU time, and how late polls begin.
//
//   tocsin_schedule_bench                                   in simulated time, without a network
//   tocsin_schedule_bench --seconds 180 [--delay-ms 300]    over loopback by libcurl
//
// Further: --feeds N --hosts N --in-flight N --cycle SECONDS. All is one process and one thread
// but the server, which is a process of its own.
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/poll_server.hpp"
#include "http/curl_fetcher.hpp"
#include "poll/poller.hpp"

namespace tocsin::bench {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

struct Plan {
  std::uint32_t feeds = 1'000'000;
  std::uint32_t hosts = 1'000'000;
  std::uint32_t in_flight = 4000;
  std::uint32_t cycle = 900;  ///< Seconds.
  std::uint32_t seconds = 0;  ///< Over loopback so long; 0: in simulated time.
  std::uint32_t delay_ms = 0;
};

Plan read_plan(int argc, char** argv) {
  Plan plan;
  const std::map<std::string_view, std::uint32_t*> options{
      {"--feeds", &plan.feeds}, {"--hosts", &plan.hosts},     {"--in-flight", &plan.in_flight},
      {"--cycle", &plan.cycle}, {"--seconds", &plan.seconds}, {"--delay-ms", &plan.delay_ms}};
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view value{argv[i + 1]};
    std::from_chars(value.data(), value.data() + value.size(), *options.at(argv[i]));
  }
  return plan;
}

double resident_bytes() {
  std::ifstream file{"/proc/self/statm"};
  double total = 0;
  double resident = 0;
  file >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::string url_of(const Plan& plan, const PollServer* server, std::uint32_t number) {
  if (server != nullptr) return server->url(number, plan.hosts);
  return "https://www.outlet-" + std::to_string(number % plan.hosts) +
         ".example/section/feed.xml?n=" + std::to_string(number);
}

std::vector<poll::FeedSpec> list_of(const Plan& plan, const PollServer* server) {
  poll::FeedOptions options;
  // A wait is up to a tenth longer than the interval.
  options.interval = poll::Seconds{plan.cycle * 20 / 21};
  const auto shared = std::make_shared<const poll::FeedOptions>(options);
  std::vector<poll::FeedSpec> specs;
  specs.reserve(plan.feeds);
  for (std::uint32_t number = 0; number < plan.feeds; ++number) {
    const std::string url = url_of(plan, server, number);
    specs.push_back({.key = url,
                     .url = url,
                     .title = "News of the outlet number " + std::to_string(number),
                     .options = shared});
  }
  return specs;
}

/// As the store has them after a day; next polls lie evenly in the cycle.
poll::FeedBook stored_feeds(const Plan& plan, const std::vector<poll::FeedSpec>& specs, Time now) {
  poll::FeedBook stored;
  stored.reserve(plan.feeds);
  for (std::uint32_t number = 0; number < plan.feeds; ++number) {
    store::FeedState state;
    state.key = specs[number].key;
    state.etag = "\"5f3c-61a0d2e8b7c40;" + std::to_string(number) + "\"";
    state.last_modified = "Fri, 28 Apr 2017 19:05:00 GMT";
    state.last_polled = now - 10min;
    state.last_success = state.last_polled;
    state.last_full_fetch = now - 1h;
    state.last_new = now - 1h;
    state.baselined = true;
    state.next_poll = now + milliseconds{std::uint64_t{plan.cycle} * 1000 * number / plan.feeds};
    stored.remember(state);
  }
  return stored;
}

/// In the order of the daemon: the list is read before the store.
void load(poll::Poller& poller, const Plan& plan, const PollServer* server, Time now) {
  auto specs = list_of(plan, server);
  poller.start_from(stored_feeds(plan, specs, now));
  poller.reload(std::move(specs));
}

class Measure {
 public:
  void loaded(const Plan& plan, double resident_before, double cpu_before) {
    ::malloc_trim(0);
    const auto heap = ::mallinfo2();
    std::printf("loaded %u feeds in %.1f s of CPU; %.0f bytes resident a feed, %.0f on the heap\n",
                plan.feeds, cpu_seconds() - cpu_before,
                (resident_bytes() - resident_before) / plan.feeds,
                static_cast<double>(heap.uordblks + heap.hblkhd) / plan.feeds);
    plan_ = plan;
    resident_before_ = resident_before;
    cpu_at_start_ = cpu_seconds();
    started_ = std::chrono::steady_clock::now();
  }

  void take(const poll::Polled& polled) {
    lateness_.push_back(polled.lateness.count());
    if (!polled.outcome) ++failed_;
  }

  void report(double simulated_seconds, const poll::Poller& poller) {
    const double cpu = cpu_seconds() - cpu_at_start_;
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - started_;
    const double seconds = simulated_seconds > 0 ? simulated_seconds : wall.count();
    const auto polls = static_cast<double>(std::max<std::size_t>(lateness_.size(), 1));
    std::printf("%.0f polls in %.0f s%s, %.0f a second; %zu failed; %zu due for over a minute\n",
                polls, seconds, simulated_seconds > 0 ? " (simulated)" : "", polls / seconds,
                failed_, poller.late());
    std::printf("CPU %.1f us a poll, %.3f s a second\n", cpu / polls * 1e6, cpu / seconds);
    std::sort(lateness_.begin(), lateness_.end());
    const auto share = [this](double part) {
      return lateness_.empty() ? 0
                               : lateness_[static_cast<std::size_t>(
                                     part * static_cast<double>(lateness_.size() - 1))];
    };
    std::printf("late by p50 %ld ms, p99 %ld ms, at most %ld ms\n", share(0.5), share(0.99),
                share(1));
    std::printf("%.0f bytes resident a feed at the end, less the list of latenesses\n",
                (resident_bytes() - resident_before_ -
                 static_cast<double>(lateness_.capacity() * sizeof(long))) /
                    plan_.feeds);
  }

 private:
  Plan plan_;
  double resident_before_ = 0;
  double cpu_at_start_ = 0;
  std::chrono::steady_clock::time_point started_;
  std::vector<long> lateness_;
  std::size_t failed_ = 0;
};

/// Answers 304 after a time that the plan says.
class SimulatedFetcher final : public http::Fetcher {
 public:
  SimulatedFetcher(const Clock& clock, milliseconds delay) : clock_{clock}, delay_{delay} {}

  void start(http::Request request, OnDone on_done) override {
    open_.push_back({clock_.now() + delay_, std::move(request.url), std::move(on_done)});
  }

  void answer() {
    while (!open_.empty() && open_.front().at <= clock_.now()) {
      Open open = std::move(open_.front());
      open_.pop_front();
      http::Response response;
      response.status = 304;
      response.final_url = std::move(open.url);
      open.on_done(std::move(response));
    }
  }

 private:
  struct Open {
    Time at;
    std::string url;
    OnDone on_done;
  };

  const Clock& clock_;
  milliseconds delay_;
  std::deque<Open> open_;
};

/// Remembers a poll when the callback that told of it has returned, as the daemon does.
class Commits {
 public:
  Commits(loop::EventLoop& loop, poll::Poller& poller, Measure& measure)
      : loop_{loop},
        poller_{poller} {
    poller.on_polled([this, &measure](poll::Polled polled) {
      measure.take(polled);
      states_.push_back(std::move(polled.proposed));
      if (states_.size() == 1 && is_posted_) loop_.post([this] { run(); });
    });
  }

  void post_each(bool is_posted) { is_posted_ = is_posted; }

  void run() {
    for (const store::FeedState& state : std::exchange(states_, {})) {
      poller_.committed(state, {});
    }
  }

 private:
  loop::EventLoop& loop_;
  poll::Poller& poller_;
  std::vector<store::FeedState> states_;
  bool is_posted_ = false;
};

void simulate(const Plan& plan) {
  const auto loop = loop::EventLoop::create().value();
  ManualClock clock{Time{500'000h}};
  SimulatedFetcher fetcher{clock, milliseconds{plan.delay_ms}};
  const double resident = resident_bytes();
  const double cpu = cpu_seconds();
  poll::Poller poller{*loop, fetcher, clock, {.max_in_flight = plan.in_flight}};
  Measure measure;
  Commits commits{*loop, poller, measure};
  load(poller, plan, nullptr, clock.now());
  measure.loaded(plan, resident, cpu);
  constexpr milliseconds step{50};
  const milliseconds length = 2 * std::chrono::seconds{plan.cycle};
  for (milliseconds passed{0}; passed < length; passed += step) {
    clock.advance(step);
    poller.wake();
    fetcher.answer();
    commits.run();
  }
  measure.report(static_cast<double>(plan.cycle) * 2, poller);
}

void poll_loopback(const Plan& plan) {
  PollServer server{{.delay = milliseconds{plan.delay_ms}, .unchanged_percent = 90}};
  const auto loop = loop::EventLoop::create().value();
  const SystemClock clock;
  http::CurlFetcherOptions fetching;
  fetching.guard = http::AddressGuard{{http::parse_allowed_target("127.0.0.0/8").value()}};
  fetching.max_in_flight = plan.in_flight;
  const auto fetcher = http::CurlFetcher::create(*loop, clock, std::move(fetching)).value();
  const double resident = resident_bytes();
  const double cpu = cpu_seconds();
  poll::Poller poller{*loop, *fetcher, clock, {.max_in_flight = plan.in_flight}};
  Measure measure;
  Commits commits{*loop, poller, measure};
  commits.post_each(true);
  // Loading takes some seconds, and a feed is not late before it is listed.
  load(poller, plan, &server, clock.now() + 15s * plan.feeds / 1'000'000);
  measure.loaded(plan, resident, cpu);
  loop::Timer end{*loop, [&] {
                    loop->stop();
                  }};
  end.fire_after(std::chrono::seconds{plan.seconds});
  loop->run();
  measure.report(0, poller);
  fetcher->cancel_all();
}

}  // namespace
}  // namespace tocsin::bench

int main(int argc, char** argv) {
  const tocsin::bench::Plan plan = tocsin::bench::read_plan(argc, argv);
  if (plan.seconds > 0) {
    tocsin::bench::poll_loopback(plan);
  } else {
    tocsin::bench::simulate(plan);
  }
}
