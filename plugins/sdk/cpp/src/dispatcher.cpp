// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/dispatcher.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "alert/codec.hpp"

namespace tocsin::plugin {
namespace {

constexpr std::chrono::milliseconds shortest_pause{100};
constexpr std::chrono::milliseconds longest_pause = std::chrono::hours{1};

/// `first`, doubled with each attempt after the first.
std::chrono::milliseconds pause_of(std::chrono::milliseconds first, unsigned attempt) {
  auto pause = std::clamp(first, shortest_pause, longest_pause);
  for (unsigned i = 1; i < attempt && pause < longest_pause; ++i) pause *= 2;
  return std::min(pause, longest_pause);
}

/// A handler that throws has failed this time; the alert comes again.
Outcome call(const Handler& handler, const Alert& alert, const Delivery& delivery) {
  try {
    return handler(alert, delivery);
  } catch (const std::exception& error) {
    return Retry{.reason = error.what()};
  }
}

}  // namespace

void Dispatcher::add(std::vector<Frame> frames) {
  std::move(frames.begin(), frames.end(), std::back_inserter(waiting_));
}

std::optional<Instant> Dispatcher::due() const {
  if (waiting_.empty()) return std::nullopt;
  return not_before_;
}

Step Dispatcher::step(Instant now) {
  if (waiting_.empty() || now < not_before_) return {};
  const Frame& frame = waiting_.front();
  const auto decoded = alert::decode(frame.payload);
  if (!decoded) return drop("unreadable alert: " + decoded.error().message);
  const Delivery delivery{.topic_frame = frame.topic,
                          .seq = frame.seq,
                          .attempt = attempt_,
                          .is_live = frame.is_live,
                          .payload = frame.payload};
  return settle(call(handler_, decoded->alert, delivery), now);
}

Step Dispatcher::settle(const Outcome& outcome, Instant now) {
  const std::uint64_t seq = waiting_.front().seq;
  if (const auto* retry = std::get_if<Retry>(&outcome)) {
    last_error_ = retry->reason;
    not_before_ = now + pause_of(retry->after, attempt_);
    ++attempt_;
    return {.kind = Step::Kind::retrying, .seq = seq, .reason = retry->reason};
  }
  if (const auto* refused = std::get_if<Drop>(&outcome)) return drop(refused->reason);
  if (const auto* halt = std::get_if<Halt>(&outcome)) {
    return {.kind = Step::Kind::halted, .seq = seq, .reason = halt->reason};
  }
  ++handled_;
  last_error_.clear();
  done();
  return {.kind = Step::Kind::handled, .seq = seq};
}

Step Dispatcher::drop(const std::string& reason) {
  const std::uint64_t seq = waiting_.front().seq;
  ++failed_;
  last_error_ = reason;
  done();
  return {.kind = Step::Kind::dropped, .seq = seq, .reason = reason};
}

void Dispatcher::done() {
  waiting_.pop_front();
  attempt_ = 1;
  not_before_ = {};
}

std::uint64_t Dispatcher::safe(std::uint64_t cursor) const {
  const auto first = std::min_element(waiting_.begin(), waiting_.end(),
                                      [](const Frame& a, const Frame& b) { return a.seq < b.seq; });
  return first == waiting_.end() ? cursor : std::min(cursor, first->seq - 1);
}

}  // namespace tocsin::plugin
