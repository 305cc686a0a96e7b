// SPDX-License-Identifier: Apache-2.0
#include "app/topic_tests.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "app/input.hpp"
#include "app/item_line.hpp"
#include "topics/topic_file.hpp"

namespace tocsin::app {
namespace {

using topics::TestReport;

/// One corpus of one topic.
class CorpusRun {
 public:
  CorpusRun(const topics::RuleSet& rules, const topics::Topic& topic, bool must_alert)
      : rules_{rules},
        topic_{topic},
        must_alert_{must_alert},
        file_{beside(topic, must_alert ? topics::must_ending : topics::must_not_ending)} {}

  std::vector<TestReport> run() {
    std::error_code ignored;
    if (std::filesystem::exists(file_, ignored)) read();
    return std::move(reports_);
  }

 private:
  void read() {
    auto lines = LineReader::open(file_);
    if (!lines) return add("corpus", 0, lines.error().message);
    for (;;) {
      const auto line = lines->next();
      if (!line) return add("corpus", static_cast<unsigned>(lines->line()), line.error().message);
      if (!*line) return;
      if ((*line)->find_first_not_of(" \t") == std::string_view::npos) continue;
      const auto number = static_cast<unsigned>(lines->line());
      if (reports_.size() == CorpusLimits::items) {
        return add("corpus", number,
                   "over " + std::to_string(CorpusLimits::items) + " items in one corpus");
      }
      test(**line, number);
    }
  }

  void test(std::string_view line, unsigned number) {
    const auto item = read_item_line(line);
    if (!item) return add("line " + std::to_string(number), number, item.error().message);
    const topics::ItemFields fields = item->fields();
    topics::Match match;
    match.topic = &topic_;
    for (topics::Match& one : rules_.explain(fields)) {
      if (one.topic->id == topic_.id) match = std::move(one);
    }
    add(item->id, number, topics::why_not_as_expected(match, must_alert_));
  }

  void add(std::string name, unsigned line, std::string why) {
    const bool passed = why.empty();
    reports_.push_back({.topic = topic_.id,
                        .name = std::move(name),
                        .passed = passed,
                        .why = std::move(why),
                        .file = file_,
                        .line = line});
  }

  const topics::RuleSet& rules_;
  const topics::Topic& topic_;
  bool must_alert_;
  std::string file_;
  std::vector<TestReport> reports_;
};

/// A set of the topic alone: what other topics make of an item would cost time and say nothing.
std::shared_ptr<const topics::RuleSet> alone(const topics::Topic& topic) {
  Diagnostics ignored;  // it was compiled before, among the others
  auto rules = topics::RuleSet::compile({topic}, ignored);
  return rules ? *rules : nullptr;
}

bool has_corpus(const topics::Topic& topic) {
  std::error_code ignored;
  return std::filesystem::exists(beside(topic, topics::must_ending), ignored) ||
         std::filesystem::exists(beside(topic, topics::must_not_ending), ignored);
}

}  // namespace

std::string beside(const topics::Topic& topic, const std::string& ending) {
  return std::filesystem::path{topic.file}.replace_extension(ending).string();
}

std::vector<TestReport> run_topic_tests(const topics::RuleSet& rules, const topics::Topic& topic) {
  if (topic.status == topics::Status::retired) return {};
  std::vector<TestReport> reports = topics::run_tests(rules, topic);
  if (topic.file.empty() || !has_corpus(topic)) return reports;
  const auto one = alone(topic);
  if (!one) return reports;
  for (const bool must_alert : {true, false}) {
    for (TestReport& report : CorpusRun{*one, one->topics().front(), must_alert}.run()) {
      reports.push_back(std::move(report));
    }
  }
  return reports;
}

std::vector<TestReport> run_topic_tests(const topics::RuleSet& rules) {
  std::vector<TestReport> all;
  for (const topics::Topic& topic : rules.topics()) {
    for (TestReport& report : run_topic_tests(rules, topic)) all.push_back(std::move(report));
  }
  return all;
}

}  // namespace tocsin::app
