// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

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
#include "topics/line_json.hpp"
#include "topics/topic.hpp"

namespace tocsin::app {
namespace {

struct Options {
  std::string file = "-";
  bool scores = false;
};

/// As it is, to be found again by who gave it; line ends and tabs would be those of the table.
std::string exactly(const std::string& id) {
  std::string text;
  for (const char c : id) {
    if (c == '\n' || c == '\t') {
      text += c == '\n' ? "\\n" : "\\t";
    } else {
      text += c;
    }
  }
  return text;
}

/// A topic of a batch by the name that it has there.
std::string name_of(const topics::Topic& topic) {
  const bool is_renamed = topic.derived && !topic.derived->name.empty();
  return is_renamed ? exactly(topic.derived->name) : topic.id;
}

/// "topic<TAB>item id<TAB>score<TAB>1|0" for every pair with a score above zero.
bool print_scores(const topics::RuleSet& rules, const ItemLine& item, Output& output) {
  std::string lines;
  for (const topics::Match& match : rules.explain(item.fields())) {
    if (match.score <= 0) continue;
    fmt::format_to(std::back_inserter(lines), "{}\t{}\t{:.9g}\t{}\n", name_of(*match.topic),
                   exactly(item.id), match.score, match.fired ? 1 : 0);
  }
  return output.write(lines);
}

std::string heading(const topics::Match& match, const ItemLine& item) {
  return fmt::format("{}  {}  {:.2f} x threshold  {}\n", emphasised(match.topic->id),
                     shown(item.id), ratio_of(match), shown(item.title));
}

bool print_matches(const topics::RuleSet& rules, const ItemLine& item, Output& output) {
  for (const topics::Match& match : rules.match(item.fields())) {
    std::string lines = heading(match, item);
    for (const topics::Evidence& piece : match.evidence) {
      fmt::format_to(std::back_inserter(lines), "    {} {}-{}  {}  \"{}\"\n",
                     topics::to_string(piece.field), piece.begin, piece.end, piece.term,
                     shown(surface(piece, item)));
    }
    if (!output.write(lines)) return false;
  }
  return true;
}

bool print_json(const topics::RuleSet& rules, const ItemLine& item, Output& output) {
  for (const topics::Match& match : rules.match(item.fields())) {
    if (!output.line(json_line(to_json(match, item)))) return false;
  }
  return true;
}

/// Every item of the file, and each line that is none on stderr: true when all are. Ends early when
/// nobody reads the output any more.
Result<bool> match_all(LineReader& lines,
                       const std::function<bool(const ItemLine& item)>& print_item) {
  bool are_items = true;
  for (;;) {
    const auto line = lines.next();
    if (!line && line.error().code == Errc::too_large) {
      are_items = false;
      complain(Exit::bad_input, line.error().message);
      continue;
    }
    if (!line) return fail(line.error());
    if (!*line) return are_items;
    if (topics::is_blank_line(**line)) continue;
    const auto item = read_item_line(**line);
    if (!item) {
      are_items = false;
      complain(Exit::bad_input, fmt::format("{}:{}:{}: {}", lines.name(), lines.line(),
                                            mistake_column(**line), item.error().message));
    } else if (!print_item(*item)) {
      return are_items;
    }
  }
}

int match(const Context& context, const Options& options) {
  const RulesOrExit found = rules_of(context);
  if (!found.rules) return found.exit;
  auto lines = LineReader::open(options.file);
  if (!lines) return complain(exit_code_of(lines.error()), lines.error().message);
  Output output;
  const auto print_item = options.scores ? print_scores : context.json ? print_json : print_matches;
  const auto done = match_all(
      *lines, [&](const ItemLine& item) { return print_item(*found.rules, item, output); });
  if (!done) {
    const int code = output.finish(exit_code_of(done.error()));
    return complain(code, done.error().message);
  }
  return output.finish(*done ? Exit::ok : Exit::bad_input);
}

}  // namespace

void add_match_command(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App& verb = add_verb(
      app, {.name = "match",
            .sentence = "Matches items offline: one JSON object a line with id, title, text",
            .example = "tocsin match --topics config/topics items.jsonl"});
  verb.add_option("items", options->file, "The items; - is stdin")->type_name("ITEMS.jsonl");
  verb.add_flag("--scores", options->scores,
                "Print topic, item id, score and 1 or 0 (fires or not), apart by tabs, for every "
                "score above zero");
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return match(context, *options);
    };
  });
}

}  // namespace tocsin::app
