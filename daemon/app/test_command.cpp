// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"
#include "app/rules.hpp"
#include "app/topic_tests.hpp"
#include "topics/topic.hpp"

namespace tocsin::app {
namespace {

bool is_wanted(const std::vector<std::string>& wanted, const std::string& topic) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), topic) != wanted.end();
}

std::string file_name(const std::string& path) {
  return std::filesystem::path{path}.filename().string();
}

void print(const topics::TestReport& report, bool as_json, Output& output) {
  if (as_json) {
    output.line(json_line({{"topic", report.topic},
                           {"name", report.name},
                           {"passed", report.passed},
                           {"why", report.why},
                           {"file", report.file},
                           {"line", report.line}}));
  } else if (!report.passed) {
    output.line(emphasised(report.topic) + ": \"" + shown(report.name) + "\" (" +
                shown(file_name(report.file)) + ":" + std::to_string(report.line) +
                "): " + shown(report.why, 500));
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
  for (const topics::Topic& topic : found.rules->topics()) {
    if (!is_wanted(wanted, topic.id)) continue;
    for (const topics::TestReport& report : run_topic_tests(*found.rules, topic)) {
      ++(report.passed ? passed : failed);
      print(report, context.json, output);
    }
  }
  if (!context.json) {
    output.line(std::to_string(passed) + " passed, " + std::to_string(failed) + " failed");
  }
  return output.finish(failed == 0 ? Exit::ok : Exit::failed);
}

}  // namespace

void add_test_command(CLI::App& app, Context& context) {
  const auto wanted = std::make_shared<std::vector<std::string>>();
  CLI::App& verb =
      add_verb(app, {.name = "test",
                     .sentence = "Runs the tests and the corpora beside the topic files",
                     .example = "tocsin test islamic-state"});
  verb.add_option("topic", *wanted, "Only these topics")->type_name("TOPIC");
  verb.callback([&context, wanted] {
    context.work = [&context, wanted] {
      return test(context, *wanted);
    };
  });
}

}  // namespace tocsin::app
