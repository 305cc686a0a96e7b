// SPDX-License-Identifier: Apache-2.0
#include "app/delivery_jobs.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/json_line.hpp"
#include "base/crash_point.hpp"
#include "base/time_format.hpp"
#include "base/utf8.hpp"
#include "log/log.hpp"
#include "pipeline/feed_notice.hpp"

namespace tocsin::app {
namespace {

using std::chrono::milliseconds;
using Records = std::vector<alert::LogRecord>;

constexpr std::size_t longest_reason = 300;

/// Nothing where the log has the alert already.
Result<Records> append(store::Transaction& transaction, const pipeline::Notice& notice,
                       const std::string& subject, Time now) {
  alert::Alert alert = pipeline::operator_alert(notice, nullptr, now);
  if (!subject.empty()) {
    alert.subject = subject;
    alert.group_key = notice.kind + "/" + subject;
  }
  auto record = transaction.append_alert(alert, 0, now);
  if (record) return Records{std::move(*record)};
  if (record.error().code == Errc::busy) return Records{};
  return fail(record.error());
}

constexpr std::string_view dead_letter_kind = "subscriber.dead-letter";

/// "1 delivery", "3 deliveries"
std::string counted(std::int64_t number, const std::string& one, const std::string& many) {
  return std::to_string(number) + " " + (number == 1 ? one : many);
}

/// The hour in the condition makes the alert of a further dead letter a repetition of the one
/// before, which the log refuses. Where there was none left meanwhile it is told all the same.
Result<Records> tell_operators(store::Transaction& transaction, const store::DeadLetter& letter,
                               std::size_t buried, Time now) {
  constexpr int severity = 4;
  const std::string& name = letter.subscriber;
  const auto letters = store::Deliveries{transaction}.dead_letters(name);
  if (!letters) return fail(letters.error());
  const auto hour = std::chrono::floor<std::chrono::hours>(now).time_since_epoch().count();
  pipeline::Notice notice{
      .kind = std::string{dead_letter_kind},
      .severity = severity,
      .summary = "Subscriber " + name + " has " + counted(*letters, "dead letter", "dead letters") +
                 "; it gave up record " + std::to_string(letter.seq) + " after " +
                 counted(letter.attempts, "delivery", "deliveries") + ": " +
                 std::string{truncate_utf8(letter.reason, longest_reason)},
      .condition = name + "/" + std::to_string(hour)};
  auto told = append(transaction, notice, name, now);
  const bool is_first = *letters <= static_cast<std::int64_t>(buried);
  if (!told || !told->empty() || !is_first) return told;
  notice.condition = name + "/" + to_rfc3339(now);
  return append(transaction, notice, name, now);
}

/// Tells that a subscriber's last dead letter is gone.
Result<Records> tell_relief(store::Transaction& transaction, const std::string& name, Time now) {
  const auto letters = store::Deliveries{transaction}.dead_letters(name);
  if (!letters) return fail(letters.error());
  if (*letters > 0) return Records{};
  constexpr int severity = 7;
  return append(transaction,
                {.kind = std::string{dead_letter_kind},
                 .severity = severity,
                 .summary = "Subscriber " + name + " has no dead letters any more",
                 .condition = name + "/none/" + to_rfc3339(now)},
                name, now);
}

pipeline::Notice notice_of(const bus::SubscriberStatus& status, Time now) {
  constexpr int severity = 3;
  constexpr int severity_of_relief = 7;
  // One that a service manager starts again and again is told of once an hour.
  const auto hour = std::chrono::floor<std::chrono::hours>(now).time_since_epoch().count();
  pipeline::Notice notice{.kind = "subscriber.back",
                          .severity = severity_of_relief,
                          .summary = "Subscriber " + status.name + " is back",
                          .condition = status.name + "/" + std::to_string(hour)};
  if (!status.has_halted) return notice;
  notice.kind = "subscriber.halted";
  notice.severity = severity;
  notice.summary = "Subscriber " + status.name +
                   " has stopped: " + std::string{truncate_utf8(status.last_error, longest_reason)};
  return notice;
}

bus::Settled settled_of(const store::Standing& standing, Time now) {
  using store::DeliveryState;
  bus::Settled settled{.state = "parked", .attempts = standing.attempts};
  if (standing.state == DeliveryState::dead) settled.state = "dead";
  if (standing.state == DeliveryState::gone) settled.state = "gone";
  if (standing.state == DeliveryState::parked) {
    settled.retry_in = std::max(milliseconds{0}, standing.retry_at - now);
  }
  return settled;
}

/// DONE, which may come for what was given up meanwhile.
Result<Records> settle(store::Transaction& transaction, const bus::Verdict& verdict, Time now) {
  store::Deliveries deliveries{transaction};
  const auto before = deliveries.dead_letters(verdict.subscriber);
  if (!before) return fail(before.error());
  if (auto done = deliveries.settle(verdict.subscriber, verdict.seq); !done) {
    return fail(done.error());
  }
  return *before > 0 ? tell_relief(transaction, verdict.subscriber, now) : Records{};
}

Result<Records> write_verdict(store::Transaction& transaction, const bus::Verdict& verdict,
                              store::DeliveryOptions options, bus::Settled& settled, Time now) {
  if (verdict.kind == bus::Verdict::Kind::done) {
    settled.state = "done";
    return settle(transaction, verdict, now);
  }
  store::Deliveries deliveries{transaction, options};
  const auto standing =
      deliveries.give_back({.subscriber = verdict.subscriber,
                            .seq = verdict.seq,
                            .attempt = verdict.attempt,
                            .reason = verdict.reason,
                            .retry_after = verdict.retry_after,
                            .is_final = verdict.kind == bus::Verdict::Kind::never},
                           now);
  if (!standing) return fail(standing.error());
  crash_point("refusal.written");
  settled = settled_of(*standing, now);
  if (!standing->is_news) return Records{};
  return tell_operators(transaction,
                        {.subscriber = verdict.subscriber,
                         .seq = verdict.seq,
                         .reason = verdict.reason,
                         .buried_at = now,
                         .attempts = standing->attempts},
                        1, now);
}

/// Answers with the value once it is on the disk.
template <typename Value, typename Reply>
std::function<void(const Result<void>&)> answer_with(std::shared_ptr<Value> value, Reply reply) {
  return [value = std::move(value), reply = std::move(reply)](const Result<void>& stored) {
    if (!stored) return reply(fail(stored.error()));
    reply(std::move(*value));
  };
}

}  // namespace

pipeline::StoreJob verdict_job(bus::Verdict verdict, bus::SettledReply reply,
                               store::DeliveryOptions options) {
  auto settled = std::make_shared<bus::Settled>();
  pipeline::StoreJob job;
  job.write = [verdict = std::move(verdict), options, settled](store::Transaction& transaction,
                                                               Time now) {
    return write_verdict(transaction, verdict, options, *settled, now);
  };
  job.done = [answer = answer_with(settled, std::move(reply))](const Result<void>& stored) {
    crash_point("refusal.committed");
    answer(stored);
  };
  return job;
}

pipeline::StoreJob halt_job(const bus::SubscriberStatus& status) {
  pipeline::StoreJob job;
  job.write = [status](store::Transaction& transaction, Time now) {
    return append(transaction, notice_of(status, now), status.name, now);
  };
  job.done = [name = status.name](const Result<void>& stored) {
    if (!stored) log::warn("operators not told of a subscriber", {{"subscriber", name}});
  };
  return job;
}

pipeline::StoreJob due_job(bus::DueRequest request, bus::DueReply reply,
                           store::DeliveryOptions options) {
  auto records = std::make_shared<bus::DueRecords>();
  pipeline::StoreJob job;
  job.write = [request = std::move(request), options, records](store::Transaction& transaction,
                                                               Time now) -> Result<Records> {
    store::Deliveries deliveries{transaction, options};
    auto due = deliveries.take_due(request.subscriber, request.max_records, request.max_bytes, now);
    if (!due) return fail(due.error());
    for (store::Redelivery& one : due->records) {
      records->records.push_back({.record = std::move(one.record), .attempt = one.attempt});
    }
    if (due->next_at) records->next_in = std::max(milliseconds{0}, *due->next_at - now);
    records->buried = due->buried.size();
    if (due->buried.empty()) return Records{};
    return tell_operators(transaction, due->buried.front(), due->buried.size(), now);
  };
  job.done = answer_with(records, std::move(reply));
  return job;
}

Result<std::string> read_forgetting(const std::string& json) {
  const auto object = nlohmann::json::parse(json, nullptr, false);
  const auto name = object.is_object() ? object.find("subscriber") : object.end();
  // The nameless are many, and none of them is stored.
  if (!object.is_object() || name == object.end() || !name->is_string() ||
      name->get_ref<const std::string&>().empty()) {
    return fail(Errc::invalid_input, "'subscriber' is no name");
  }
  return name->get<std::string>();
}

Result<Records> forget(store::Transaction& transaction, const std::string& name, Time now,
                       store::Forgotten& forgotten) {
  const auto gone = transaction.forget_subscriber(name);
  if (!gone) return fail(gone.error());
  forgotten = *gone;
  constexpr int severity = 7;
  const pipeline::Notice notice{.kind = "subscriber.forgotten",
                                .severity = severity,
                                .summary = "Subscriber " + name + " is forgotten",
                                .condition = name + "/" + to_rfc3339(now)};
  return append(transaction, notice, name, now);
}

std::string forgotten_json(const std::string& name, const store::Forgotten& forgotten) {
  return json_line({{"subscriber", name},
                    {"acknowledged", forgotten.acknowledged},
                    {"parked", forgotten.parked},
                    {"dead_letters", forgotten.dead_letters}});
}

Result<LetterOrder> read_letter_order(const std::string& json) {
  const auto object = nlohmann::json::parse(json, nullptr, false);
  if (!object.is_object()) return fail(Errc::invalid_input, "the request is no JSON object");
  const auto text = [&object](const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
  };
  const std::string what = text("do");
  if (what != "requeue" && what != "drop") {
    return fail(Errc::invalid_input, "'do' is none of requeue and drop");
  }
  const auto seq = object.find("seq");
  if (seq == object.end() || !seq->is_number_unsigned()) {
    return fail(Errc::invalid_input, "'seq' is no whole number");
  }
  return LetterOrder{.kind = what == "drop" ? LetterOrder::Kind::drop : LetterOrder::Kind::requeue,
                     .subscriber = text("subscriber"),
                     .seq = seq->get<std::uint64_t>()};
}

std::string to_json(const LetterOrder& order) {
  const bool is_drop = order.kind == LetterOrder::Kind::drop;
  return json_line(
      {{"do", is_drop ? "drop" : "requeue"}, {"subscriber", order.subscriber}, {"seq", order.seq}});
}

Result<Records> carry_out(const LetterOrder& order, store::Transaction& transaction, Time now) {
  store::Deliveries deliveries{transaction};
  const auto done = order.kind == LetterOrder::Kind::drop
                        ? deliveries.drop(order.subscriber, order.seq)
                        : deliveries.requeue(order.subscriber, order.seq, now);
  if (!done) return fail(done.error());
  return tell_relief(transaction, order.subscriber, now);
}

}  // namespace tocsin::app
