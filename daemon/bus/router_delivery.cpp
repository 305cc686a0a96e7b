// SPDX-License-Identifier: Apache-2.0
// What readers give back and take again: the ledger answers, since all of it is written down first.
#include <utility>

#include <nlohmann/json.hpp>

#include "bus/router.hpp"

namespace tocsin::bus {
namespace {

using nlohmann::json;

Reply unavailable(const Error& error) {
  const json object{{"code", "log-unavailable"}, {"message", error.message}};
  return {.verb = "ERR", .json = object.dump(-1, ' ', false, json::error_handler_t::replace)};
}

Reply settled_reply(std::uint64_t seq, const Settled& settled) {
  json object{{"seq", seq}, {"state", settled.state}, {"attempts", settled.attempts}};
  if (settled.retry_in) object["retry_ms"] = settled.retry_in->count();
  return {.verb = "SETTLED", .json = object.dump()};
}

/// `may_read`: no filters are all. What was parked under a wider grant stays parked.
std::vector<Reply> due_replies(const DueRecords& due, const std::string& epoch,
                               const Grant& may_read, Time now) {
  std::vector<Reply> replies;
  for (const DueRecords::One& one : due.records) {
    if (!may_read.covers({one.record.frame})) continue;
    replies.push_back({.verb = "DATA",
                       .json = "{}",
                       .payload = replayed_frames(one.record, epoch, now, one.attempt)});
  }
  json end{{"count", replies.size()}};
  if (due.next_in) end["next_ms"] = due.next_in->count();
  replies.push_back({.verb = "END", .json = end.dump()});
  return replies;
}

Verdict verdict_of(const Nak& nak) {
  return {.kind = nak.is_final ? Verdict::Kind::never : Verdict::Kind::later,
          .seq = nak.seq,
          .attempt = nak.attempt,
          .reason = nak.reason,
          .retry_after = nak.retry_after};
}

}  // namespace

Session* Router::durable_session_of(Turn& turn) {
  Session* session = session_of(turn);
  if (session == nullptr || !session->status.name.empty()) return session;
  refuse(turn, "not-durable", "it needs a name in HELLO");
  return nullptr;
}

/// So that one reader's storm of refusals cannot fill the ledger's queue.
bool Router::may_wait(Turn& turn, Session& session) {
  if (session.waiting >= waiting_limit) {
    refuse(turn, "too-many", "wait for the answers to those sent before");
    return false;
  }
  ++session.waiting;
  return true;
}

void Router::on(Turn& turn, const Nak& nak) {
  Session* session = durable_session_of(turn);
  if (session == nullptr) return;
  const auto bounds = world_.log.bounds();
  if (!bounds) return refuse(turn, bounds.error());
  if (nak.seq == 0 || nak.seq > bounds->head) {
    return refuse(turn, "bad-request", "'seq' is no record of the log");
  }
  if (!may_see(turn, nak.seq)) return;
  settle(turn, *session, verdict_of(nak));
}

void Router::on(Turn& turn, const Done& done) {
  Session* session = durable_session_of(turn);
  if (session == nullptr) return;
  settle(turn, *session, {.kind = Verdict::Kind::done, .seq = done.seq});
}

void Router::settle(Turn& turn, Session& session, Verdict verdict) {
  if (!world_.callbacks.on_verdict) return refuse(turn, "unknown-verb", "nobody keeps refusals");
  if (!may_wait(turn, session)) return;
  verdict.subscriber = session.status.name;
  const std::uint64_t seq = verdict.seq;
  world_.callbacks.on_verdict(
      std::move(verdict), [bring_back = world_.bring_back, peer = turn.peer.id,
                           number = turn.number, seq](const Result<Settled>& settled) {
        Reply reply = settled ? settled_reply(seq, *settled) : unavailable(settled.error());
        put_number(reply, number);
        bring_back({.peer = peer, .replies = {std::move(reply)}, .is_counted = true});
      });
}

void Router::on(Turn& turn, const TakeDue& take) {
  Session* session = durable_session_of(turn);
  if (session == nullptr) return;
  if (!world_.callbacks.on_due) return refuse(turn, "unknown-verb", "nobody keeps refusals");
  const auto bounds = world_.log.bounds();
  if (!bounds) return refuse(turn, bounds.error());
  if (!may_wait(turn, *session)) return;
  world_.callbacks.on_due(
      {.subscriber = session->status.name,
       .max_records = take.max_records,
       .max_bytes = take.max_bytes},
      [bring_back = world_.bring_back, peer = turn.peer.id, number = turn.number,
       epoch = bounds->epoch, now = world_.clock.now(),
       may_read = turn.grant == nullptr ? Grant{} : *turn.grant](const Result<DueRecords>& due) {
        auto replies =
            due ? due_replies(*due, epoch, may_read, now) : std::vector{unavailable(due.error())};
        for (Reply& reply : replies) put_number(reply, number);
        bring_back({.peer = peer, .replies = std::move(replies), .is_counted = true});
      });
}

/// A reader that dies before its first ACK misses nothing that came after its WELCOME.
void Router::enrol(Turn& turn, alert::Acknowledgement place, Reply welcome) {
  put_number(welcome, turn.number);
  if (!world_.callbacks.on_new_name) {
    remember(place.subscriber, place.seq);
    return deliver({.peer = turn.peer.id, .replies = {std::move(welcome)}});
  }
  world_.callbacks.on_new_name(
      place, [bring_back = world_.bring_back, peer = turn.peer.id, number = turn.number, place,
              welcome = std::move(welcome)](const Result<void>& written) {
        if (written) return bring_back({.peer = peer, .replies = {welcome}, .stored = place});
        Reply refusal = unavailable(written.error());
        put_number(refusal, number);
        bring_back({.peer = peer, .replies = {std::move(refusal)}, .ends_session = true});
      });
}

void Router::deliver(const Answer& answer) {
  if (answer.is_counted) sessions_.answered(answer.peer);
  if (answer.ends_session) sessions_.close(answer.peer);
  // Of a reader that left meanwhile the log knows it.
  if (answer.stored && sessions_.holder_of(answer.stored->subscriber) == answer.peer) {
    std::uint64_t& seq = acknowledged_[answer.stored->subscriber];
    seq = std::max(seq, answer.stored->seq);
  }
  for (const Reply& reply : answer.replies) {
    if (world_.send(answer.peer, reply) == Sent::ok) continue;
    world_.counters.undelivered.add();
    sessions_.close(answer.peer);
    return;
  }
}

}  // namespace tocsin::bus
