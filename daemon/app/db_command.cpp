// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/found_item.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"
#include "store/state_lock.hpp"

namespace tocsin::app {
namespace {

using nlohmann::json;

int backup(const Context& context, const std::string& file) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const auto store = open_store_for_reading(*configuration);
  if (!store) return complain(exit_code_of(store.error()), store.error().message);
  if (auto done = (*store)->backup_to(file); !done) {
    return complain(exit_code_of(done.error()), done.error().message);
  }
  Output output;
  output.line(context.json ? json_line(json{{"backup", file}}) : "written: " + shown(file, 4096));
  return output.finish(Exit::ok);
}

int check(const Context& context) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const auto store = open_store_for_reading(*configuration);
  if (!store) return complain(exit_code_of(store.error()), store.error().message);
  const auto findings = (*store)->check();
  if (!findings) return complain(exit_code_of(findings.error()), findings.error().message);
  Output output;
  if (context.json) {
    output.line(json_line(json{{"ok", findings->empty()}, {"findings", *findings}}));
  } else if (findings->empty()) {
    output.line("sound");
  } else {
    for (const std::string& finding : *findings) output.line(shown(finding, 1000));
  }
  return output.finish(findings->empty() ? Exit::ok : Exit::failed);
}

store::RetentionOptions retention_of(const settings::StoreSettings& settings) {
  using std::chrono::duration_cast;
  using std::chrono::hours;
  return {.items = duration_cast<hours>(settings.keep_items),
          .alerts = duration_cast<hours>(settings.keep_alerts),
          .tombstones = duration_cast<hours>(settings.keep_tombstones)};
}

int prune(const Context& context) {
  constexpr std::size_t batch = 5000;
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const auto lock = store::StateLock::take(configuration->paths.state);
  if (!lock) return complain(exit_code_of(lock.error()), lock.error().message);
  const auto store = store::Store::open(configuration->paths.database);
  if (!store) return complain(exit_code_of(store.error()), store.error().message);
  store::Pruned sum{.more = true};
  while (sum.more) {
    const auto some =
        (*store)->prune(SystemClock{}.now(), retention_of(configuration->settings.store), batch);
    if (!some) return complain(exit_code_of(some.error()), some.error().message);
    sum = {.items = sum.items + some->items,
           .stories = sum.stories + some->stories,
           .alerts = sum.alerts + some->alerts,
           .tombstones = sum.tombstones + some->tombstones,
           .held = sum.held + some->held,
           .more = some->more};
  }
  Output output;
  const json counts{{"items", sum.items},
                    {"stories", sum.stories},
                    {"alerts", sum.alerts},
                    {"tombstones", sum.tombstones},
                    {"held", sum.held}};
  if (context.json) {
    output.line(json_line(counts));
  } else {
    output.line("removed: " + std::to_string(sum.items) + " items, " + std::to_string(sum.stories) +
                " stories, " + std::to_string(sum.alerts) + " alerts, " +
                std::to_string(sum.tombstones) + " tombstones, " + std::to_string(sum.held) +
                " that were held and told");
  }
  return output.finish(Exit::ok);
}

}  // namespace

void add_db_command(CLI::App& app, Context& context) {
  CLI::App& db = add_verb(app, {.name = "db",
                                .sentence = "Copies, checks and prunes the database",
                                .example = "tocsin db backup tocsin-copy.db"});
  db.require_subcommand(1);
  CLI::App& copy =
      add_verb(db, {.name = "backup",
                    .sentence = "Writes a copy, beside a running daemon or without one",
                    .example = "tocsin db backup tocsin-copy.db"});
  const auto file = std::make_shared<std::string>();
  copy.add_option("file", *file, "The new file; one that exists is left alone")
      ->type_name("FILE")
      ->required();
  copy.callback([&context, file] {
    context.work = [&context, file] {
      return backup(context, *file);
    };
  });
  add_verb(db, {.name = "check",
                .sentence = "Checks the file, and the log in it for holes; exit 1 if it is unsound",
                .example = "tocsin db check"})
      .callback([&context] {
        context.work = [&context] {
          return check(context);
        };
      });
  add_verb(db, {.name = "prune",
                .sentence = "Removes at once what is past its time; no daemon may be running",
                .example = "tocsin db prune"})
      .callback([&context] {
        context.work = [&context] {
          return prune(context);
        };
      });
}

}  // namespace tocsin::app
