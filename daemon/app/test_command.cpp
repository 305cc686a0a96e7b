// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"
#include "app/rules.hpp"
#include "base/suggest.hpp"
#include "topics/inline_test.hpp"
#include "topics/topic.hpp"

namespace tocsin::app {
namespace {

std::vector<std::string> ids_of(const topics::RuleSet& rules) {
  std::vector<std::string> ids;
  for (const topics::Topic& topic : rules.topics()) ids.push_back(topic.id);
  return ids;
}

bool is_wanted(const std::vector<std::string>& wanted, const std::string& topic) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), topic) != wanted.end();
}

/// The first name that is no topic's, as a message; empty when there is none.
std::string unknown_topic(const std::vector<std::string>& wanted, const topics::RuleSet& rules) {
  const std::vector<std::string> ids = ids_of(rules);
  for (const std::string& name : wanted) {
    if (std::find(ids.begin(), ids.end(), name) == ids.end()) {
      return "no topic '" + name + "'" + did_you_mean(name, ids);
    }
  }
  return {};
}

void print(const topics::TestReport& report, bool as_json, Output& output) {
  if (as_json) {
    output.line(json_line({{"topic", report.topic},
                           {"name", report.name},
                           {"passed", report.passed},
                           {"why", report.why},
                           {"line", report.line}}));
  } else if (!report.passed) {
    output.line(emphasised(report.topic) + ": \"" + shown(report.name) + "\" (line " +
                std::to_string(report.line) + "): " + shown(report.why, 500));
  }
}

int test(const Context& context, const std::vector<std::string>& wanted) {
  const RulesOrExit found = rules_of(context);
  if (!found.rules) return found.exit;
  const std::string unknown = unknown_topic(wanted, *found.rules);
  if (!unknown.empty()) return complain(Exit::usage, unknown);
  Output output;
  std::size_t passed = 0;
  std::size_t failed = 0;
  for (const topics::TestReport& report : topics::run_tests(*found.rules)) {
    if (!is_wanted(wanted, report.topic)) continue;
    ++(report.passed ? passed : failed);
    print(report, context.json, output);
  }
  if (!context.json) {
    output.line(std::to_string(passed) + " passed, " + std::to_string(failed) + " failed");
  }
  return output.finish(failed == 0 ? Exit::ok : Exit::failed);
}

}  // namespace

void add_test_command(CLI::App& app, Context& context) {
  const auto wanted = std::make_shared<std::vector<std::string>>();
  CLI::App& verb = add_verb(app, {.name = "test",
                                  .sentence = "Runs the tests beside the topic files",
                                  .example = "tocsin test islamic-state"});
  verb.add_option("topic", *wanted, "Only these topics")->type_name("TOPIC");
  verb.callback([&context, wanted] {
    context.work = [&context, wanted] {
      return test(context, *wanted);
    };
  });
}

}  // namespace tocsin::app
