// SPDX-License-Identifier: Apache-2.0
// What subscribers give back, on its way between the wire and the ledger.
#include <memory>
#include <utility>

#include <nlohmann/json.hpp>

#include "app/daemon.hpp"
#include "app/delivery_jobs.hpp"
#include "app/json_line.hpp"
#include "app/reader_keys.hpp"
#include "log/log.hpp"

namespace tocsin::app {
namespace {

constexpr std::string_view no_room = "too much waits to be stored; try again";

std::string error_json(std::string_view message) {
  return json_line(nlohmann::json{{"error", message}});
}

}  // namespace

/// Called on the wire thread.
void Daemon::take_new_name(alert::Acknowledgement place, const bus::StoredReply& reply) {
  pipeline::StoreJob job;
  job.write = [place = std::move(place)](store::Transaction& transaction,
                                         Time now) -> Result<std::vector<alert::LogRecord>> {
    auto stored = transaction.acknowledge(place.subscriber, place.seq, now);
    if (!stored) return fail(stored.error());
    return std::vector<alert::LogRecord>{};
  };
  job.done = reply;
  if (!ledger_->write(std::move(job))) reply(fail(Errc::busy, std::string{no_room}));
}

void Daemon::take_verdict(bus::Verdict verdict, const bus::SettledReply& reply) {
  using Kind = bus::Verdict::Kind;
  if (verdict.kind != Kind::done) {
    refusals_.add();
    if (refusal_gate_.should_tell(verdict.subscriber)) {
      log::warn(verdict.kind == Kind::never ? "subscriber gave up an alert"
                                            : "subscriber gave back an alert",
                {{"subscriber", verdict.subscriber},
                 {"seq", verdict.seq},
                 {"attempt", verdict.attempt},
                 {"reason", verdict.reason},
                 {"times", refusal_gate_.times(verdict.subscriber)}});
    }
  } else {
    refusal_gate_.ended(verdict.subscriber);
  }
  const auto counted = [this, reply](Result<bus::Settled> settled) {
    if (settled && settled->state == "dead" && settled->attempts > 0) dead_letters_.add();
    reply(std::move(settled));
  };
  const store::DeliveryOptions options{.max_deliver = max_deliver_};
  if (!ledger_->write(verdict_job(std::move(verdict), counted, options))) {
    reply(fail(Errc::busy, std::string{no_room}));
  }
}

/// Called on the wire thread. Operators are told once that a subscriber halted, and that it is
/// back.
void Daemon::take_status(const bus::SubscriberStatus& status) {
  if (status.name.empty()) return;
  const bool is_news =
      status.has_halted ? halted_.insert(status.name).second : halted_.erase(status.name) > 0;
  if (!is_news) return;
  if (status.has_halted) {
    log::error("subscriber halted", {{"subscriber", status.name}, {"reason", status.last_error}});
  } else {
    log::info("subscriber is back", {{"subscriber", status.name}});
  }
  if (!ledger_->write(halt_job(status))) {
    log::warn("operators not told of a subscriber", {{"subscriber", status.name}});
  }
}

/// Called on the wire thread: who takes the name next is nobody's successor.
void Daemon::take_forgotten(const std::string& name) {
  halted_.erase(name);
  refusal_gate_.ended(name);
}

/// Called on the wire thread.
void Daemon::take_due(bus::DueRequest request, const bus::DueReply& reply) {
  const auto counted = [this, reply](Result<bus::DueRecords> due) {
    if (due) redelivered_.add(due->records.size());
    if (due) dead_letters_.add(due->buried);
    reply(std::move(due));
  };
  const store::DeliveryOptions options{.max_deliver = max_deliver_};
  if (!ledger_->write(due_job(std::move(request), counted, options))) {
    reply(fail(Errc::busy, std::string{no_room}));
  }
}

/// Only the list of keys is read again: to cut somebody off must not depend on anything else being
/// right.
void Daemon::take_keys(const bus::AdminReply& reply) {
  Diagnostics diagnostics;
  bus::Grants grants = read_grants(inputs_.configuration, diagnostics);
  for (const Diagnostic& one : diagnostics) log::error("key", {{"problem", to_line(one)}});
  // Whoever's file cannot be read is not on the list.
  auto readers = nlohmann::json::array();
  for (const bus::Grant& grant : grants.keys) readers.push_back(grant.name);
  auto problems = nlohmann::json::array();
  for (const Diagnostic& one : diagnostics) problems.push_back(to_line(one));
  if (!wire_->set_grants(std::move(grants))) {
    return reply(error_json("the wire is busy; keys are as they were, try again"));
  }
  log::info("keys read", {{"readers", readers.size()}});
  reply(json_line(nlohmann::json{{"readers", readers}, {"problems", problems}}));
}

/// The name is taken from nobody, and given to nobody while the log forgets it.
void Daemon::forget_subscriber(const std::string& bytes, const bus::AdminReply& reply) {
  const auto name = read_forgetting(bytes);
  if (!name) return reply(error_json(name.error().message));
  wire_->forget(*name, [this, name = *name, reply](const Result<void>& begun) {
    if (!begun) return reply(error_json(begun.error().message));
    const auto forgotten = std::make_shared<store::Forgotten>();
    const auto end = [this, name, reply, forgotten](const Result<void>& stored) {
      if (stored) log::info("subscriber forgotten", {{"subscriber", name}});
      const std::string answer =
          stored ? forgotten_json(name, *forgotten) : error_json(stored.error().message);
      wire_->forgotten(name, stored.has_value(), [reply, answer](const Result<void>& ended) {
        reply(ended ? answer : error_json(ended.error().message));
      });
    };
    pipeline::StoreJob job;
    job.write = [name, forgotten](store::Transaction& transaction, Time now) {
      return forget(transaction, name, now, *forgotten);
    };
    job.done = end;
    if (!ledger_->write(std::move(job))) end(fail(Errc::busy, std::string{no_room}));
  });
}

void Daemon::change_letter(const std::string& bytes, const bus::AdminReply& reply) {
  const auto order = read_letter_order(bytes);
  if (!order) return reply(error_json(order.error().message));
  pipeline::StoreJob job;
  job.write = [order = *order](store::Transaction& transaction, Time now) {
    return carry_out(order, transaction, now);
  };
  job.done = [reply](const Result<void>& stored) {
    reply(stored ? json_line(nlohmann::json{{"done", true}}) : error_json(stored.error().message));
  };
  if (!ledger_->write(std::move(job))) reply(error_json(no_room));
}

}  // namespace tocsin::app
