// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/found_item.hpp"
#include "app/input.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"
#include "app/rules.hpp"
#include "app/topic_tests.hpp"
#include "app/topic_verbs.hpp"
#include "app/tune_cases.hpp"
#include "app/unified_diff.hpp"
#include "app/wrap.hpp"
#include "topics/background.hpp"
#include "topics/topic_file.hpp"
#include "topics/tune.hpp"

namespace tocsin::app {
namespace {

using nlohmann::json;
using topics::Judgement;

struct Options {
  std::string topic;
  bool apply = false;
};

/// One file and what it is to become.
struct Rewrite {
  std::string file;
  std::string before;
  std::string after;

  [[nodiscard]] std::string diff() const {
    return unified_diff(before, after, std::filesystem::path{file}.filename().string());
  }
};

struct Proposal {
  topics::Tuning tuning;
  std::vector<Rewrite> files;            ///< Topic, tests.
  std::vector<std::string> still_wrong;  ///< Feedback that the proposal does not judge rightly.
  std::size_t feedback = 0;
  std::size_t tests = 0;  ///< Added.
};

Result<std::string> text_of(const std::string& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return std::string{};
  return read_file(file, topics::TopicLimits::file_bytes);
}

bool fires(const topics::RuleSet& rules, const topics::InlineTest& test) {
  topics::ItemFields item;
  item.title = test.title;
  item.content = test.text;
  return !rules.match(item).empty();
}

/// Makes the proposal for one topic.
class Proposer {
 public:
  Proposer(const topics::Topic& topic, const settings::Paths& paths)
      : topic_{topic},
        paths_{paths} {}

  Result<Proposal> run(std::vector<store::Feedback> feedback) {
    auto cases = tune_cases(topic_, std::move(feedback));
    if (!cases) return fail(cases.error());
    cases_ = std::move(*cases);
    proposal_.feedback = static_cast<std::size_t>(std::count_if(
        cases_.begin(), cases_.end(), [](const TuneCase& one) { return one.feedback > 0; }));
    const auto background = topics::Background::load(paths_.background);
    auto tuning = topics::tune(topic_, judged(cases_), background ? &*background : nullptr);
    if (!tuning) return fail(tuning.error());
    proposal_.tuning = std::move(*tuning);
    if (auto done = rewrite_topic(); !done) return fail(done.error());
    if (auto done = add_tests(); !done) return fail(done.error());
    return std::move(proposal_);
  }

 private:
  Result<void> rewrite_topic() {
    auto before = text_of(topic_.file);
    if (!before) return fail(before.error());
    if (proposal_.tuning.edit.is_empty()) return {};
    auto after = topics::edit_topic(*before, proposal_.tuning.edit, topic_.file);
    if (!after) return fail(after.error());
    proposal_.files.push_back(
        {.file = topic_.file, .before = std::move(*before), .after = std::move(*after)});
    return {};
  }

  /// Only what the proposed rule judges rightly becomes a test: the others would fail from now on.
  Result<void> add_tests() {
    const std::string file = beside(topic_, ".test.toml");
    auto before = text_of(file);
    if (!before) return fail(before.error());
    topics::Topic alone = proposal_.tuning.topic;
    alone.status = topics::Status::stable;
    Diagnostics diagnostics;
    const auto rules = topics::RuleSet::compile({std::move(alone)}, diagnostics);
    if (!rules) return fail(rules.error());
    std::string after = before->empty() ? "format = 1\n" : *before;
    if (!after.ends_with('\n')) after += '\n';
    for (const TuneCase& one : cases_) {
      if (one.feedback == 0 || one.is_test) continue;
      const topics::InlineTest test = test_of(one);
      if (fires(**rules, test) == one.is_relevant) {
        after += table_of(test);
        ++proposal_.tests;
      } else {
        proposal_.still_wrong.push_back(test.name);
      }
    }
    if (proposal_.tests == 0) return {};
    proposal_.files.push_back(
        {.file = file, .before = std::move(*before), .after = std::move(after)});
    return {};
  }

  const topics::Topic& topic_;
  const settings::Paths& paths_;
  std::vector<TuneCase> cases_;
  Proposal proposal_;
};

std::string told(const Judgement& judgement) {
  return fmt::format("{} of {} that should alert missed, {} of {} others alert", judgement.missed,
                     judgement.relevant, judgement.false_alarms, judgement.irrelevant);
}

/// For people, so that stdout holds the diff alone.
void report(const topics::Topic& topic, const Proposal& proposal) {
  std::string text = fmt::format("{}: {} items of feedback\n", topic.id, proposal.feedback);
  text += wrapped("  before  ", told(proposal.tuning.before));
  if (proposal.tuning.edit.is_empty()) {
    const bool is_right = proposal.tuning.before.wrong() == 0;
    text += wrapped("  rule    ", is_right ? "judges all of it rightly; nothing to change"
                                           : "no change found that judges it better without "
                                             "failing a test");
  } else {
    text += wrapped("  after   ", told(proposal.tuning.after));
  }
  text += wrapped("  tests   ", fmt::format("{} added from the feedback", proposal.tests));
  for (const std::string& name : proposal.still_wrong) {
    text += wrapped("  wrong   ", shown(name) + " is still judged wrongly and became no test");
  }
  static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
}

json to_json(const Judgement& judgement) {
  return {{"relevant", judgement.relevant},
          {"irrelevant", judgement.irrelevant},
          {"missed", judgement.missed},
          {"false_alarms", judgement.false_alarms}};
}

json to_json(const topics::TopicEdit& edit) {
  json weights = json::object();
  for (const auto& [term, weight] : edit.weights) weights[term] = weight;
  json added = json::object();
  for (const topics::Term& term : edit.added) added[term.text] = term.weight;
  return {{"weights", std::move(weights)},
          {"added", std::move(added)},
          {"removed", edit.removed},
          {"excluded", edit.excluded},
          {"threshold", edit.threshold ? json(*edit.threshold) : json()},
          {"version", edit.version ? json(*edit.version) : json()}};
}

std::string diff_of(const Proposal& proposal) {
  std::string diff;
  for (const Rewrite& one : proposal.files) diff += one.diff();
  return diff;
}

json to_json(const topics::Topic& topic, const Proposal& proposal, bool is_applied) {
  return {{"topic", topic.id},
          {"feedback", proposal.feedback},
          {"before", to_json(proposal.tuning.before)},
          {"after", to_json(proposal.tuning.after)},
          {"edit", to_json(proposal.tuning.edit)},
          {"tests_added", proposal.tests},
          {"still_wrong", proposal.still_wrong},
          {"diff", diff_of(proposal)},
          {"applied", is_applied}};
}

Result<Proposal> propose(const Configuration& configuration, const topics::Topic& topic) {
  auto store = open_store_for_reading(configuration);
  if (!store) return fail(store.error());
  auto feedback = (*store)->feedback(topic.id);
  if (!feedback) return fail(feedback.error());
  if (feedback->empty()) {
    return fail(Errc::not_found, "no feedback for topic '" + topic.id +
                                     "' yet; tocsin feedback --help tells how to give some");
  }
  return Proposer{topic, configuration.paths}.run(std::move(*feedback));
}

int tune(const Context& context, const Options& options) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const RulesOrExit found = rules_of(context);
  if (!found.rules) return found.exit;
  const std::string unknown = unknown_topic({options.topic}, *found.rules);
  if (!unknown.empty()) return complain(Exit::usage, unknown);
  const auto& all = found.rules->topics();
  const auto topic = std::find_if(all.begin(), all.end(),
                                  [&](const auto& one) { return one.id == options.topic; });
  const auto proposal = propose(*configuration, *topic);
  if (!proposal) return complain(exit_code_of(proposal.error()), proposal.error().message);
  if (options.apply) {
    for (const Rewrite& one : proposal->files) {
      if (auto written = write_file(one.file, one.after); !written) {
        return complain(exit_code_of(written.error()), written.error().message);
      }
    }
  }
  Output output;
  if (context.json) {
    output.line(json_line(to_json(*topic, *proposal, options.apply)));
  } else {
    report(*topic, *proposal);
    output.write(diff_of(*proposal));
  }
  return output.finish(Exit::ok);
}

}  // namespace

void add_topic_tune_command(CLI::App& topic, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App& verb =
      add_verb(topic, {.name = "tune",
                       .sentence = "Proposes a change of one topic out of the feedback, as a diff",
                       .example = "tocsin topic tune islamic-state | patch -p1 -d config/topics"});
  verb.add_option("id", options->topic, "Id of the topic")->required();
  verb.add_flag("--apply", options->apply, "Write the change into the files, too");
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return tune(context, *options);
    };
  });
}

}  // namespace tocsin::app
