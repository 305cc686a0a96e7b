// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/dispatcher.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "alert/codec.hpp"
#include "base/utf8.hpp"

namespace tocsin::plugin {
namespace {

constexpr std::chrono::milliseconds shortest_pause{100};
constexpr std::chrono::milliseconds longest_wish = std::chrono::hours{1};
constexpr std::chrono::milliseconds default_pause = std::chrono::seconds{5};
constexpr std::chrono::milliseconds longest_quick_pause = std::chrono::seconds{1};

/// `first`, doubled with each attempt after the first.
std::chrono::milliseconds pause_of(std::chrono::milliseconds first, unsigned attempt,
                                   std::chrono::milliseconds longest) {
  auto pause = std::clamp(first, shortest_pause, longest_wish);
  const auto limit = std::max(pause, longest);
  for (unsigned i = 1; i < attempt && pause < limit; ++i) pause *= 2;
  return std::min(pause, limit);
}

/// The daemon keeps so much of a reason, and takes no frame that is much longer.
constexpr std::size_t longest_reason = 500;

std::string brief(const std::string& reason) {
  return std::string{truncate_utf8(clean_utf8(reason), longest_reason)};
}

/// The outcome with a reason that can be told.
Outcome tidy(Outcome outcome) {
  std::visit(
      [](auto& one) {
        if constexpr (requires { one.reason; }) one.reason = brief(one.reason);
      },
      outcome);
  return outcome;
}

/// A handler that throws has failed this time; the alert comes again.
Outcome call(const Handler& handler, const Alert& alert, const Delivery& delivery) {
  try {
    return tidy(handler(alert, delivery));
  } catch (const std::exception& error) {
    return Retry{.reason = brief(error.what())};
  } catch (...) {
    return Retry{.reason = "the handler threw what is no std::exception"};
  }
}

}  // namespace

void Dispatcher::add(std::vector<Frame> frames) {
  std::move(frames.begin(), frames.end(), std::back_inserter(waiting_));
}

std::optional<Instant> Dispatcher::due() const {
  if (working_.size() >= options_.at_once) return std::nullopt;
  const auto summary = cap_.due();
  if (waiting_.empty()) return summary;
  return summary ? std::min(*summary, not_before_) : not_before_;
}

Step Dispatcher::step(Instant now) {
  if (working_.size() >= options_.at_once) return {};
  take_summary(now);
  if (waiting_.empty() || now < not_before_) return {};
  const Frame& frame = waiting_.front();
  const auto decoded = alert::decode(frame.payload);
  if (!decoded) return drop("unreadable alert: " + decoded.error().message);
  const bool is_first_try = attempt_ == 1 && !frame.is_summary;
  if (is_first_try && !cap_.admits(decoded->alert, frame, now)) return hold(decoded->alert);
  const Delivery delivery{.topic_frame = frame.topic,
                          .seq = frame.seq,
                          .attempt = frame.attempt + attempt_ - 1,
                          .is_live = frame.is_live,
                          .is_redelivery = frame.is_redelivery,
                          .payload = frame.payload};
  return settle(call(handler_, decoded->alert, delivery), now);
}

Step Dispatcher::finish(const Settled& settled, Instant now) {
  const Outcome outcome = tidy(settled.outcome);
  const auto it = working_.find(settled.seq);
  if (it == working_.end()) return {};
  const auto work = working_.extract(it);
  // Back to where it came from, so that one way leads out.
  waiting_.push_front(std::move(work.mapped().frame));
  const unsigned attempt = std::exchange(attempt_, work.mapped().attempt);
  const Instant not_before = not_before_;
  const auto* wish = std::get_if<Retry>(&outcome);
  if (wish != nullptr) last_error_ = wish->reason;
  const bool gives_back = wish != nullptr && options_.quick_tries > 0;
  Step step = gives_back ? give_back(*wish, now) : settle(outcome, now);
  if (step.kind != Step::Kind::retrying) {  // then it is the one before that is the first again
    attempt_ = attempt;
    not_before_ = not_before;
  }
  return step;
}

Step Dispatcher::settle(const Outcome& outcome, Instant now) {
  if (const auto* wish = std::get_if<Retry>(&outcome)) return retry(*wish, now);
  if (const auto* refused = std::get_if<Drop>(&outcome)) return drop(refused->reason);
  if (const auto* wish = std::get_if<Halt>(&outcome)) return halt(*wish);
  if (std::holds_alternative<Later>(outcome)) {
    Frame& frame = waiting_.front();
    const std::uint64_t seq = frame.seq;
    working_[seq] = {.frame = std::move(frame), .attempt = attempt_};
    next();
    return {};
  }
  ++handled_;
  last_error_.clear();
  return done(Step::Kind::handled, {});
}

Step Dispatcher::retry(const Retry& wish, Instant now) {
  last_error_ = wish.reason;
  const bool gives_back = options_.quick_tries > 0 && !wish.holds_up;
  if (gives_back && (attempt_ >= options_.quick_tries || wish.after > longest_quick_pause)) {
    return give_back(wish, now);
  }
  const auto patient = wish.after.count() > 0 ? wish.after : default_pause;
  const unsigned doubled = wish.is_exact ? 1 : attempt_;
  not_before_ = now + pause_of(gives_back ? wish.after : patient, doubled, options_.longest_pause);
  ++attempt_;
  const Frame& frame = waiting_.front();
  return {.kind = Step::Kind::retrying,
          .seq = frame.seq,
          .reason = wish.reason,
          .summary_of = frame.is_summary ? cap_.telling() : 0};
}

Step Dispatcher::halt(const Halt& wish) {
  last_error_ = wish.reason;
  return {.kind = Step::Kind::halted,
          .seq = waiting_.front().seq,
          .reason = wish.reason,
          .is_final = wish.is_final};
}

Step Dispatcher::give_back(const Retry& wish, Instant now) {
  const bool is_summary = waiting_.front().is_summary;
  Step step = done(Step::Kind::given_back, wish.reason);
  step.retry_after = wish.after;
  if (is_summary) {  // nobody else keeps it
    const bool is_exact = wish.is_exact && wish.after.count() > 0;
    const auto first = is_exact ? wish.after : std::max(wish.after, default_pause);
    const unsigned doubled = is_exact ? 1 : step.attempt;
    cap_.put_back(now + pause_of(first, doubled, options_.longest_pause));
  }
  return step;
}

Step Dispatcher::drop(const std::string& reason) {
  ++failed_;
  last_error_ = reason;
  return done(Step::Kind::dropped, reason);
}

Step Dispatcher::done(Step::Kind kind, const std::string& reason) {
  const Frame& frame = waiting_.front();
  Step step{.kind = kind,
            .seq = frame.seq,
            .reason = reason,
            .attempt = frame.attempt,
            .is_redelivery = frame.is_redelivery,
            .summary_of = frame.is_summary ? cap_.telling() : 0};
  // What was given back before lies behind the cursor already; of a summary the daemon knows
  // nothing.
  const bool waits = kind != Step::Kind::handled && options_.is_durable;
  if (waits && !frame.is_redelivery && !frame.is_summary) unsettled_.insert(frame.seq);
  if (frame.is_summary && kind != Step::Kind::given_back) cap_.told();
  next();
  return step;
}

/// Before alerts that came later, but not before one that is being tried again.
void Dispatcher::take_summary(Instant now) {
  const auto due = cap_.due();
  if (!due || now < *due) return;
  const bool is_trying = attempt_ > 1 && !waiting_.empty();
  waiting_.insert(waiting_.begin() + (is_trying ? 1 : 0), cap_.summary(options_.time_of_day()));
}

Step Dispatcher::hold(const Alert& alert) {
  const Frame& frame = waiting_.front();
  cap_.hold(alert, frame, options_.time_of_day());
  Step step{.kind = Step::Kind::held, .seq = frame.seq};
  next();
  return step;
}

void Dispatcher::forget_unsettled() {
  unsettled_.clear();
  const auto is_summary = [](const auto& one) {
    return one.second.frame.is_summary;
  };
  if (std::any_of(working_.begin(), working_.end(), is_summary)) cap_.put_back({});
  working_.clear();
}

void Dispatcher::next() {
  waiting_.pop_front();
  attempt_ = 1;
  not_before_ = {};
}

std::uint64_t Dispatcher::safe(std::uint64_t cursor) const {
  std::uint64_t safe = cursor;
  for (const Frame& frame : waiting_) {
    if (!frame.is_redelivery) safe = std::min(safe, frame.seq - 1);
  }
  for (const auto& [seq, work] : working_) {
    if (!work.frame.is_redelivery) safe = std::min(safe, seq - 1);
  }
  if (const auto held = cap_.first()) safe = std::min(safe, *held - 1);
  return unsettled_.empty() ? safe : std::min(safe, *unsettled_.begin() - 1);
}

}  // namespace tocsin::plugin
