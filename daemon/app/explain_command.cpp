// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/found_item.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"
#include "app/rules.hpp"
#include "app/verdict.hpp"
#include "app/wrap.hpp"

namespace tocsin::app {
namespace {

struct Options {
  ItemWish item{.word = "-"};
  std::vector<std::string> topics;
  bool all = false;
};

using Verdicts = std::vector<Verdict>;

std::string heading(const FoundItem& found) {
  std::string lines = wrapped("", shown(found.from));
  if (!found.item.title.empty()) {
    lines += wrapped("", "\"" + shown(found.item.title, 1000) + "\"");
  }
  if (found.row && found.row->baseline) {
    lines += "seen at its feed's first poll: it never alerts\n";
  } else if (found.row && found.row->late) {
    lines += "published long before it was first seen: it does not alert\n";
  }
  return lines + "\n";
}

std::string as_text(const FoundItem& found, const Verdicts& verdicts, bool tells_all) {
  std::string text = heading(found);
  std::size_t bare = 0;
  for (const Verdict& verdict : verdicts) {
    if (verdict.is_bare() && !tells_all) {
      ++bare;
    } else {
      text += describe(verdict, found.item);
    }
  }
  if (bare > 0) {
    text += "nothing occurs of " + std::to_string(bare) + (bare == 1 ? " topic" : " topics") +
            "; --all names them\n";
  }
  return text;
}

std::string as_json(const FoundItem& found, const Verdicts& verdicts, bool tells_all) {
  auto list = nlohmann::json::array();
  for (const Verdict& verdict : verdicts) {
    if (!verdict.is_bare() || tells_all) list.push_back(to_json(verdict, found.item));
  }
  nlohmann::json object{{"item", found.item.id},           {"from", found.from},
                        {"title", found.item.title},       {"link", found.item.link},
                        {"language", found.item.language}, {"verdicts", std::move(list)}};
  if (found.row) {
    object["baseline"] = found.row->baseline;
    object["late"] = found.row->late;
  }
  if (found.alert) object["alert"] = found.alert->id;
  return json_line(object);
}

/// False when nobody reads any more.
bool print(const FoundItem& found, const Verdicts& verdicts, const Context& context,
           const Options& options, Output& output) {
  const bool tells_all = options.all || !options.topics.empty();
  if (context.json) return output.line(as_json(found, verdicts, tells_all));
  return output.write(as_text(found, verdicts, tells_all));
}

int explain(const Context& context, const Options& options) {
  const auto items = find_items(context, options.item);
  if (!items) return complain(exit_code_of(items.error()), items.error().message);
  const RulesOrExit found = rules_of(context);
  if (!found.rules) return found.exit;
  const std::string unknown = unknown_topic(options.topics, *found.rules);
  if (!unknown.empty()) return complain(Exit::usage, unknown);
  Output output;
  bool is_matched = false;
  for (const FoundItem& item : *items) {
    const Verdicts verdicts = verdicts_of(*found.rules, item, options.topics);
    is_matched = is_matched || std::any_of(verdicts.begin(), verdicts.end(), [](const auto& one) {
                   return one.match.fired && !one.is_left_out;
                 });
    if (&item != &items->front() && !context.json) output.write("\n");
    if (!print(item, verdicts, context, options, output)) break;
  }
  return output.finish(is_matched ? Exit::ok : Exit::failed);
}

}  // namespace

void add_explain_command(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App& verb = add_verb(
      app, {.name = "explain",
            .sentence = "Tells every topic's verdict on one item, and why; exit 1 when none fires",
            .example = "tocsin explain https://news.example/a-report --topic islamic-state"});
  verb.add_option("item", options->item.word,
                  "The id of an alert, an item's identity, number or URL, or a file with one JSON "
                  "object (id, title, text); - is stdin")
      ->type_name("ITEM");
  verb.add_option("--topic", options->topics, "Only this topic; may be repeated")
      ->allow_extra_args(false);
  verb.add_flag("--all", options->all, "Also the topics of which nothing occurs");
  verb.add_flag("--fetch", options->item.fetch, "Fetch a URL though the store has its item");
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return explain(context, *options);
    };
  });
}

}  // namespace tocsin::app
