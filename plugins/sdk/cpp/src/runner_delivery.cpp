// SPDX-License-Identifier: Apache-2.0
// What becomes of alerts: at work, handled, or on their way back to the daemon and from it.
#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/quantity.hpp"
#include "base/utf8.hpp"
#include "sdk/cpp/src/runner.hpp"

namespace tocsin::plugin {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t due_records = 16;       // as many as can be dealt with in a minute
constexpr milliseconds due_interval{30'000};  // somebody may have requeued a dead letter
constexpr std::chrono::seconds report_again{5};
constexpr milliseconds work_pause{10};
constexpr std::chrono::seconds status_interval{30};
constexpr std::chrono::seconds shortest_status_interval{1};
constexpr int halted_for_good = 78;  // the unit and the daemon start nothing again after this

/// ", next in 12 m"; empty for what comes soon.
std::string next_try(std::optional<Instant> due, Instant now) {
  constexpr std::chrono::seconds soon{10};
  if (!due || *due - now < soon) return {};
  const auto left = std::chrono::ceil<std::chrono::seconds>(*due - now);
  return ", next in " + write_duration(std::chrono::milliseconds{left}.count());
}

}  // namespace

void Runner::finish() {
  if (!config_.outcomes || !dispatcher_.is_at_work()) return;
  for (const Settled& one : config_.outcomes()) conclude(dispatcher_.finish(one, now_));
}

void Runner::idle() {
  if (!config_.idle || !rule_ || rule_->is_asking() || dispatcher_.has_waiting()) return;
  std::string problem = config_.idle();
  if (problem == problem_) return;
  log(problem.empty() ? "works again: " + escape_for_line(problem_) : escape_for_line(problem));
  problem_ = std::move(problem);
}

std::string Runner::last_error() const {
  if (!halted_.empty()) return halted_;
  return problem_.empty() ? dispatcher_.last_error() : problem_;
}

void Runner::conclude(const Step& step) {
  tell(step);
  if (config_.name.empty() || step.summary_of > 0) return;
  if (step.kind == Step::Kind::given_back) report("NAK", step);
  if (step.kind == Step::Kind::dropped) report("TERM", step);
  if (step.kind == Step::Kind::handled && step.is_redelivery) report("DONE", step);
}

void Runner::tell(const Step& step) {
  const std::string reason = escape_for_line(step.reason);
  if (step.summary_of > 0 && step.kind != Step::Kind::halted) return tell_of_summary(step, reason);
  switch (step.kind) {
    case Step::Kind::idle:
    case Step::Kind::handled:
      break;
    case Step::Kind::held:
      tell_of_hold();
      break;
    case Step::Kind::retrying:
      log(fmt::format("alert {} not handled, will try again: {}{}", step.seq, reason,
                      next_try(dispatcher_.due(), now_)));
      break;
    case Step::Kind::given_back:
      log(fmt::format("alert {} given back after delivery {}: {}", step.seq, step.attempt, reason));
      break;
    case Step::Kind::dropped:
      log(fmt::format("alert {} given up: {}", step.seq, reason));
      break;
    case Step::Kind::halted:
      halted_ = step.reason.empty() ? "no reason given" : step.reason;
      end(step.is_final ? halted_for_good : 1, "halted: " + reason);
      break;
  }
}

void Runner::tell_of_hold() {
  if (dispatcher_.held() != 1) return;  // once, when it begins
  log(fmt::format("more than {} alerts within {} s: the rest is held and told as one",
                  config_.cap.max_per_hour,
                  std::chrono::ceil<std::chrono::seconds>(config_.cap.window).count()));
}

void Runner::tell_of_summary(const Step& step, const std::string& reason) {
  const std::string what = fmt::format("summary of {} held alerts", step.summary_of);
  if (step.kind == Step::Kind::handled) {
    log(what + " handed over");
  } else if (step.kind == Step::Kind::dropped) {
    log(what + " given up, and they with it: " + reason);
  } else {
    log(what + " not handled, will try again: " + reason);
  }
}

/// Every half a minute, and when something has turned.
void Runner::tell_status() {
  const bool is_failing = !last_error().empty();
  const std::int64_t held = dispatcher_.held();
  const bool has_turned = is_failing != was_failing_ || held != held_told_;
  if (now_ < status_at_ && !(has_turned && now_ >= status_turn_at_)) return;
  was_failing_ = is_failing;
  held_told_ = held;
  status_at_ = now_ + status_interval;
  status_turn_at_ = now_ + shortest_status_interval;
  send_status();
}

void Runner::send_status() {
  const std::string error = last_error();
  const bool waits = !error.empty() && halted_.empty();
  client_->send(
      "STATUS",
      status_json({.last_error = waits ? error + next_try(dispatcher_.due(), now_) : error,
                   .sent = dispatcher_.handled(),
                   .failed = dispatcher_.failed(),
                   .held = dispatcher_.held(),
                   .has_halted = !halted_.empty()}));
}

void Runner::finish_work() {
  const Instant until = std::chrono::steady_clock::now() + config_.finish_limit;
  while (dispatcher_.is_at_work() && std::chrono::steady_clock::now() < until) {
    ::poll(nullptr, 0, static_cast<int>(work_pause.count()));
    finish();
  }
}

void Runner::take_due() {
  if (config_.name.empty() || now_ < due_at_) return;
  if (is_taking_due_ || rule_->is_asking() || !dispatcher_.has_room()) return;
  client_->send("DUE", due_json(++number_, due_records));
  batch_.clear();
  is_taking_due_ = true;
  asked_at_ = std::chrono::steady_clock::now();  // a handler may have taken its time since `now_`
}

void Runner::on_due(const Answer& answer) {
  is_taking_due_ = false;
  auto records = std::exchange(batch_, {});
  for (Frame& frame : records) frame.is_redelivery = true;
  dispatcher_.add(std::move(records));
  due_at_ =
      now_ + std::min(milliseconds{answer.next_ms.value_or(due_interval.count())}, due_interval);
}

void Runner::on_settled(const Answer& answer) {
  // The answer to a NAK may come when the record has been delivered again and dealt with.
  const auto report = reports_.find(answer.seq);
  const bool is_late = report != reports_.end() && answer.state != "done" &&
                       std::string_view{report->second.verb} == "DONE";
  if (report != reports_.end() && !is_late) reports_.erase(report);
  dispatcher_.settled(answer.seq);
  if (answer.next_ms) due_at_ = std::min(due_at_, now_ + milliseconds{*answer.next_ms});
}

void Runner::report(const char* verb, const Step& step) {
  reports_[step.seq] = {
      .verb = verb, .json = verdict_json(step.seq, step.attempt, step.reason, step.retry_after)};
}

void Runner::send_reports() {
  for (auto& [seq, report] : reports_) {
    if (report.sent_at && now_ - *report.sent_at < report_again) continue;
    client_->send(report.verb, report.json);
    report.sent_at = now_;
  }
}

}  // namespace tocsin::plugin
