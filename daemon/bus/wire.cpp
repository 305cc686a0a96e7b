// SPDX-License-Identifier: Apache-2.0
#include "bus/wire.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

#include "base/clock.hpp"
#include "bus/protocol.hpp"
#include "bus/publisher.hpp"
#include "bus/router.hpp"
#include "bus/sockets.hpp"
#include "loop/bounded_queue.hpp"
#include "loop/counter.hpp"
#include "loop/shared_value.hpp"
#include "loop/thread.hpp"

namespace tocsin::bus {
namespace {

constexpr std::size_t requests_per_turn = 64;  // then live alerts have their turn again
constexpr std::size_t answers_per_turn = 64;
constexpr std::size_t admin_answers = 64;
constexpr std::size_t orders_waiting = 1024;
constexpr std::chrono::milliseconds rebind_pause{5};
constexpr std::string_view no_room = "too much waits for the wire; try again";

using Answers = loop::BoundedQueue<Answer>;

/// A name that nobody gets from now on.
struct Forget {
  std::string name;
  StoredReply begin;
};

/// The name may be taken again.
struct Forgotten {
  std::string name;
  bool is_gone = false;
  StoredReply done;
};

/// What the daemon wants of the wire thread.
using Order = std::variant<Grants, Forget>;

}  // namespace

class Wire::Impl {
 public:
  Impl(const WireOptions& options, std::unique_ptr<alert::LogReader> log, WireCallbacks callbacks)
      : options_{options},
        log_{std::move(log)},
        callbacks_{std::move(callbacks)},
        queue_{options.queue_limit} {}

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  ~Impl() { stop(); }

  Result<void> start() {
    const auto queue_fd = queue_.fd();
    if (!queue_fd) return fail(queue_fd.error());
    const auto answers_fd = answers_->fd();
    if (!answers_fd) return fail(answers_fd.error());
    const auto bound = std::make_shared<Started>(1);
    const auto orders_fd = orders_.fd();
    if (!orders_fd) return fail(orders_fd.error());
    const auto endings_fd = endings_.fd();
    if (!endings_fd) return fail(endings_fd.error());
    auto thread = loop::Thread::start(
        "wire", [this, bound, fds = std::vector{*queue_fd, *answers_fd, *orders_fd, *endings_fd}] {
          run(*bound, fds);
        });
    if (!thread) return fail(thread.error());
    thread_ = std::move(*thread);
    // The sockets are bound on the thread that uses them, which takes milliseconds.
    auto endpoints = bound->pop_wait_for(std::chrono::minutes{1});
    if (!endpoints) return fail(Errc::system, "the wire thread did not start");
    if (!*endpoints) return fail(endpoints->error());
    endpoints_ = std::move(**endpoints);
    return {};
  }

  void publish(std::vector<alert::LogRecord> records) {
    for (auto& record : records) queue_.try_push(std::move(record));
  }

  void stop() {
    answers_->close();
    queue_.close();
    if (thread_.is_running()) thread_.join();
  }

  bool order(Order order) { return orders_.try_push(std::move(order)); }

  bool end(Forgotten forgotten) { return endings_.try_push(std::move(forgotten)); }

  [[nodiscard]] const Endpoints& endpoints() const { return endpoints_; }

  [[nodiscard]] WireCounters counters() const {
    std::vector<std::pair<std::string, std::uint64_t>> refused_for;
    for (std::size_t i = 0; i < error_codes.size(); ++i) {
      refused_for.emplace_back(error_codes.at(i), counters_.refused_for.at(i).value());
    }
    return {.published = counters_.published.value(),
            .dropped = queue_.dropped(),
            .fetches = counters_.fetches.value(),
            .requests = counters_.requests.value(),
            .refused = counters_.refused.value(),
            .undelivered = counters_.undelivered.value(),
            .log_errors = counters_.log_errors.value(),
            .admitted = counters_.admitted.value(),
            .denied = counters_.denied.value(),
            .turned_away = counters_.turned_away.value(),
            .garbled = counters_.garbled.value(),
            .unfinished = counters_.unfinished.value(),
            .no_room = counters_.no_room.value(),
            .pub_connections = static_cast<std::size_t>(counters_.pub_connections.value()),
            .ctl_connections = static_cast<std::size_t>(counters_.ctl_connections.value()),
            .connection_limit = options_.connection_limit,
            .refused_for = std::move(refused_for),
            .head = static_cast<std::uint64_t>(counters_.head.value())};
  }

  [[nodiscard]] std::vector<SubscriberStatus> subscribers() const { return subscribers_.get(); }

 private:
  using Started = loop::BoundedQueue<Result<Endpoints>>;

  void run(Started& started, const std::vector<int>& fds) {
    auto sockets = Sockets::bind(options_);
    if (!sockets) {
      started.try_push(fail(sockets.error()));
      return;
    }
    started.try_push((*sockets)->endpoints());
    serve(**sockets, fds);
  }

  void serve(Sockets& sockets, const std::vector<int>& fds) {
    const auto send = [&](const std::string& peer, const Reply& reply) {
      return sockets.send(peer, reply);
    };
    const SystemClock clock;
    Router router{{.log = *log_,
                   .clock = clock,
                   .callbacks = callbacks_,
                   .counters = counters_,
                   .send = send,
                   // It outlives the wire: what comes after `stop` meets a closed queue.
                   .bring_back =
                       [answers = answers_](Answer answer) {
                         answers->try_push(std::move(answer));
                       }},
                  options_};
    Publisher publisher{{.log = *log_,
                         .clock = clock,
                         .counters = counters_,
                         .send =
                             [&](const auto& frames) {
                               sockets.publish(frames);
                               if (frames.front() == "~head/") router.send_heads(frames.at(1));
                             }},
                        options_.heartbeat};
    bool is_closing = false;
    while (!is_closing) {
      is_closing = queue_.is_closed();  // asked before the queue is emptied for the last time
      take_orders(sockets, router);
      take_endings(router);
      is_unbound_ = is_unbound_ && sockets.rebind();
      answer_callers(sockets);
      publish_queued(publisher);
      send_answers(router);
      answer_requests(sockets, router);
      const Instant now = std::chrono::steady_clock::now();
      if (now >= publisher.next_head() || is_closing) {
        publisher.send_head(queue_.size() == 0, now);
        router.probe(now);
        subscribers_.set(router.sessions().report(now));
        tell_connections(sockets.connections());
      }
      if (is_closing) continue;
      const auto longest = time_until(publisher.next_head());
      sockets.wait(fds, is_unbound_ ? std::min(rebind_pause, longest) : longest);
    }
  }

  static std::chrono::milliseconds time_until(Instant then) {
    const auto left = then - std::chrono::steady_clock::now();
    return std::max(std::chrono::milliseconds{0},
                    std::chrono::ceil<std::chrono::milliseconds>(left));
  }

  void take_orders(Sockets& sockets, Router& router) {
    std::vector<Order> all;
    orders_.drain_into(all, orders_waiting);
    for (Order& order : all) {
      if (auto* grants = std::get_if<Grants>(&order)) {
        take(std::move(*grants), sockets, router);
      } else {
        const auto& forget = std::get<Forget>(order);
        forget.begin(router.begin_forgetting(forget.name, std::chrono::steady_clock::now()));
      }
    }
  }

  void take_endings(Router& router) {
    std::vector<Forgotten> all;
    endings_.drain_into(all, leaving_limit);
    for (const Forgotten& one : all) {
      router.end_forgetting(one.name, one.is_gone);
      subscribers_.set(router.sessions().report(std::chrono::steady_clock::now()));
      one.done({});
    }
  }

  void take(Grants next, Sockets& sockets, Router& router) {
    // Those who may do less are cut before anything else is answered.
    if (grants_.takes_from(next)) {
      sockets.cut_remote();
      is_unbound_ = true;
    }
    grants_ = next;
    router.use(std::move(next));
  }

  void answer_callers(Sockets& sockets) {
    const auto callers = sockets.answer_callers(grants_, std::chrono::steady_clock::now());
    counters_.admitted.add(callers.admitted);
    counters_.denied.add(callers.denied);
    counters_.turned_away.add(callers.turned_away);
    counters_.garbled.add(callers.garbled);
    counters_.unfinished.add(callers.unfinished);
    counters_.no_room.add(callers.no_room);
  }

  void tell_connections(const Connections& connections) {
    const auto of = [&connections](Door door) {
      return static_cast<std::int64_t>(connections.open(door));
    };
    counters_.pub_connections.set(of(Door::pub));
    counters_.ctl_connections.set(of(Door::ctl));
  }

  void publish_queued(Publisher& publisher) {
    std::vector<alert::LogRecord> records;
    queue_.drain_into(records, options_.queue_limit);
    publisher.publish(std::move(records), std::chrono::steady_clock::now());
  }

  void send_answers(Router& router) {
    std::vector<Answer> answers;
    answers_->drain_into(answers, answers_per_turn);
    for (const Answer& answer : answers) router.deliver(answer);
  }

  void answer_requests(Sockets& sockets, Router& router) {
    for (std::size_t i = 0; i < requests_per_turn; ++i) {
      const auto inbound = sockets.receive();
      if (!inbound) return;
      const std::vector<std::string_view> frames{inbound->frames.begin(), inbound->frames.end()};
      router.handle(inbound->peer, parse(frames), std::chrono::steady_clock::now());
    }
  }

  WireOptions options_;
  std::unique_ptr<alert::LogReader> log_;
  WireCallbacks callbacks_;
  loop::BoundedQueue<alert::LogRecord> queue_;
  std::shared_ptr<Answers> answers_ = std::make_shared<Answers>(
      // Room for all that sessions may wait for, so that none is lost.
      options_.subscriber_limit * waiting_limit + admin_answers);
  loop::BoundedQueue<Order> orders_{orders_waiting};
  /// Of its own: a name whose end got lost would be kept from everybody until a restart.
  loop::BoundedQueue<Forgotten> endings_{leaving_limit};
  Grants grants_ = options_.grants;  // the wire thread's
  bool is_unbound_ = false;          // the wire thread's
  Counters counters_;
  loop::SharedValue<std::vector<SubscriberStatus>> subscribers_;
  Endpoints endpoints_;
  loop::Thread thread_;  // last: it uses all above
};

Result<std::unique_ptr<Wire>> Wire::start(const WireOptions& options,
                                          std::unique_ptr<alert::LogReader> log,
                                          WireCallbacks callbacks) {
  auto impl = std::make_unique<Impl>(options, std::move(log), std::move(callbacks));
  if (const auto started = impl->start(); !started) return fail(started.error());
  return std::unique_ptr<Wire>{new Wire{std::move(impl)}};
}

Wire::Wire(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}

Wire::~Wire() = default;

void Wire::publish(std::vector<alert::LogRecord> records) {
  impl_->publish(std::move(records));
}

bool Wire::set_grants(Grants grants) {
  return impl_->order(std::move(grants));
}

void Wire::forget(std::string name, const StoredReply& begin) {
  if (impl_->order(Forget{.name = std::move(name), .begin = begin})) return;
  begin(fail(Errc::busy, std::string{no_room}));
}

void Wire::forgotten(std::string name, bool is_gone, const StoredReply& done) {
  if (impl_->end({.name = std::move(name), .is_gone = is_gone, .done = done})) return;
  done(fail(Errc::busy, std::string{no_room}));
}

void Wire::stop() {
  impl_->stop();
}

const Endpoints& Wire::endpoints() const {
  return impl_->endpoints();
}

WireCounters Wire::counters() const {
  return impl_->counters();
}

std::vector<SubscriberStatus> Wire::subscribers() const {
  return impl_->subscribers();
}

}  // namespace tocsin::bus
