// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/found_item.hpp"
#include "app/json_line.hpp"
#include "app/order.hpp"
#include "app/output.hpp"
#include "app/reason.hpp"
#include "app/rules.hpp"
#include "app/silence_orders.hpp"
#include "app/time_words.hpp"
#include "app/user_name.hpp"
#include "app/wrap.hpp"
#include "base/time_format.hpp"
#include "pipeline/ledger.hpp"

namespace tocsin::app {
namespace {

struct AddOptions {
  std::string topic;
  std::string story;
  std::string feed;
  std::string source;
  std::string until;
  std::string reason;
  std::string author;
};

using Do = std::function<Result<store::Silence>(pipeline::Ledger&)>;

Result<std::string> change_here(const settings::Paths& paths, const Do& change) {
  auto store = store::Store::open(paths.database);
  if (!store) return fail(store.error());
  const SystemClock clock;
  // No item is compared here: any weights do.
  pipeline::Ledger ledger{**store, clock, {}, [](std::string_view) {
                            return 1.0;
                          }};
  const auto silence = change(ledger);
  if (!silence) return fail(silence.error());
  return silence_answer(silence);
}

Result<std::string> change(const settings::Paths& paths, std::string_view verb,
                           const nlohmann::json& order, const Do& alone) {
  return have_changed(paths, verb, json_line(order),
                      [&paths, &alone] { return change_here(paths, alone); });
}

int tell(const Context& context, const Result<std::string>& answer, const char* what) {
  if (!answer) {
    const Errc code = answer.error().code;
    const bool is_no = code == Errc::not_found || code == Errc::invalid_input;
    return complain(is_no ? Exit::failed : exit_code_of(answer.error()), answer.error().message);
  }
  const auto object = read_answer(*answer);
  if (!object) return complain(Exit::failed, object.error().message);
  Output output;
  if (context.json) {
    output.line(json_line(*object));
  } else {
    output.line("silence " + std::to_string(object->value("silence", std::int64_t{0})) + " of " +
                object->value("scope", "") + " " + shown(object->value("name", "")) + what +
                object->value("expires", ""));
  }
  return output.finish(Exit::ok);
}

/// The one thing that is named; scope and name.
std::vector<std::pair<std::string, std::string>> named(const AddOptions& options) {
  std::vector<std::pair<std::string, std::string>> all{{"topic", options.topic},
                                                       {"story", options.story},
                                                       {"feed", options.feed},
                                                       {"source", options.source}};
  std::erase_if(all, [](const auto& one) { return one.second.empty(); });
  return all;
}

int add(const Context& context, const AddOptions& options) {
  const auto names = named(options);
  if (names.size() != 1) {
    return complain(Exit::usage, "name one of --topic, --story, --feed and --source");
  }
  const auto until = time_ahead(options.until, SystemClock{}.now());
  if (!until) return complain(Exit::usage, until.error().message);
  const std::string wrong = mistake_in_reason(options.reason);
  if (!wrong.empty()) return complain(Exit::usage, wrong);
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  if (!options.topic.empty()) {
    const RulesOrExit rules = rules_of(context);
    if (!rules.rules) return rules.exit;
    const std::string unknown = unknown_topic({options.topic}, *rules.rules);
    if (!unknown.empty()) return complain(Exit::usage, unknown);
  }
  const store::Silence silence{.scope = names.front().first,
                               .name = names.front().second,
                               .expires_at = *until,
                               .author = options.author.empty() ? user_name() : options.author,
                               .reason = options.reason};
  const auto order = to_json(silence);
  return tell(context,
              change(configuration->paths, add_silence_verb, order,
                     [&order](pipeline::Ledger& ledger) -> Result<store::Silence> {
                       auto read = read_silence(json_line(order));
                       if (!read) return read;
                       return ledger.add_silence(std::move(*read));
                     }),
              " until ");
}

int end(const Context& context, std::int64_t number) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  return tell(context,
              change(configuration->paths, end_silence_verb, nlohmann::json{{"silence", number}},
                     [number](pipeline::Ledger& ledger) { return ledger.end_silence(number); }),
              " ended at ");
}

std::string text_of(const store::Silence& silence, std::int64_t holds, bool is_over) {
  const std::string head = std::to_string(silence.id) + "  ";
  return wrapped(head, emphasised(silence.scope + " " + shown(silence.name)) +
                           (is_over ? " ended " : " until ") + to_rfc3339(silence.expires_at) +
                           ", holds " + std::to_string(holds) + ", by " + shown(silence.author) +
                           ": " + shown(silence.reason, 1000));
}

int list(const Context& context, bool all) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const auto store = open_store_for_reading(*configuration);
  if (!store) return complain(exit_code_of(store.error()), store.error().message);
  const Time now = SystemClock{}.now();
  const auto silences = (*store)->silences(all ? Time::min() : now);
  if (!silences) return complain(exit_code_of(silences.error()), silences.error().message);
  const auto held = (*store)->held("");
  if (!held) return complain(exit_code_of(held.error()), held.error().message);
  Output output;
  for (const store::Silence& silence : *silences) {
    const auto holds =
        std::count_if(held->begin(), held->end(),
                      [&silence](const store::Held& one) { return one.silence_id == silence.id; });
    if (context.json) {
      auto line = to_json(silence);
      line["holds"] = holds;
      output.line(json_line(line));
    } else {
      output.write(text_of(silence, holds, silence.expires_at <= now));
    }
  }
  return output.finish(Exit::ok);
}

void add_add_command(CLI::App& silence, Context& context) {
  CLI::App& verb = add_verb(
      silence,
      {.name = "add",
       .sentence = "Holds alerts until a time, then tells them by a digest",
       .example = "tocsin silence add --topic islamic-state --for 2h --reason 'exercise'"});
  const auto options = std::make_shared<AddOptions>();
  verb.add_option("--topic", options->topic, "Alerts of this topic")->type_name("ID");
  verb.add_option("--story", options->story, "Alerts of this story, unless they bring new names")
      ->type_name("ID");
  verb.add_option("--feed", options->feed, "Alerts on items of this feed: its id, or URL as listed")
      ->type_name("KEY");
  verb.add_option("--source", options->source, "Alerts on items that this host published")
      ->type_name("HOST");
  verb.add_option("--for,--until", options->until,
                  "How long, such as 2h or 7d, or until when: a date, or a time of RFC 3339")
      ->type_name("TIME")
      ->required();
  verb.add_option("--reason", options->reason, "Why")->type_name("TEXT")->required();
  verb.add_option("--author", options->author, "Who; your user name where this is missing")
      ->type_name("NAME");
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return add(context, *options);
    };
  });
}

void add_list_command(CLI::App& silence, Context& context) {
  CLI::App& verb = add_verb(silence, {.name = "list",
                                      .sentence = "Prints the silences in force",
                                      .example = "tocsin silence list --all"});
  const auto all = std::make_shared<bool>(false);
  verb.add_flag("--all", *all, "Also those that are over");
  verb.callback([&context, all] {
    context.work = [&context, all] {
      return list(context, *all);
    };
  });
}

void add_end_command(CLI::App& silence, Context& context) {
  CLI::App& verb = add_verb(silence, {.name = "end",
                                      .sentence = "Ends a silence now; what it held is told",
                                      .example = "tocsin silence end 7"});
  const auto number = std::make_shared<std::int64_t>(0);
  verb.add_option("silence", *number, "Its number, as list tells it")
      ->type_name("NUMBER")
      ->required();
  verb.callback([&context, number] {
    context.work = [&context, number] {
      return end(context, *number);
    };
  });
}

}  // namespace

void add_silence_command(CLI::App& app, Context& context) {
  CLI::App& silence =
      add_verb(app, {.name = "silence",
                     .sentence = "Adds, lists and ends silences: alerts that are held for a while",
                     .example = "tocsin silence list"});
  silence.require_subcommand(1);
  add_add_command(silence, context);
  add_list_command(silence, context);
  add_end_command(silence, context);
}

}  // namespace tocsin::app
