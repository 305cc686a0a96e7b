// SPDX-License-Identifier: Apache-2.0
// How the daemon takes up changed files while it runs.
#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "app/daemon.hpp"
#include "app/delivery_options_of.hpp"
#include "app/json_line.hpp"
#include "app/poll_options_of.hpp"
#include "app/rules_change.hpp"
#include "base/time_format.hpp"
#include "log/log.hpp"
#include "pipeline/feed_notice.hpp"
#include "topics/topic.hpp"

namespace tocsin::app {
namespace {

using nlohmann::json;

/// While the workers' queue is full.
constexpr std::chrono::milliseconds retry_pause{5};

/// An answer has to fit into a frame of 64 KiB.
constexpr std::size_t most_problem_bytes = 40000;

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

/// What is wrong with files that people write: a mistake each, or a failing test.
struct Problems {
  std::string kind;  ///< "configuration" or "tests"; empty when all is well.
  std::vector<std::string> lines;
};

Problems problems_of(const Result<DaemonInputs>& inputs, const Diagnostics& diagnostics) {
  Problems problems;
  if (!inputs) {
    problems.kind = "configuration";
    for (const Diagnostic& one : diagnostics) {
      if (one.level == Diagnostic::Level::error) problems.lines.push_back(to_line(one));
    }
    if (problems.lines.empty()) problems.lines.push_back(inputs.error().message);
  } else if (!inputs->failed_tests.empty()) {
    problems.kind = "tests";
    for (const topics::TestReport& one : inputs->failed_tests) {
      problems.lines.push_back(one.file + ":" + std::to_string(one.line) + ": test \"" + one.name +
                               "\" of topic " + one.topic + " fails: " + one.why);
    }
  }
  return problems;
}

std::string refusal_json(const Problems& problems) {
  auto list = json::array();
  std::size_t bytes = 0;
  for (const std::string& line : problems.lines) {
    bytes += 2 * line.size();
    if (bytes > most_problem_bytes) break;
    list.push_back(line);
  }
  const std::size_t more = problems.lines.size() - list.size();
  return json_line(json{{"error", "reload refused; the old configuration stays"},
                        {"kind", problems.kind},
                        {"problems", std::move(list)},
                        {"more", more}});
}

}  // namespace

void Daemon::reload(const bus::AdminReply& reply) {
  if (reply) waiting_reloads_.push_back(reply);
  // One that is under way may have read the files before they changed.
  is_reload_wanted_ = true;
  if (!is_reloading_) begin_reload();
}

void Daemon::begin_reload() {
  is_reloading_ = true;
  is_reload_wanted_ = false;
  reload_replies_ = std::exchange(waiting_reloads_, {});
  service::tell_reloading();
  log::info("reloading");
  submit_reload();
}

void Daemon::submit_reload() {
  const bool is_taken = workers_->try_submit([this, context = context_] {
    Diagnostics diagnostics;
    auto inputs = read_daemon_inputs(context, diagnostics);
    loop_->post([this, inputs = std::make_shared<Result<DaemonInputs>>(std::move(inputs)),
                 diagnostics = std::move(diagnostics)] { apply(std::move(*inputs), diagnostics); });
  });
  if (!is_taken) reload_retry_->fire_after(retry_pause);
}

void Daemon::apply(Result<DaemonInputs> inputs, const Diagnostics& diagnostics) {
  for (const Diagnostic& one : diagnostics) {
    const bool is_error = one.level == Diagnostic::Level::error;
    (is_error ? log::error : log::warn)("configuration", {{"problem", to_line(one)}});
  }
  const Problems problems = problems_of(inputs, diagnostics);
  std::string answer;
  if (problems.kind.empty()) {
    answer = take_up(std::move(*inputs));
  } else {
    log::error("reload refused; the old configuration stays", {{"reason", problems.lines.front()}});
    tell_refused_reload(problems.lines);
    answer = refusal_json(problems);
  }
  service::tell_ready("watching " + std::to_string(poller_->feeds().listed()) + " feeds");
  for (const bus::AdminReply& reply : std::exchange(reload_replies_, {})) reply(answer);
  is_reloading_ = false;
  if (is_reload_wanted_) begin_reload();
}

/// Sockets, store and threads stay as they were started; feeds, topics and their options change.
std::string Daemon::take_up(DaemonInputs inputs) {
  const std::string waiting =
      sections_for_a_restart(inputs_.configuration.settings, inputs.configuration.settings);
  if (!waiting.empty()) {
    log::warn("settings changed that only a restart brings into force", {{"sections", waiting}});
  }
  const RulesChange change = change_of(*inputs_.rules, *inputs.rules);
  const std::size_t feeds_before = poller_->feeds().listed();
  old_rules_.push_back(inputs_.rules);
  inputs_.rules = std::move(inputs.rules);
  inputs_.feeds = std::move(inputs.feeds);
  intake_->use(inputs_.rules);
  // Read without a mistake, the networks are right.
  if (auto guard = address_guard_of(inputs.configuration.settings.http)) {
    fetcher_->set_guard(std::move(*guard));
  }
  auto not_taken = nlohmann::json::array();
  if (!wire_->set_grants(std::move(inputs.grants))) {
    log::error("the wire is busy: keys stay as they were until a reload");
    not_taken.push_back("keys");
  }
  const bool is_taken =
      ledger_->ask([delivery = delivery_options_of(inputs.configuration.settings)](
                       pipeline::Ledger& ledger) { ledger.use(delivery); });
  if (!is_taken) {
    log::error("the ledger is busy: [delivery] stays as it was until a reload");
    not_taken.push_back("[delivery]");
  }
  list_feeds();
  ++reloads_;
  static_cast<void>(old_rule_sets());
  log::info("reloaded", {{"feeds", poller_->feeds().listed()},
                         {"topics", inputs_.rules->topics().size()},
                         {"rules", inputs_.rules->digest()},
                         {"topics_added", change.added.size()},
                         {"topics_removed", change.removed.size()},
                         {"topics_changed", change.changed.size()}});
  return json_line(
      json{{"reloaded", true},
           {"digest", inputs_.rules->digest()},
           {"topics", to_json(change)},
           {"feeds", {{"listed", poller_->feeds().listed()}, {"before", feeds_before}}},
           {"needs_restart", waiting},
           {"not_taken", not_taken}});
}

/// Whoever sent SIGHUP sees no answer; the log of alerts tells everybody.
void Daemon::tell_refused_reload(const std::vector<std::string>& problems) {
  constexpr int severity = 3;
  constexpr std::size_t longest = 1000;
  std::string first = problems.front().substr(0, longest);
  pipeline::StoreJob job;
  job.write = [first = std::move(first), count = problems.size()](
                  store::Transaction& transaction,
                  Time now) -> Result<std::vector<alert::LogRecord>> {
    const pipeline::Notice notice{
        .kind = "daemon.reload",
        .severity = severity,
        .summary = "A reload was refused and the old configuration stays: " + first +
                   (count > 1 ? " (and " + std::to_string(count - 1) + " more)" : ""),
        .condition = to_rfc3339(now)};
    alert::Alert alert = pipeline::operator_alert(notice, nullptr, now);
    auto record = transaction.append_alert(alert, 0, now);
    if (!record) return fail(record.error());
    return std::vector<alert::LogRecord>{std::move(*record)};
  };
  job.done = [](const Result<void>& stored) {
    if (!stored) log::warn("alert not stored", {{"reason", stored.error().message}});
  };
  if (!ledger_->write(std::move(job))) log::warn("alert not stored; the ledger's queue is full");
}

std::size_t Daemon::old_rule_sets() {
  std::erase_if(old_rules_, [](const auto& rules) { return rules.expired(); });
  return old_rules_.size();
}

}  // namespace tocsin::app
