// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <set>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/feed_list.hpp"
#include "app/host_check.hpp"
#include "app/input.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"
#include "app/place_check.hpp"
#include "app/plugin_place.hpp"
#include "app/rules.hpp"
#include "app/topic_tests.hpp"
#include "base/suggest.hpp"
#include "base/url.hpp"
#include "feed/opml.hpp"
#include "topics/topic.hpp"

namespace tocsin::app {
namespace {

/// A feed's key may be a URL with a password in it.
std::vector<std::string> without_secrets(const std::set<std::string>& names) {
  std::vector<std::string> told;
  for (const std::string& name : names) told.push_back(tocsin::without_secrets(name));
  return told;
}

struct Options {
  bool strict = false;
  bool offline = false;
};

/// Everything that was looked at, and what was found.
struct Findings {
  Diagnostics diagnostics;
  std::vector<feed::Subscription> feeds;
  std::vector<std::string> topics;
  std::vector<std::string> experimental;  ///< Those of them that are published under lab/.
  std::size_t tests = 0;
  bool is_denied = false;  ///< A file could not be read for want of a permission.
};

void add(Findings& findings, Diagnostic::Level level, std::string file, std::string message) {
  findings.diagnostics.push_back({.file = std::move(file),
                                  .line = 0,
                                  .column = 0,
                                  .message = std::move(message),
                                  .level = level});
}

/// A failure that left no diagnostic of its own becomes one.
void add_failure(Findings& findings, std::size_t before, const std::string& file,
                 const Error& error) {
  findings.is_denied = findings.is_denied || error.code == Errc::refused;
  const auto first = findings.diagnostics.begin() + static_cast<std::ptrdiff_t>(before);
  if (has_errors({first, findings.diagnostics.end()})) return;
  std::string message = error.message;
  if (message.starts_with(file + ": ")) message.erase(0, file.size() + 2);
  add(findings, Diagnostic::Level::error, file, message);
}

void check_feeds(const settings::Paths& paths, Findings& findings) {
  const std::string& file = paths.feeds;
  const std::size_t before = findings.diagnostics.size();
  const auto bytes = read_file(file, feed_list_limit);
  if (!bytes) {
    Error error = bytes.error();
    const bool is_default = !paths.is_config_given && ::access(paths.config.c_str(), F_OK) != 0;
    if (error.code == Errc::not_found && is_default) {
      error.message += "; no configuration file was found at the default place, " + paths.config;
    }
    return add_failure(findings, before, file, error);
  }
  auto feeds = feed::read_opml(*bytes, file, findings.diagnostics);
  if (!feeds) return add_failure(findings, before, file, feeds.error());
  findings.feeds = std::move(*feeds);
  if (findings.feeds.empty()) {
    add(findings, Diagnostic::Level::warning, file, "the list names no feed");
  }
}

void check_tests(const topics::RuleSet& rules, Findings& findings) {
  for (const topics::Topic& topic : rules.topics()) {
    findings.topics.push_back(topic.id);
    if (topic.status == topics::Status::experimental) findings.experimental.push_back(topic.id);
  }
  for (const topics::TestReport& report : run_topic_tests(rules)) {
    ++findings.tests;
    if (report.passed) continue;
    findings.diagnostics.push_back(
        {.file = report.file,
         .line = report.line,
         .column = 1,
         .message = "test \"" + report.name + "\" fails: " + report.why});
  }
}

void check_topics(const std::vector<std::string>& folders, Findings& findings) {
  const std::size_t before = findings.diagnostics.size();
  const auto rules = load_rules(folders, findings.diagnostics);
  if (!rules) return add_failure(findings, before, folders.back(), rules.error());
  if ((*rules)->topics().empty()) {
    add(findings, Diagnostic::Level::warning, folders.back(), "no topics, so nothing can alert");
  }
  check_tests(**rules, findings);
}

/// [[feed]] tables against the feeds, folders and topics there are.
void check_feed_tables(const Configuration& configuration, Findings& findings) {
  std::set<std::string> keys;
  std::set<std::string> tags;
  for (const feed::Subscription& feed : findings.feeds) {
    keys.insert(feed.key());
    tags.insert(feed.tags.begin(), feed.tags.end());
  }
  const auto tell = [&](const auto& table, Diagnostic::Level level, std::string message) {
    findings.diagnostics.push_back({.file = configuration.paths.config,
                                    .line = table.line,
                                    .column = 1,
                                    .message = std::move(message),
                                    .level = level});
  };
  const std::set<std::string> topics{findings.topics.begin(), findings.topics.end()};
  for (const settings::FeedOptions& table : configuration.settings.feeds) {
    const bool is_by_id = !table.id.empty();
    const std::string& name = is_by_id ? table.id : table.tag;
    const std::set<std::string>& known = is_by_id ? keys : tags;
    if (!known.contains(name)) {
      tell(table, Diagnostic::Level::warning,
           (is_by_id ? "no feed has the id '" : "no feed stands in a folder '") +
               tocsin::without_secrets(name) + "'" + did_you_mean(name, without_secrets(known)));
    }
    for (const std::string& topic : table.topics) {
      if (topics.contains(topic)) continue;
      tell(table, Diagnostic::Level::error,
           "no topic '" + topic + "'" + did_you_mean(topic, findings.topics));
    }
  }
  for (const settings::TopicOptions& table : configuration.settings.topics) {
    if (topics.contains(table.id)) continue;
    tell(table, Diagnostic::Level::error,
         "no topic '" + table.id + "'" + did_you_mean(table.id, findings.topics));
  }
}

/// Who may read a secret is looked at when the plugin starts, by its own user.
void check_plugins(const settings::Paths& paths, Findings& findings) {
  for (const std::string& name : names_of_instances(paths)) {
    const std::string file = paths.plugins + "/" + name + ".toml";
    if (!manifest::is_plugin_name(name)) {
      add(findings, Diagnostic::Level::error, file, "its name is not made of a-z, 0-9 and -");
      continue;
    }
    const std::size_t before = findings.diagnostics.size();
    const auto read = read_instance(paths, name, Secrets::may_be_absent, findings.diagnostics);
    if (!read) add_failure(findings, before, file, read.error());
  }
}

void check_hosts(const std::string& file, Findings& findings) {
  constexpr std::chrono::seconds patience{10};
  std::set<std::string> hosts;
  for (const feed::Subscription& feed : findings.feeds) {
    if (const auto url = parse_http_url(feed.url)) hosts.insert(url->host);
  }
  for (const UnknownHost& unknown : find_unknown_hosts({hosts.begin(), hosts.end()}, patience)) {
    add(findings, Diagnostic::Level::warning, file,
        "host '" + unknown.host + "' is not found: " + unknown.why);
  }
}

Findings look_at_everything(const Context& context, const Options& options) {
  Findings findings;
  auto configuration = load_configuration(context, findings.diagnostics);
  if (!configuration) {
    const auto paths = settings::resolve_paths(context.paths, settings::Environment::of_process());
    add_failure(findings, 0, paths ? paths->config : "tocsin.toml", configuration.error());
    if (!paths) return findings;
    configuration = Configuration{{}, *paths};  // the rest may hold mistakes as well
  }
  check_feeds(configuration->paths, findings);
  check_topics(configuration->paths.topics, findings);
  check_feed_tables(*configuration, findings);
  check_places(*configuration, findings.diagnostics);
  check_plugins(configuration->paths, findings);
  if (!options.offline) check_hosts(configuration->paths.feeds, findings);
  return findings;
}

std::string as_json(const Findings& findings) {
  auto list = nlohmann::json::array();
  for (const Diagnostic& diagnostic : findings.diagnostics) {
    const bool is_error = diagnostic.level == Diagnostic::Level::error;
    list.push_back({{"file", diagnostic.file},
                    {"line", diagnostic.line},
                    {"column", diagnostic.column},
                    {"level", is_error ? "error" : "warning"},
                    {"message", diagnostic.message}});
  }
  return json_line({{"ok", !has_errors(findings.diagnostics)},
                    {"feeds", findings.feeds.size()},
                    {"topics", findings.topics.size()},
                    {"experimental", findings.experimental},
                    {"tests", findings.tests},
                    {"findings", std::move(list)}});
}

/// " (2 experimental, published under lab/)".
std::string lab_note(const Findings& findings) {
  if (findings.experimental.empty()) return {};
  return " (" + std::to_string(findings.experimental.size()) +
         " experimental, published under lab/)";
}

int check(const Context& context, const Options& options) {
  const Findings findings = look_at_everything(context, options);
  const bool is_wrong = has_errors(findings.diagnostics);
  Output output;
  if (context.json) {
    output.line(as_json(findings));
  } else {
    print_diagnostics(findings.diagnostics);
    output.line(std::to_string(findings.feeds.size()) + " feeds, " +
                std::to_string(findings.topics.size()) + " topics" + lab_note(findings) + ", " +
                std::to_string(findings.tests) + " tests, " +
                std::to_string(findings.diagnostics.size()) + " findings");
  }
  if (is_wrong) return output.finish(findings.is_denied ? Exit::permission : Exit::configuration);
  const bool is_warned = options.strict && !findings.diagnostics.empty();
  return output.finish(is_warned ? Exit::warnings : Exit::ok);
}

}  // namespace

void add_check_command(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App& verb = add_verb(
      app, {.name = "check",
            .sentence = "Finds every mistake in configuration, feeds, topics and plugins.d",
            .example = "tocsin check --config /etc/tocsin/tocsin.toml --strict"});
  verb.add_flag("--strict", options->strict, "Exit 3 on warnings");
  verb.add_flag("--offline", options->offline, "Do not look up the hosts of the feeds");
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return check(context, *options);
    };
  });
}

}  // namespace tocsin::app
