// SPDX-License-Identifier: Apache-2.0
#include "bus/router.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

namespace tocsin::bus {
namespace {

using nlohmann::json;

/// A holder of a name that was not heard of for so long has lost its network: readers say STATUS
/// every 30 s.
constexpr std::chrono::seconds longest_silence{90};
constexpr std::chrono::seconds probe_after{10};
constexpr std::size_t remembered_names = 4096;

std::string text_of(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

Reply gap_of(std::uint64_t after, const alert::LogBounds& bounds) {
  return {.verb = "GAP",
          .json = text_of({{"after", after},
                           {"floor", bounds.floor},
                           {"head", bounds.head},
                           {"epoch", bounds.epoch},
                           {"reason", after > bounds.head ? "epoch" : "retention"}})};
}

/// Where a reader begins.
struct Place {
  std::uint64_t cursor = 0;
  bool is_reset = false;  ///< Its cursor was from another log.
};

Result<Place> place_of(const Hello& hello, const alert::LogBounds& bounds,
                       std::optional<std::uint64_t> stored, alert::LogReader& log) {
  const std::uint64_t before_floor = bounds.floor > 0 ? bounds.floor - 1 : 0;
  Place place{.cursor = bounds.head};
  switch (hello.start.begin) {
    case Begin::acknowledged:
      place.cursor = stored.value_or(bounds.head);
      break;
    case Begin::earliest:
      place.cursor = before_floor;
      break;
    case Begin::latest:
      break;
    case Begin::seq:
      place.cursor = hello.start.seq;
      break;
    case Begin::time: {
      const auto before = log.seq_before(hello.start.time_ms);
      if (!before) return fail(before.error());
      place.cursor = std::max(*before, before_floor);
      break;
    }
  }
  const bool is_other_log = !hello.epoch.empty() && hello.epoch != bounds.epoch;
  const bool keeps_cursor =
      hello.start.begin == Begin::acknowledged || hello.start.begin == Begin::seq;
  if (place.cursor > bounds.head || (is_other_log && keeps_cursor)) {
    place = {.cursor = before_floor, .is_reset = true};
  }
  return place;
}

}  // namespace

Router::Router(World world, const WireOptions& options)
    : world_{std::move(world)},
      grants_{options.grants},
      heartbeat_{options.heartbeat},
      sessions_{options.subscriber_limit} {}

void Router::handle(const Peer& peer, const Parsed& parsed, Instant now) {
  world_.counters.requests.add();
  Turn turn{.peer = peer, .number = parsed.number, .now = now};
  if (!knows(turn)) return;
  std::visit([&](const auto& request) { on(turn, request); }, parsed.request);
}

void Router::probe(Instant now) {
  for (const std::string& peer : sessions_.to_probe(now, probe_after)) {
    if (world_.send(peer, {.verb = "PING", .json = "{}"}) == Sent::gone) sessions_.close(peer);
  }
}

bool Router::reply(Turn& turn, Reply reply) {
  put_number(reply, turn.number);
  if (world_.send(turn.peer.id, reply) == Sent::ok) return true;
  // A reader that is gone, or does not read what it asked for, says HELLO again.
  world_.counters.undelivered.add();
  sessions_.close(turn.peer.id);
  return false;
}

void Router::refuse(Turn& turn, const std::string& code, const std::string& message) {
  world_.counters.refused.add();
  for (std::size_t i = 0; i < error_codes.size(); ++i) {
    if (code == error_codes.at(i)) world_.counters.refused_for.at(i).add();
  }
  static_cast<void>(
      reply(turn, {.verb = "ERR", .json = text_of({{"code", code}, {"message", message}})}));
}

void Router::refuse(Turn& turn, const Error& error) {
  world_.counters.log_errors.add();
  refuse(turn, "log-unavailable", error.message);
}

Session* Router::session_of(Turn& turn) {
  Session* session = sessions_.heard(turn.peer.id, turn.now);
  if (session == nullptr) refuse(turn, "no-session", "say HELLO first");
  return session;
}

bool Router::is_there(const std::string& holder, Instant now) {
  const Session* session = sessions_.find(holder);
  return session != nullptr && now - session->last_heard < longest_silence &&
         world_.send(holder, {.verb = "PING", .json = "{}"}) != Sent::gone;
}

/// False when the name is taken, which was then said.
bool Router::make_room(Turn& turn, const Hello& hello) {
  if (leaving_.contains(hello.name)) {
    refuse(turn, "busy", "'" + hello.name + "' is just being forgotten");
    return false;
  }
  if (sessions_.find(turn.peer.id) == nullptr && sessions_.is_full()) probe(turn.now);
  const std::string holder = hello.name.empty() ? "" : sessions_.holder_of(hello.name);
  if (!holder.empty() && holder != turn.peer.id) {
    const Session& held = *sessions_.find(holder);
    const bool is_same = !hello.instance.empty() && held.instance == hello.instance;
    if (hello.takeover && !is_same) {
      world_.send(holder, {.verb = "ERR",
                           .json = text_of({{"code", "taken-over"},
                                            {"message", "another instance took the name over"}})});
    } else if (!is_same && is_there(holder, turn.now)) {
      refuse(turn, "busy", "'" + hello.name + "' is connected already");
      return false;
    }
    sessions_.close(holder);
  }
  if (sessions_.find(turn.peer.id) != nullptr || !sessions_.is_full()) return true;
  refuse(turn, "too-many", "the daemon serves as many readers as it may");
  return false;
}

Result<void> Router::begin_forgetting(const std::string& name, Instant now) {
  const std::string holder = sessions_.holder_of(name);
  if (is_there(holder, now)) return fail(Errc::busy, "'" + name + "' is connected: stop it first");
  if (leaving_.contains(name)) {
    return fail(Errc::busy, "'" + name + "' is just being forgotten");
  }
  if (leaving_.size() >= leaving_limit) {
    return fail(Errc::busy, "too many names are just being forgotten; try again");
  }
  leaving_.insert(name);
  sessions_.close(holder);
  return {};
}

void Router::end_forgetting(const std::string& name, bool is_gone) {
  leaving_.erase(name);
  if (!is_gone) return;
  acknowledged_.erase(name);
  sessions_.forget(name);
  if (world_.callbacks.on_forgotten) world_.callbacks.on_forgotten(name);
}

std::optional<std::uint64_t> Router::cursor_of(const std::string& name) {
  if (name.empty()) return std::nullopt;
  const auto stored = world_.log.acknowledged(name);
  const auto said = acknowledged_.find(name);
  if (said == acknowledged_.end()) {
    return stored ? std::optional{*stored} : std::nullopt;
  }
  return std::max(said->second, stored.value_or(0));
}

void Router::remember(const std::string& name, std::uint64_t seq) {
  if (acknowledged_.size() >= remembered_names) acknowledged_.clear();  // the log has them by now
  acknowledged_[name] = seq;
  if (world_.callbacks.on_acknowledge) world_.callbacks.on_acknowledge({name, seq});
}

void Router::on(Turn& turn, const Hello& hello) {
  const auto bounds = world_.log.bounds();
  if (!bounds) return refuse(turn, bounds.error());
  if (!may_enter(turn, hello) || !make_room(turn, hello)) return;
  const auto stored = cursor_of(hello.name);
  const auto place = place_of(hello, *bounds, stored, world_.log);
  if (!place) return refuse(turn, place.error());
  const std::uint64_t acknowledged = std::min(stored.value_or(place->cursor), bounds->head);
  const bool has_pub = turn.grant == nullptr || turn.grant->reads_all();
  const bool had_halted = sessions_.had_halted(hello.name);
  const Session& opened = sessions_.open(
      turn.peer.id,
      {.instance = hello.instance,
       .filters = turn.grant == nullptr ? hello.filters : turn.grant->within(hello.filters),
       .status = {.name = hello.name,
                  .plugin = hello.plugin,
                  .version = hello.version,
                  .acknowledged = acknowledged},
       .last_heard = turn.now,
       .last_probed = turn.now,
       .reader = turn.peer.reader,
       .wants_heads = hello.heads || !has_pub});
  if (had_halted && world_.callbacks.on_status) world_.callbacks.on_status(opened.status);
  Reply welcome{.verb = "WELCOME",
                .json = text_of({{"epoch", bounds->epoch},
                                 {"head", bounds->head},
                                 {"floor", bounds->floor},
                                 {"acked", acknowledged},
                                 {"cursor", place->cursor},
                                 {"reset", place->is_reset},
                                 {"pub", has_pub},
                                 {"heartbeat_ms", heartbeat_.count()},
                                 {"limits",
                                  {{"max", fetch_limit},
                                   {"max_bytes", fetch_bytes},
                                   {"frame", frame_limit},
                                   {"due", due_limit},
                                   {"waiting", waiting_limit}}}})};
  const bool is_new = !hello.name.empty() && (!stored || *stored > bounds->head);
  if (is_new) return enrol(turn, {hello.name, place->cursor}, std::move(welcome));
  static_cast<void>(reply(turn, std::move(welcome)));
}

void Router::on(Turn& turn, const Fetch& fetch) {
  const Session* session = session_of(turn);
  if (session == nullptr) return;
  const auto filters = filters_of(turn, *session, fetch.filters);
  if (!filters) return;
  world_.counters.fetches.add();
  auto bounds = world_.log.bounds();
  if (!bounds) return refuse(turn, bounds.error());
  if (fetch.after > bounds->head) {
    static_cast<void>(reply(turn, gap_of(fetch.after, *bounds)));
    return;
  }
  auto page = world_.log.read({.after = fetch.after,
                               .filters = *filters,
                               .max_records = fetch.max_records,
                               .max_bytes = fetch.max_bytes});
  if (!page) return refuse(turn, page.error());
  // The floor after the page: what retention removes in between is told, never skipped.
  bounds = world_.log.bounds();
  if (!bounds) return refuse(turn, bounds.error());
  if (fetch.after + 1 < bounds->floor) {
    static_cast<void>(reply(turn, gap_of(fetch.after, *bounds)));
    return;
  }
  for (alert::LogRecord& record : page->records) {
    Reply data{.verb = "DATA",
               .json = "{}",
               .payload = replayed_frames(std::move(record), bounds->epoch, world_.clock.now())};
    if (!reply(turn, std::move(data))) return;
  }
  static_cast<void>(reply(turn, {.verb = "END",
                                 .json = text_of({{"scanned_to", page->scanned_to},
                                                  {"more", page->more},
                                                  {"count", page->records.size()}})}));
}

void Router::on(Turn& turn, const Check& check) {
  const Session* session = session_of(turn);
  if (session == nullptr) return;
  const auto bounds = world_.log.bounds();
  if (!bounds) return refuse(turn, bounds.error());
  const auto filters = filters_of(turn, *session, check.filters);
  if (!filters) return;
  const bool is_kept = check.after + 1 >= bounds->floor && check.upto <= bounds->head;
  std::uint64_t count = 0;
  if (is_kept) {
    const auto counted = world_.log.count(check.after, check.upto, *filters);
    if (!counted) return refuse(turn, counted.error());
    count = *counted;
  }
  static_cast<void>(reply(turn, {.verb = "CHECKED",
                                 .json = text_of({{"upto", check.upto},
                                                  {"count", count},
                                                  {"equal", is_kept && count == check.count}})}));
}

void Router::on(Turn& turn, const Ack& ack) {
  Session* session = session_of(turn);
  if (session == nullptr) return;
  SubscriberStatus& status = session->status;
  if (status.name.empty()) return refuse(turn, "not-durable", "ACK needs a name in HELLO");
  if (ack.seq <= status.acknowledged) return;
  const auto bounds = world_.log.bounds();
  if (!bounds) return refuse(turn, bounds.error());
  if (ack.seq > bounds->head) return refuse(turn, "bad-request", "'seq' lies beyond the head");
  status.acknowledged = ack.seq;
  remember(status.name, ack.seq);
}

void Router::on(Turn& turn, const Status& status) {
  Session* session = session_of(turn);
  if (session == nullptr) return;
  session->status.is_ok = status.is_ok;
  session->status.has_halted = status.has_halted;
  session->status.last_error = status.last_error;
  session->status.sent = status.sent;
  session->status.failed = status.failed;
  session->status.held = status.held;
  if (world_.callbacks.on_status) world_.callbacks.on_status(session->status);
}

void Router::on(Turn& turn, const Bye&) {
  sessions_.close(turn.peer.id);
  static_cast<void>(reply(turn, {.verb = "BYE", .json = "{}"}));
}

void Router::on(Turn& turn, const Admin& admin) {
  const bool is_granted =
      turn.grant != nullptr && std::find(turn.grant->verbs.begin(), turn.grant->verbs.end(),
                                         admin.verb) != turn.grant->verbs.end();
  if (!turn.peer.is_local && !is_granted) {
    return refuse(turn, "forbidden", "ADMIN is for local sockets, and keys that were allowed it");
  }
  if (!world_.callbacks.admin) return refuse(turn, "unknown-verb", "nobody answers ADMIN");
  world_.callbacks.admin({.verb = admin.verb, .json = admin.json, .uid = turn.peer.uid},
                         [bring_back = world_.bring_back, peer = turn.peer.id,
                          number = turn.number](const std::string& json) {
                           // The answer is an object already; it is not read again.
                           bring_back({.peer = peer,
                                       .replies = {{.verb = "ADMIN",
                                                    .json = "{\"req\":" + std::to_string(number) +
                                                            ",\"reply\":" + json + "}"}}});
                         });
}

void Router::on(Turn& turn, const BadRequest& bad) {
  refuse(turn, bad.code, bad.message);
}

}  // namespace tocsin::bus
