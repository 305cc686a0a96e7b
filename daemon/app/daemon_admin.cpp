// SPDX-License-Identifier: Apache-2.0
// What the daemon answers: to the operator's verbs, and to who watches it.
#include <unistd.h>

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "app/daemon.hpp"
#include "app/delivery_jobs.hpp"
#include "app/feedback_json.hpp"
#include "app/json_line.hpp"
#include "app/near_wish.hpp"
#include "app/silence_orders.hpp"
#include "app/story_orders.hpp"
#include "base/time_format.hpp"
#include "log/log.hpp"
#include "topics/topic.hpp"

namespace tocsin::app {
namespace {

using nlohmann::json;

/// Near misses are looked for as long as somebody has asked within this time.
constexpr std::chrono::seconds near_lease{15};

std::string error_json(std::string_view message) {
  return json_line(json{{"error", message}});
}

json json_of(const bus::SubscriberStatus& subscriber, std::uint64_t head) {
  return {{"name", subscriber.name},
          {"plugin", subscriber.plugin},
          {"version", subscriber.version},
          {"acknowledged", subscriber.acknowledged},
          {"lag", head > subscriber.acknowledged ? head - subscriber.acknowledged : 0},
          {"connected", subscriber.is_connected},
          {"halted", subscriber.has_halted},
          {"ok", subscriber.is_ok},
          {"last_error", subscriber.last_error},
          {"sent", subscriber.sent},
          {"failed", subscriber.failed},
          {"held", subscriber.held}};
}

/// How often each code was given to whoever asked wrongly; those never given are left out.
json refusals_json(const bus::WireCounters& wire) {
  auto refusals = json::object();
  for (const auto& [code, times] : wire.refused_for) {
    if (times > 0) refusals[code] = times;
  }
  return refusals;
}

std::uint64_t level(std::int64_t value) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0));
}

/// One metric of the Prometheus text format, version 0.0.4.
void append_metric(std::string& text, std::string_view name, std::string_view help,
                   std::uint64_t value) {
  const std::string_view type = name.ends_with("_total") ? "counter" : "gauge";
  text += "# HELP " + std::string{name} + " " + std::string{help} + "\n";
  text += "# TYPE " + std::string{name} + " " + std::string{type} + "\n";
  text += std::string{name} + " " + std::to_string(value) + "\n";
}

void append_poll_metrics(std::string& text, const poll::PollCounters& polls) {
  const auto level = [](const loop::Gauge& gauge) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(gauge.value(), 0));
  };
  append_metric(text, "tocsin_feeds", "Feeds listed.", level(polls.listed));
  append_metric(text, "tocsin_feeds_failing", "Feeds whose last poll failed.",
                level(polls.failing));
  append_metric(text, "tocsin_feeds_stopped", "Feeds that are gone (410).", level(polls.stopped));
  append_metric(text, "tocsin_feeds_waiting", "Feeds that are due and wait for their host.",
                level(polls.waiting));
  append_metric(text, "tocsin_hosts_crowded", "Hosts with more feeds than their pauses let in.",
                level(polls.crowded_hosts));
  append_metric(text, "tocsin_polls_in_flight", "Requests under way.", level(polls.in_flight));
  append_metric(text, "tocsin_polls_total", "Polls that came to an end.", polls.polls.value());
  append_metric(text, "tocsin_polls_not_modified_total", "Polls answered 304.",
                polls.not_modified.value());
  append_metric(text, "tocsin_polls_failed_total", "Polls that failed.", polls.failed.value());
  append_metric(text, "tocsin_polls_late_total", "Polls begun over a minute after they were due.",
                polls.late.value());
  append_metric(text, "tocsin_poll_milliseconds_total", "Duration of all polls, added up.",
                polls.milliseconds.value());
}

json json_of(const NearMisses::Numbered& numbered) {
  const pipeline::NearMiss& miss = numbered.miss;
  return {{"number", numbered.number},
          {"topic", miss.topic},
          {"rule_version", miss.rule_version},
          {"score", miss.score},
          {"threshold", miss.threshold},
          {"why", miss.why},
          {"item", miss.identity},
          {"title", miss.title},
          {"link", miss.link},
          {"feed", miss.feed_key}};
}

}  // namespace

void Daemon::answer(const bus::AdminRequest& request, const bus::AdminReply& reply) {
  const bool is_allowed = !request.uid || *request.uid == ::geteuid() || *request.uid == 0;
  if (!is_allowed) {
    reply(error_json("not permitted for this user"));
  } else if (request.verb == "status") {
    reply(status_json());
  } else if (request.verb == "reload") {
    reload(reply);
  } else if (request.verb == "feedback") {
    take_feedback(request.json, reply);
  } else if (request.verb == "keys") {
    take_keys(reply);
  } else if (request.verb == "dead-letter") {
    change_letter(request.json, reply);
  } else if (request.verb == forget_subscriber_verb) {
    forget_subscriber(request.json, reply);
  } else if (request.verb == "near") {
    tell_near(request.json, reply);
  } else if (request.verb == split_verb || request.verb == merge_verb) {
    change_stories(request, reply);
  } else if (request.verb == add_silence_verb || request.verb == end_silence_verb) {
    silence(request, reply);
  } else {
    reply(error_json("unknown verb '" + request.verb + "'"));
  }
}

void Daemon::change_stories(const bus::AdminRequest& request, const bus::AdminReply& reply) {
  auto order = read_story_order(request.verb, request.json);
  if (!order) return reply(error_json(order.error().message));
  const bool is_taken = ledger_->change(
      std::move(*order),
      [reply](const Result<pipeline::StoryChanged>& changed) { reply(story_answer(changed)); });
  if (!is_taken) reply(error_json("the ledger is busy; try again"));
}

void Daemon::silence(const bus::AdminRequest& request, const bus::AdminReply& reply) {
  const auto tell = [reply](const char* what, const Result<store::Silence>& silence) {
    if (silence) {
      log::info(what, {{"silence", silence->id},
                       {"scope", silence->scope},
                       {"name", silence->name},
                       {"author", silence->author},
                       {"reason", silence->reason}});
    }
    reply(silence_answer(silence));
  };
  pipeline::LedgerJob job;
  if (request.verb == add_silence_verb) {
    auto order = read_silence(request.json);
    if (!order) return reply(error_json(order.error().message));
    job = [tell, order = std::move(*order)](pipeline::Ledger& ledger) {
      tell("silence added", ledger.add_silence(order));
    };
  } else {
    const auto number = read_silence_number(request.json);
    if (!number) return reply(error_json(number.error().message));
    job = [tell, number = *number](pipeline::Ledger& ledger) {
      tell("silence ended", ledger.end_silence(number));
    };
  }
  if (!ledger_->ask(std::move(job))) reply(error_json("the ledger is busy; try again"));
}

void Daemon::take_feedback(const std::string& bytes, const bus::AdminReply& reply) {
  auto feedback = read_feedback(bytes);
  if (!feedback) return reply(error_json(feedback.error().message));
  const auto number = std::make_shared<std::int64_t>(0);
  pipeline::StoreJob job;
  job.write = [one = std::move(*feedback), number](
                  store::Transaction& transaction,
                  Time now) -> Result<std::vector<alert::LogRecord>> {
    store::Feedback stamped = one;
    stamped.given_at = now;
    const auto added = transaction.add_feedback(stamped);
    if (!added) return fail(added.error());
    *number = *added;
    return std::vector<alert::LogRecord>{};
  };
  job.done = [reply, number](const Result<void>& stored) {
    reply(stored ? json_line(json{{"feedback", *number}}) : error_json(stored.error().message));
  };
  if (!ledger_->write(std::move(job))) reply(error_json("too much waits to be stored; try again"));
}

void Daemon::tell_near(const std::string& bytes, const bus::AdminReply& reply) {
  const auto wish = read_near_wish(bytes);
  if (!wish) return reply(error_json(wish.error().message));
  const double before = intake_->near();
  intake_->watch_near(before > 0 ? std::min(before, wish->share) : wish->share);
  near_end_->fire_after(near_lease);
  auto list = json::array();
  const std::uint64_t from = wish->after.value_or(near_.last());
  std::uint64_t last = std::min(from, near_.last());
  for (const NearMisses::Numbered& one : near_.after(from)) {
    last = one.number;
    if (one.miss.score >= wish->share * one.miss.threshold) list.push_back(json_of(one));
  }
  reply(json_line(json{{"near", std::move(list)}, {"last", last}}));
}

std::string Daemon::status_json() {
  const bus::WireCounters wire = wire_->counters();
  json subscribers = json::array();
  for (const auto& subscriber : wire_->subscribers()) {
    subscribers.push_back(json_of(subscriber, wire.head));
  }
  const auto next = poller_->next_due();
  const poll::PollCounters& polls = poller_->counters();
  json status;
  status["version"] = TOCSIN_VERSION;
  status["pid"] = ::getpid();
  status["state"] = ledger_->is_degraded() ? "degraded" : "ok";
  status["started"] = to_rfc3339(started_);
  status["feeds"] = {{"listed", poller_->feeds().listed()},
                     {"failing", poller_->feeds().failing()},
                     {"stopped", poller_->feeds().stopped()},
                     {"late", poller_->late()},
                     {"in_flight", poller_->in_flight()},
                     {"crowded_hosts", polls.crowded_hosts.value()},
                     {"next_due", next ? json(to_rfc3339(*next)) : json(nullptr)}};
  status["polls"] = {{"total", polls.polls.value()},
                     {"not_modified", polls.not_modified.value()},
                     {"failed", polls.failed.value()},
                     {"late", polls.late.value()},
                     {"milliseconds", polls.milliseconds.value()}};
  status["rules"] = {{"topics", inputs_.rules->topics().size()},
                     {"digest", inputs_.rules->digest()},
                     {"sets", 1 + old_rule_sets()},
                     {"reloads", reloads_}};
  status["ledger"] = {{"commits", ledger_->commits()},
                      {"failures", ledger_->failures()},
                      {"new_items", ledger_->new_items()},
                      {"alerts", ledger_->alerts()},
                      {"queued", ledger_->queued()}};
  status["stories"] = {{"open", ledger_->open_stories()}, {"items", ledger_->story_items()}};
  status["wire"] = {{"head", wire.head},
                    {"published", wire.published},
                    {"dropped", wire.dropped},
                    {"fetches", wire.fetches},
                    {"refused", wire.refused},
                    {"undelivered", wire.undelivered},
                    {"log_errors", wire.log_errors},
                    {"admitted", wire.admitted},
                    {"denied", wire.denied},
                    {"turned_away", wire.turned_away},
                    {"garbled", wire.garbled},
                    {"unfinished", wire.unfinished},
                    {"no_room", wire.no_room},
                    {"refused_for", refusals_json(wire)},
                    {"connections",
                     {{"pub", wire.pub_connections},
                      {"ctl", wire.ctl_connections},
                      {"limit", wire.connection_limit}}}};
  status["deliveries"] = {{"given_back", refusals_.value()},
                          {"redelivered", redelivered_.value()},
                          {"dead_letters", dead_letters_.value()}};
  status["subscribers"] = std::move(subscribers);
  return json_line(status);
}

std::string Daemon::metrics_text() const {
  std::string text;
  const bus::WireCounters wire = wire_->counters();
  append_poll_metrics(text, poller_->counters());
  append_metric(text, "tocsin_items_new_total", "Items seen for the first time.",
                ledger_->new_items());
  append_metric(text, "tocsin_alerts_total", "Alerts committed to the log.", ledger_->alerts());
  append_metric(text, "tocsin_commits_total", "Transactions committed.", ledger_->commits());
  append_metric(text, "tocsin_commit_failures_total", "Transactions that failed.",
                ledger_->failures());
  append_metric(text, "tocsin_ledger_queue", "Outcomes waiting to be committed.",
                ledger_->queued());
  append_metric(text, "tocsin_stories_open", "Stories that new items may join.",
                level(ledger_->open_stories()));
  append_metric(text, "tocsin_story_items", "Items in the story window.",
                level(ledger_->story_items()));
  append_metric(text, "tocsin_wire_published_total", "Alerts sent live.", wire.published);
  append_metric(text, "tocsin_wire_dropped_total", "Live frames not sent; FETCH recovers them.",
                wire.dropped);
  append_metric(text, "tocsin_wire_fetches_total", "FETCH requests answered.", wire.fetches);
  append_metric(text, "tocsin_wire_refused_total", "Requests answered by ERR.", wire.refused);
  append_metric(text, "tocsin_wire_undelivered_total",
                "Replies to readers that were gone or did not read.", wire.undelivered);
  append_metric(text, "tocsin_wire_log_errors_total", "Reads of the log that failed.",
                wire.log_errors);
  append_metric(text, "tocsin_wire_admitted_total", "Handshakes that were let in.", wire.admitted);
  append_metric(text, "tocsin_wire_denied_total",
                "Handshakes refused: a key or user not on the list.", wire.denied);
  append_metric(text, "tocsin_wire_turned_away_total",
                "Handshakes refused since too many were connected.", wire.turned_away);
  append_metric(text, "tocsin_wire_broken_handshakes_total",
                "Handshakes that were not ZeroMQ's or came to no end.",
                wire.garbled + wire.unfinished);
  append_metric(text, "tocsin_wire_no_room_total",
                "Connections for which the process had no descriptor.", wire.no_room);
  append_metric(text, "tocsin_wire_pub_connections", "Connections for live alerts.",
                wire.pub_connections);
  append_metric(text, "tocsin_wire_ctl_connections", "Connections for requests.",
                wire.ctl_connections);
  append_metric(text, "tocsin_deliveries_given_back_total", "Alerts given back or given up.",
                refusals_.value());
  append_metric(text, "tocsin_redeliveries_total", "Alerts given back that were delivered again.",
                redelivered_.value());
  append_metric(text, "tocsin_dead_letters_total", "Alerts given up for good.",
                dead_letters_.value());
  append_metric(text, "tocsin_log_head", "Sequence number of the newest alert.", wire.head);
  return text;
}

}  // namespace tocsin::app
