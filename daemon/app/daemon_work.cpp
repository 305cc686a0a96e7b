// SPDX-License-Identifier: Apache-2.0
// What the daemon does while it runs: carrying polls to the pipeline and what was learnt back,
// reloading, and answering the operator.
#include <unistd.h>

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "app/daemon.hpp"
#include "app/feed_spec_of.hpp"
#include "base/time_format.hpp"
#include "log/log.hpp"
#include "topics/topic.hpp"

namespace tocsin::app {
namespace {

using nlohmann::json;

/// The pauses between items, which give the feed's rhythm.
std::vector<poll::Seconds> gaps_between(std::vector<Time> published) {
  std::sort(published.begin(), published.end());
  std::vector<poll::Seconds> gaps;
  for (std::size_t i = 1; i < published.size(); ++i) {
    gaps.push_back(std::chrono::floor<poll::Seconds>(published[i] - published[i - 1]));
  }
  return gaps;
}

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

}  // namespace

void Daemon::announce() {
  const bus::Endpoints& endpoints = wire_->endpoints();
  log::info("serving", {{"version", TOCSIN_VERSION},
                        {"feeds", inputs_.feeds.size()},
                        {"topics", inputs_.rules->topics().size()},
                        {"pub", endpoints.pub.front()},
                        {"ctl", endpoints.ctl.front()}});
  ready_.raise();
  service::tell_ready("watching " + std::to_string(inputs_.feeds.size()) + " feeds");
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
  pipeline::FetchedDocument document{
      .feed = {.key = polled.key, .title = {}, .url = {}, .kind = {}, .topics = {}},
      .state = std::move(polled.proposed),
      .fetched = clock_.now(),
      .body = {},
      .url = {},
      .content_type = {}};
  if (const auto info = inputs_.infos.find(polled.key); info != inputs_.infos.end()) {
    document.feed = info->second;
  }
  if (polled.is_usable && polled.outcome) {
    document.body = std::move(polled.outcome->body);
    document.url = std::move(polled.outcome->final_url);
    document.content_type = std::move(polled.outcome->content_type);
    document.state_if_unreadable = std::move(polled.proposed_if_unreadable);
    document.is_delta = polled.is_delta;
  }
  intake_->take(std::move(document));
}

void Daemon::learn(const std::vector<pipeline::Learned>& learned) {
  for (const pipeline::Learned& one : learned) {
    if (!one.is_committed) {
      ++not_stored_;
      poller_->abandoned(one.feed_key);
      continue;
    }
    poll::Learned lesson{.new_items = static_cast<std::size_t>(std::max(one.new_items, 0)),
                         .gap_suspected = one.gap_suspected,
                         .item_gaps = gaps_between(one.published),
                         .ttl = {}};
    if (one.ttl) lesson.ttl = std::chrono::duration_cast<poll::Seconds>(*one.ttl);
    if (one.has_document) intake_->remember(one.feed_key, one.seen, one.is_delta);
    tell_health(one.state);
    if (one.gap_suspected) log::warn("items may have been missed", {{"feed", one.feed_key}});
    poller_->committed(one.state, lesson);
  }
}

void Daemon::tell_health(const store::FeedState& state) {
  if (state.failures > 0) {
    if (gate_.should_tell(state.key)) {
      log::warn("feed failing",
                {{"feed", state.key}, {"failures", state.failures}, {"reason", state.last_error}});
    }
  } else if (gate_.ended(state.key)) {
    log::info("feed recovered", {{"feed", state.key}});
  }
  feed_health_.insert_or_assign(state.key, state);
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
    inputs_.infos = std::move(inputs->infos);
    intake_->use(inputs_.rules);
    // Read without a mistake, the networks are right.
    if (auto guard = guard_of(inputs->configuration.settings)) fetcher_->set_guard(std::move(*guard));
    poller_->reload(inputs_.feeds, stored_feeds());
    log::info("reloaded", {{"feeds", inputs_.feeds.size()},
                           {"topics", inputs_.rules->topics().size()},
                           {"rules", inputs_.rules->digest()}});
  } else {
    for (const Diagnostic& one : diagnostics)
      log::error("configuration", {{"problem", to_line(one)}});
    log::error("reload refused; the old configuration stays", {{"reason", why}});
  }
  service::tell_ready("watching " + std::to_string(inputs_.feeds.size()) + " feeds");
  if (!reply) return;
  reply(why.empty() ? to_line(json{{"reloaded", true}}) : error_json(why));
}

std::vector<store::FeedState> Daemon::stored_feeds() const {
  std::vector<store::FeedState> states;
  for (const auto& [key, state] : feed_health_) states.push_back(state);
  return states;
}

void Daemon::answer(const bus::AdminRequest& request, const bus::AdminReply& reply) {
  const bool is_allowed = !request.uid || *request.uid == ::geteuid() || *request.uid == 0;
  if (!is_allowed) {
    reply(error_json("not permitted for this user"));
  } else if (request.verb == "status") {
    reply(status_json());
  } else if (request.verb == "reload") {
    reload(reply);
  } else {
    reply(error_json("unknown verb '" + request.verb + "'"));
  }
}

std::string Daemon::status_json() const {
  const bus::WireCounters wire = wire_->counters();
  std::size_t failing = 0;
  for (const auto& [key, state] : feed_health_) failing += state.failures > 0 ? 1 : 0;
  json subscribers = json::array();
  for (const auto& subscriber : wire_->subscribers()) {
    subscribers.push_back(json_of(subscriber, wire.head));
  }
  const auto next = poller_->next_due();
  json status;
  status["version"] = TOCSIN_VERSION;
  status["pid"] = ::getpid();
  status["state"] = ledger_->is_degraded() ? "degraded" : "ok";
  status["started"] = to_rfc3339(started_);
  status["feeds"] = {{"listed", inputs_.feeds.size()},
                     {"failing", failing},
                     {"in_flight", poller_->in_flight()},
                     {"next_due", next ? json(to_rfc3339(*next)) : json(nullptr)}};
  status["rules"] = {{"topics", inputs_.rules->topics().size()},
                     {"digest", inputs_.rules->digest()}};
  status["ledger"] = {{"commits", ledger_->commits()},
                      {"failures", ledger_->failures()},
                      {"new_items", ledger_->new_items()},
                      {"alerts", ledger_->alerts()},
                      {"queued", ledger_->queued()}};
  status["wire"] = {{"head", wire.head},       {"published", wire.published},
                    {"dropped", wire.dropped}, {"fetches", wire.fetches},
                    {"refused", wire.refused}, {"refusals", refusals_.value()}};
  status["subscribers"] = std::move(subscribers);
  return to_line(status);
}

std::string Daemon::metrics_text() const {
  std::string text;
  const bus::WireCounters wire = wire_->counters();
  append_metric(text, "tocsin_items_new_total", "Items seen for the first time.",
                ledger_->new_items());
  append_metric(text, "tocsin_alerts_total", "Alerts committed to the log.", ledger_->alerts());
  append_metric(text, "tocsin_commits_total", "Transactions committed.", ledger_->commits());
  append_metric(text, "tocsin_commit_failures_total", "Transactions that failed.",
                ledger_->failures());
  append_metric(text, "tocsin_ledger_queue", "Outcomes waiting to be committed.",
                ledger_->queued());
  append_metric(text, "tocsin_wire_published_total", "Alerts sent live.", wire.published);
  append_metric(text, "tocsin_wire_dropped_total", "Live frames not sent; FETCH recovers them.",
                wire.dropped);
  append_metric(text, "tocsin_wire_fetches_total", "FETCH requests answered.", wire.fetches);
  append_metric(text, "tocsin_log_head", "Sequence number of the newest alert.", wire.head);
  return text;
}

}  // namespace tocsin::app
