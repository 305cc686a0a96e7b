// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/daemon_inputs.hpp"
#include "app/found_item.hpp"
#include "app/json_line.hpp"
#include "app/order.hpp"
#include "app/output.hpp"
#include "app/reason.hpp"
#include "app/story_orders.hpp"
#include "app/story_view.hpp"
#include "app/user_name.hpp"
#include "base/quantity.hpp"
#include "bus/client.hpp"
#include "pipeline/ledger.hpp"
#include "store/state_lock.hpp"

namespace tocsin::app {
namespace {

constexpr std::chrono::seconds patience{10};

struct ListOptions {
  std::string since = "72h";
  std::size_t limit = 100;
};

struct ChangeOptions {
  pipeline::StoryOrder order;
  bool is_offline = false;
};

/// What is not there, or is named wrongly, is "no"; the rest as for every verb.
int failed(const Error& error) {
  const bool is_no = error.code == Errc::not_found || error.code == Errc::invalid_input;
  return complain(is_no ? Exit::failed : exit_code_of(error), error.message);
}

int list(const Context& context, const ListOptions& options) {
  const auto since = read_duration(options.since);
  if (!since) return complain(Exit::usage, "--since takes a duration, such as 24h or 7d");
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const auto store = open_store_for_reading(*configuration);
  if (!store) return failed(store.error());
  const Time from = SystemClock{}.now() - std::chrono::milliseconds{*since};
  const auto stories = (*store)->stories_since(from, options.limit);
  if (!stories) return failed(stories.error());
  Output output;
  for (const store::StoryRow& story : *stories) {
    const bool open = is_open(story, configuration->settings.story.window);
    if (!output.line(context.json ? json_line(to_json(story, open)) : to_text(story, open))) break;
  }
  return output.finish(Exit::ok);
}

int show(const Context& context, const std::string& id) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const auto store = open_store_for_reading(*configuration);
  if (!store) return failed(store.error());
  auto story = find_story(**store, id);
  if (!story) return failed(story.error());
  const auto view = view_of(**store, std::move(*story), configuration->settings.story.window);
  if (!view) return failed(view.error());
  Output output;
  output.line(context.json ? json_line(to_json(*view)) : to_text(*view));
  return output.finish(Exit::ok);
}

/// Without a daemon: takes the state lock, so that none can start meanwhile.
Result<std::string> change_here(const Configuration& configuration,
                                const pipeline::StoryOrder& order, Diagnostics& diagnostics) {
  auto lock = store::StateLock::take(configuration.paths.state);
  if (!lock) return fail(lock.error());
  auto store = store::Store::open(configuration.paths.database);
  if (!store) return fail(store.error());
  const SystemClock clock;
  pipeline::Ledger::Options options;
  options.story = story_options_of(configuration.settings);
  pipeline::Ledger ledger{**store, clock, options,
                          load_word_weights(configuration.paths.background, diagnostics)};
  if (auto started = ledger.start(); !started) return fail(started.error());
  return story_answer(ledger.change(order));
}

int change(const Context& context, ChangeOptions options) {
  const std::string wrong = mistake_in_reason(options.order.reason);
  if (!wrong.empty()) return complain(Exit::usage, wrong);
  std::vector<store::ItemId>& items = options.order.items;
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  options.order.author = user_name();
  const bool is_split = options.order.kind == pipeline::StoryOrder::Kind::split;
  const std::string verb{is_split ? split_verb : merge_verb};
  const auto answer = options.is_offline
                          ? change_here(*configuration, options.order, diagnostics)
                          : bus::ask_daemon(configuration->paths.ctl.front(), verb,
                                            write_story_order(options.order), patience);
  print_diagnostics(diagnostics);
  if (!answer) return failed(answer.error());
  const auto object = read_answer(*answer);
  if (!object) return complain(Exit::failed, object.error().message);
  Output output;
  if (context.json) {
    output.line(json_line(*object));
  } else {
    output.line(std::to_string(object->value("moved", nlohmann::json::array()).size()) +
                " items went from story " + object->value("story", "") + " to story " +
                object->value("into", ""));
  }
  return output.finish(Exit::ok);
}

void add_list_command(CLI::App& story, Context& context) {
  CLI::App& verb =
      add_verb(story, {.name = "list",
                       .sentence = "Tells the stories of the last days, the newest first",
                       .example = "tocsin story list --since 24h"});
  const auto options = std::make_shared<ListOptions>();
  verb.add_option("--since", options->since, "How far back, 72h unless told")->type_name("TIME");
  verb.add_option("--limit", options->limit, "At most so many, 100 unless told")
      ->check(CLI::Range(1, 100'000));
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return list(context, *options);
    };
  });
}

void add_show_command(CLI::App& story, Context& context) {
  CLI::App& verb = add_verb(
      story, {.name = "show",
              .sentence = "Tells a story's items, sources and alerts, and why each item is in it",
              .example = "tocsin story show 8c1f09d2a47be350"});
  const auto id = std::make_shared<std::string>();
  verb.add_option("id", *id, "A story's id, or an alert's")->type_name("ID|ALERT_ID")->required();
  verb.callback([&context, id] {
    context.work = [&context, id] {
      return show(context, *id);
    };
  });
}

void add_change_options(CLI::App& verb, Context& context,
                        const std::shared_ptr<ChangeOptions>& options) {
  verb.add_option("--reason", options->order.reason, "Kept in the story's history")
      ->type_name("TEXT");
  verb.add_flag("--offline", options->is_offline,
                "Change the database itself; no daemon may be running");
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return change(context, *options);
    };
  });
}

void add_split_command(CLI::App& story, Context& context) {
  CLI::App& verb = add_verb(
      story, {.name = "split",
              .sentence = "Takes items out of a story and makes them one of their own",
              .example = "tocsin story split 8c1f09d2a47be350 17 21 --reason 'another fire'"});
  const auto options = std::make_shared<ChangeOptions>();
  verb.add_option("story", options->order.story, "The story's id")->type_name("STORY")->required();
  verb.add_option("items", options->order.items, "Items, by the numbers that show tells")
      ->type_name("ITEM")
      ->required();
  add_change_options(verb, context, options);
}

void add_merge_command(CLI::App& story, Context& context) {
  CLI::App& verb =
      add_verb(story, {.name = "merge",
                       .sentence = "Puts all items of one story into another",
                       .example = "tocsin story merge 5d0e71b3c2aa9f04 --into 8c1f09d2a47be350"});
  const auto options = std::make_shared<ChangeOptions>();
  options->order.kind = pipeline::StoryOrder::Kind::merge;
  verb.add_option("story", options->order.story, "The story that ends")
      ->type_name("STORY")
      ->required();
  verb.add_option("--into", options->order.into, "The story that goes on")
      ->type_name("STORY")
      ->required();
  add_change_options(verb, context, options);
}

}  // namespace

void add_story_command(CLI::App& app, Context& context) {
  CLI::App& story = add_verb(app, {.name = "story",
                                   .sentence = "Lists, shows, splits and merges stories",
                                   .example = "tocsin story show 8c1f09d2a47be350"});
  story.require_subcommand(1);
  add_list_command(story, context);
  add_show_command(story, context);
  add_split_command(story, context);
  add_merge_command(story, context);
}

}  // namespace tocsin::app
