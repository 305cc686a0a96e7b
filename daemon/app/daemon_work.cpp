// SPDX-License-Identifier: Apache-2.0
// What the daemon does while it runs: carrying polls to the pipeline and what was learnt back,
// reloading, and answering the operator.
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "app/daemon.hpp"
#include "app/poll_options_of.hpp"
#include "app/story_orders.hpp"
#include "base/time_format.hpp"
#include "base/url.hpp"
#include "log/log.hpp"
#include "topics/topic.hpp"

namespace tocsin::app {
namespace {

using nlohmann::json;

/// Names of files may be no UTF-8, and an answer must not fail on one.
std::string to_line(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string error_json(std::string_view message) {
  return to_line(json{{"error", message}});
}

/// The sections that differ and that only a restart brings into force.
std::string sections_for_a_restart(const settings::Settings& now, const settings::Settings& then) {
  std::string names;
  const auto add_if = [&names](bool is_changed, std::string_view name) {
    if (!is_changed) return;
    if (!names.empty()) names += ", ";
    names += name;
  };
  add_if(!(now.poll == then.poll), "poll");
  add_if(!now.http.starts_like(then.http), "http");
  add_if(!(now.pipeline == then.pipeline), "pipeline");
  add_if(!(now.story == then.story), "story");
  add_if(!(now.alerts == then.alerts), "alerts");
  add_if(!(now.bus == then.bus), "bus");
  add_if(!(now.store == then.store), "store");
  add_if(!(now.log == then.log), "log");
  add_if(!(now.web == then.web), "web");
  return names;
}

json json_of(const bus::SubscriberStatus& subscriber, std::uint64_t head) {
  return {{"name", subscriber.name},
          {"plugin", subscriber.plugin},
          {"version", subscriber.version},
          {"acknowledged", subscriber.acknowledged},
          {"lag", head > subscriber.acknowledged ? head - subscriber.acknowledged : 0},
          {"ok", subscriber.is_ok},
          {"last_error", subscriber.last_error},
          {"sent", subscriber.sent},
          {"failed", subscriber.failed}};
}

/// One metric of the Prometheus text format, version 0.0.4.
void append_metric(std::string& text, std::string_view name, std::string_view help,
                   std::uint64_t value) {
  const std::string_view type = name.ends_with("_total") ? "counter" : "gauge";
  text += "# HELP " + std::string{name} + " " + std::string{help} + "\n";
  text += "# TYPE " + std::string{name} + " " + std::string{type} + "\n";
  text += std::string{name} + " " + std::to_string(value) + "\n";
}

std::uint64_t level(std::int64_t value) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0));
}

void append_poll_metrics(std::string& text, const poll::PollCounters& polls) {
  append_metric(text, "tocsin_feeds", "Feeds listed.", level(polls.listed.value()));
  append_metric(text, "tocsin_feeds_failing", "Feeds whose last poll failed.",
                level(polls.failing.value()));
  append_metric(text, "tocsin_feeds_stopped", "Feeds that are gone (410).",
                level(polls.stopped.value()));
  append_metric(text, "tocsin_feeds_waiting", "Feeds that are due and wait for their host.",
                level(polls.waiting.value()));
  append_metric(text, "tocsin_hosts_crowded", "Hosts with more feeds than their pauses let in.",
                level(polls.crowded_hosts.value()));
  append_metric(text, "tocsin_polls_in_flight", "Requests under way.",
                level(polls.in_flight.value()));
  append_metric(text, "tocsin_polls_total", "Polls that came to an end.", polls.polls.value());
  append_metric(text, "tocsin_polls_not_modified_total", "Polls answered 304.",
                polls.not_modified.value());
  append_metric(text, "tocsin_polls_failed_total", "Polls that failed.", polls.failed.value());
  append_metric(text, "tocsin_polls_late_total", "Polls begun over a minute after they were due.",
                polls.late.value());
  append_metric(text, "tocsin_poll_milliseconds_total", "Duration of all polls, added up.",
                polls.milliseconds.value());
}

}  // namespace

void Daemon::announce() {
  const bus::Endpoints& endpoints = wire_->endpoints();
  log::info("serving", {{"version", TOCSIN_VERSION},
                        {"feeds", poller_->feeds().listed()},
                        {"topics", inputs_.rules->topics().size()},
                        {"pub", endpoints.pub.front()},
                        {"ctl", endpoints.ctl.front()}});
  ready_.raise();
  service::tell_ready("watching " + std::to_string(poller_->feeds().listed()) + " feeds");
  if (!options_.ready.is_open()) return;
  const std::string line = json{{"pid", ::getpid()},
                                {"pub", endpoints.pub.front()},
                                {"ctl", endpoints.ctl.front()},
                                {"health_port", health_ ? health_->port() : 0}}
                               .dump() +
                           "\n";
  if (::write(options_.ready.get(), line.data(), line.size()) < 0) {
    log::warn("cannot tell that the daemon serves: the descriptor of --ready-fd takes nothing");
  }
  options_.ready = UniqueFd{};
}

void Daemon::take(poll::Polled polled) {
  poll::FeedSpec& feed = polled.feed;
  pipeline::FetchedDocument document{.feed = {.key = std::move(feed.key),
                                              .title = std::move(feed.title),
                                              .url = std::move(feed.url),
                                              .kind = feed.options->kind,
                                              .topics = feed.options->topics},
                                     .state = std::move(polled.proposed),
                                     .fetched = clock_.now(),
                                     .body = {},
                                     .url = {},
                                     .content_type = {}};
  if (polled.is_usable && polled.outcome) {
    document.body = std::move(polled.outcome->body);
    document.url = std::move(polled.outcome->final_url);
    document.content_type = std::move(polled.outcome->content_type);
    document.state_if_unreadable = std::move(polled.proposed_if_unreadable);
    document.is_delta = polled.is_delta;
  }
  document.reschedule = [pace = polled.pace](store::FeedState state, bool gap_suspected) {
    return poll::paced(std::move(state), gap_suspected, pace);
  };
  intake_->take(std::move(document));
}

void Daemon::learn(const std::vector<pipeline::Learned>& learned) {
  poller_->set_store_failing(ledger_->is_degraded());
  for (const pipeline::Learned& one : learned) {
    if (!one.is_committed) {
      ++not_stored_;
      poller_->abandoned(one.feed_key);
      continue;
    }
    if (one.has_document) intake_->remember(one.feed_key, one.seen, one.is_delta);
    tell_health(one.state);
    if (one.gap_suspected)
      log::warn("items may have been missed", {{"feed", without_secrets(one.feed_key)}});
    poller_->committed(one.state,
                       {.new_items = static_cast<std::size_t>(std::max(one.new_items, 0)),
                        .gap_suspected = one.gap_suspected});
  }
}

void Daemon::tell_health(const store::FeedState& state) {
  if (state.failures > 0) {
    if (gate_.should_tell(state.key)) {
      log::warn("feed failing", {{"feed", without_secrets(state.key)},
                                 {"failures", state.failures},
                                 {"reason", state.last_error}});
    }
  } else if (gate_.ended(state.key)) {
    log::info("feed recovered", {{"feed", without_secrets(state.key)}});
  }
}

void Daemon::reload(const bus::AdminReply& reply) {
  if (is_reloading_) {
    if (reply) reply(error_json("a reload is under way"));
    return;
  }
  is_reloading_ = true;
  service::tell_reloading();
  log::info("reloading");
  const bool is_taken = workers_->try_submit([this, context = context_, reply] {
    Diagnostics diagnostics;
    auto inputs = read_daemon_inputs(context, diagnostics);
    loop_->post([this, inputs = std::make_shared<Result<DaemonInputs>>(std::move(inputs)),
                 diagnostics = std::move(diagnostics),
                 reply] { apply(std::move(*inputs), diagnostics, reply); });
  });
  if (!is_taken) apply(fail(Errc::busy, "the workers are full; try again"), {}, reply);
}

void Daemon::apply(Result<DaemonInputs> inputs, const Diagnostics& diagnostics,
                   const bus::AdminReply& reply) {
  is_reloading_ = false;
  std::string why;
  if (!inputs) {
    why = inputs.error().message;
  } else if (!inputs->failed_tests.empty()) {
    const topics::TestReport& first = inputs->failed_tests.front();
    why = "topic " + first.topic + ": test \"" + first.name + "\" fails: " + first.why;
  }
  if (why.empty()) {
    // Sockets, store and threads stay as they were started; feeds, topics and their options change.
    const std::string waiting =
        sections_for_a_restart(inputs_.configuration.settings, inputs->configuration.settings);
    if (!waiting.empty()) {
      log::warn("settings changed that only a restart brings into force", {{"sections", waiting}});
    }
    inputs_.rules = std::move(inputs->rules);
    inputs_.feeds = std::move(inputs->feeds);
    intake_->use(inputs_.rules);
    // Read without a mistake, the networks are right.
    if (auto guard = address_guard_of(inputs->configuration.settings.http)) {
      fetcher_->set_guard(std::move(*guard));
    }
    list_feeds();
    log::info("reloaded", {{"feeds", poller_->feeds().listed()},
                           {"topics", inputs_.rules->topics().size()},
                           {"rules", inputs_.rules->digest()}});
  } else {
    for (const Diagnostic& one : diagnostics)
      log::error("configuration", {{"problem", to_line(one)}});
    log::error("reload refused; the old configuration stays", {{"reason", why}});
  }
  service::tell_ready("watching " + std::to_string(poller_->feeds().listed()) + " feeds");
  if (!reply) return;
  reply(why.empty() ? to_line(json{{"reloaded", true}}) : error_json(why));
}

void Daemon::list_feeds() {
  poller_->reload(std::exchange(inputs_.feeds, {}));
  // The files were read into memory as they stand, which is a multiple of what is kept of them.
  ::malloc_trim(0);
}

void Daemon::answer(const bus::AdminRequest& request, const bus::AdminReply& reply) {
  const bool is_allowed = !request.uid || *request.uid == ::geteuid() || *request.uid == 0;
  if (!is_allowed) {
    reply(error_json("not permitted for this user"));
  } else if (request.verb == "status") {
    reply(status_json());
  } else if (request.verb == "reload") {
    reload(reply);
  } else if (request.verb == split_verb || request.verb == merge_verb) {
    change_stories(request, reply);
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

std::string Daemon::status_json() const {
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
                     {"digest", inputs_.rules->digest()}};
  status["ledger"] = {{"commits", ledger_->commits()},
                      {"failures", ledger_->failures()},
                      {"new_items", ledger_->new_items()},
                      {"alerts", ledger_->alerts()},
                      {"queued", ledger_->queued()}};
  status["stories"] = {{"open", ledger_->open_stories()}, {"items", ledger_->story_items()}};
  status["wire"] = {{"head", wire.head},       {"published", wire.published},
                    {"dropped", wire.dropped}, {"fetches", wire.fetches},
                    {"refused", wire.refused}, {"refusals", refusals_.value()}};
  status["subscribers"] = std::move(subscribers);
  return to_line(status);
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
  append_metric(text, "tocsin_log_head", "Sequence number of the newest alert.", wire.head);
  return text;
}

}  // namespace tocsin::app
