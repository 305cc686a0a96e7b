// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/input.hpp"
#include "app/item_line.hpp"
#include "app/json_line.hpp"
#include "app/match_json.hpp"
#include "app/output.hpp"
#include "app/rules.hpp"
#include "topics/topic.hpp"

namespace tocsin::app {
namespace {

constexpr std::size_t item_limit = std::size_t{4} << 20U;

struct Options {
  std::string file = "-";
  std::vector<std::string> topics;
};

/// A verdict for every topic asked for, also where nothing of it occurs, in the order of the ids.
std::vector<topics::Match> verdicts(const topics::RuleSet& rules, const ItemLine& item,
                                    const std::vector<std::string>& wanted) {
  std::vector<topics::Match> told = rules.explain(item.fields());
  std::vector<topics::Match> all;
  for (const topics::Topic& topic : rules.topics()) {
    const bool is_wanted =
        wanted.empty() || std::find(wanted.begin(), wanted.end(), topic.id) != wanted.end();
    if (!is_wanted) continue;
    const auto found = std::find_if(told.begin(), told.end(), [&topic](const auto& match) {
      return match.topic->id == topic.id;
    });
    if (found != told.end()) {
      all.push_back(std::move(*found));
    } else {
      all.emplace_back().topic = &topic;
    }
  }
  return all;
}

/// Why a topic with a score stayed silent, one line each.
std::string reasons(const topics::Match& match) {
  std::string lines;
  const double short_by = match.topic->threshold - match.score;
  if (short_by > 0) fmt::format_to(std::back_inserter(lines), "    short by {:.4f}\n", short_by);
  for (const std::string& group : match.missing) lines += "    missing " + shown(group) + "\n";
  for (const std::string& term : match.excluded_by)
    lines += "    excluded by " + shown(term) + "\n";
  if (match.gate_failed) lines += "    its 'when' does not hold\n";
  for (const topics::Filtered& one : match.filtered_by) {
    fmt::format_to(std::back_inserter(lines), "    filter {} holds: {}\n", one.filter,
                   shown(std::string{one.reason}));
  }
  if (match.topic->status == topics::Status::retired) lines += "    the topic is retired\n";
  return lines;
}

std::string describe(const topics::Match& match, const ItemLine& item) {
  const topics::Topic& topic = *match.topic;
  std::string lines = emphasised(topic.id);
  const bool is_bare = match.score <= 0 && match.evidence.empty() && match.excluded_by.empty();
  if (is_bare) return lines + ": nothing of it occurs\n";
  fmt::format_to(std::back_inserter(lines), ": {}, score {:.4f}, threshold {:.4f} ({:.2f} x)\n",
                 match.fired ? "fires" : "silent", match.score, topic.threshold,
                 topic.threshold > 0 ? match.score / topic.threshold : 0.0);
  for (const topics::Evidence& piece : match.evidence) {
    fmt::format_to(std::back_inserter(lines), "    {:+.4f}  {}  {} {}-{}  \"{}\"\n",
                   piece.contribution, piece.term, topics::to_string(piece.field), piece.begin,
                   piece.end, shown(surface(piece, item)));
  }
  return match.fired ? lines : lines + reasons(match);
}

std::string as_json(const std::vector<topics::Match>& all, const ItemLine& item) {
  auto list = nlohmann::json::array();
  for (const topics::Match& match : all) list.push_back(to_json(match, item));
  return json_line({{"item", item.id}, {"verdicts", std::move(list)}});
}

int explain(const Context& context, const Options& options) {
  const auto bytes = read_file(options.file, item_limit);
  if (!bytes) return complain(exit_code_of(bytes.error()), bytes.error().message);
  const auto item = read_item_line(*bytes);
  if (!item) return complain(Exit::bad_input, options.file + ": " + item.error().message);
  const RulesOrExit found = rules_of(context);
  if (!found.rules) return found.exit;
  const auto all = verdicts(*found.rules, *item, options.topics);
  if (all.empty()) return complain(Exit::usage, "no topic of that id");
  Output output;
  if (context.json) {
    output.line(as_json(all, *item));
  } else {
    for (const topics::Match& match : all) output.write(describe(match, *item));
  }
  const bool is_matched =
      std::any_of(all.begin(), all.end(), [](const auto& match) { return match.fired; });
  return output.finish(is_matched ? Exit::ok : Exit::failed);
}

}  // namespace

void add_explain_command(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App& verb = add_verb(
      app, {.name = "explain",
            .sentence = "Tells every topic's verdict on one item, and why; exit 1 when none fires",
            .example = "tocsin explain item.json --topic islamic-state"});
  verb.add_option("item", options->file, "One JSON object with id, title, text; - is stdin")
      ->type_name("ITEM.json");
  verb.add_option("--topic", options->topics, "Only this topic; may be repeated")
      ->allow_extra_args(false);
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return explain(context, *options);
    };
  });
}

}  // namespace tocsin::app
