// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/delivery_jobs.hpp"
#include "app/found_item.hpp"
#include "app/json_line.hpp"
#include "app/order.hpp"
#include "app/output.hpp"
#include "app/wrap.hpp"
#include "base/suggest.hpp"
#include "base/time_format.hpp"
#include "bus/client.hpp"

namespace tocsin::app {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds patience{5};

/// What the running daemon says of those that are connected, or left in trouble; empty without a
/// daemon.
struct Connected {
  std::map<std::string, json> by_name;
  json connections;  ///< `status`, "wire", "connections".
  std::uint64_t turned_away = 0;
};

Result<Connected> connected(const settings::Paths& paths) {
  const auto answer = bus::ask_daemon(paths.ctl.front(), "status", "{}", patience);
  Connected connected;
  if (!answer) {
    if (answer.error().code == Errc::unreachable) return connected;
    return fail(answer.error());
  }
  const auto status = read_answer(*answer);
  if (!status) return fail(Errc::system, status.error().message);
  const auto list = status->find("subscribers");
  if (list == status->end() || !list->is_array()) {
    return fail(Errc::system, "the daemon's answer cannot be read");
  }
  for (const json& one : *list) {
    const std::string name = one.is_object() ? one.value("name", "") : "";
    if (!name.empty()) connected.by_name[name] = one;
  }
  const json wire = status->value("wire", json::object());
  connected.connections = wire.value("connections", json{});
  connected.turned_away = wire.value("turned_away", std::uint64_t{0});
  return connected;
}

std::string text_of(const Connected& connected) {
  const auto number = [&connected](const char* key) {
    return connected.connections.value(key, std::uint64_t{0});
  };
  return fmt::format("{} connections to pub, {} to ctl, of at most {}; turned away {} times\n",
                     number("pub"), number("ctl"), number("limit"), connected.turned_away);
}

const char* state_of(const json* live) {
  if (live == nullptr) return "away";
  if (live->value("connected", true)) return live->value("ok", false) ? "ok" : "failing";
  return live->value("halted", false) ? "halted" : "away";
}

/// One subscriber, as both the store and the daemon know it.
json subscriber_json(const store::Cursor& cursor, std::uint64_t head, const json* live) {
  const std::uint64_t read =
      std::max(cursor.acknowledged, live ? live->value("acknowledged", std::uint64_t{0}) : 0);
  json one{{"name", cursor.subscriber},
           {"state", state_of(live)},
           {"acknowledged", read},
           {"lag", head > read ? head - read : 0},
           {"last_ack", cursor.seen_at ? json(to_rfc3339(*cursor.seen_at)) : json(nullptr)}};
  for (const char* key : {"plugin", "version", "last_error", "sent", "failed", "held"}) {
    one[key] = live != nullptr && live->contains(key) ? (*live)[key] : json(nullptr);
  }
  return one;
}

std::string text_of(const json& one) {
  std::string text =
      fmt::format("{}, lag {}, acknowledged {}", one.value("state", ""),
                  one.value("lag", std::uint64_t{0}), one.value("acknowledged", std::uint64_t{0}));
  if (one["last_ack"].is_string()) text += " at " + one.value("last_ack", "");
  if (one["plugin"].is_string()) {
    text += ", " + shown(one.value("plugin", "")) + " " + shown(one["version"].dump());
  }
  text += fmt::format(", parked {}", one.value("parked", 0));
  if (one["held"].is_number_unsigned() && one["held"] > 0) text += ", held " + one["held"].dump();
  if (one["last_error"].is_string() && !one.value("last_error", "").empty()) {
    text += ": " + shown(one.value("last_error", ""), 500);
  }
  return wrapped(emphasised(shown(one.value("name", ""))) + "  ", text);
}

/// All that the store or the daemon knows.
Result<std::vector<json>> subscribers_json(store::Store& store, const Connected& live) {
  const auto bounds = store.log_bounds();
  if (!bounds) return fail(bounds.error());
  auto cursors = store.cursors();
  if (!cursors) return fail(cursors.error());
  // One that has connected and acknowledged nothing yet has no row.
  for (const auto& [name, one] : live.by_name) {
    const bool is_stored =
        std::any_of(cursors->begin(), cursors->end(),
                    [&name = name](const auto& c) { return c.subscriber == name; });
    if (!is_stored) cursors->push_back({.subscriber = name, .acknowledged = 0, .seen_at = {}});
  }
  std::vector<json> all;
  for (const store::Cursor& cursor : *cursors) {
    const auto found = live.by_name.find(cursor.subscriber);
    json one = subscriber_json(cursor, bounds->head,
                               found == live.by_name.end() ? nullptr : &found->second);
    const auto parked = store.parked(cursor.subscriber);
    if (!parked) return fail(parked.error());
    one["parked"] = parked->size();
    all.push_back(std::move(one));
  }
  return all;
}

int subscribers(const Context& context) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const auto live = connected(configuration->paths);
  if (!live) return complain(exit_code_of(live.error()), live.error().message);
  const auto store = open_store_for_reading(*configuration);
  if (!store) return complain(exit_code_of(store.error()), store.error().message);
  const auto all = subscribers_json(**store, *live);
  if (!all) return complain(exit_code_of(all.error()), all.error().message);
  Output output;
  for (const json& one : *all) {
    if (context.json) {
      output.line(json_line(one));
    } else {
      output.write(text_of(one));
    }
  }
  if (!context.json && live->connections.is_object()) output.write(text_of(*live));
  return output.finish(Exit::ok);
}

/// An error for a name that no subscriber has, with the one that may be meant.
Result<void> must_be_known(const Configuration& configuration, const std::string& name) {
  const auto store = open_store_for_reading(configuration);
  if (!store) return fail(store.error());
  const auto cursors = (*store)->cursors();
  if (!cursors) return fail(cursors.error());
  std::vector<std::string> names;
  for (const store::Cursor& one : *cursors) names.push_back(one.subscriber);
  if (std::find(names.begin(), names.end(), name) != names.end()) return {};
  return fail(Errc::not_found,
              "no subscriber is called '" + name + "'" + did_you_mean(name, names));
}

Result<std::string> forget_alone(const settings::Paths& paths, const std::string& name) {
  auto store = store::Store::open(paths.database);
  if (!store) return fail(store.error());
  auto transaction = (*store)->begin();
  if (!transaction) return fail(transaction.error());
  store::Forgotten forgotten;
  const auto alerts = app::forget(*transaction, name, SystemClock{}.now(), forgotten);
  if (!alerts) return fail(alerts.error());
  if (auto done = transaction->commit(); !done) return fail(done.error());
  return forgotten_json(name, forgotten);
}

int forget(const Context& context, const std::string& name) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const settings::Paths& paths = configuration->paths;
  if (auto known = must_be_known(*configuration, name); !known) {
    return complain(exit_code_of(known.error()), known.error().message);
  }
  const auto answer =
      have_changed(paths, forget_subscriber_verb, json_line(json{{"subscriber", name}}),
                   [&paths, &name] { return forget_alone(paths, name); });
  if (!answer) return complain(exit_code_of(answer.error()), answer.error().message);
  const auto object = read_answer(*answer);
  if (!object) return complain(Exit::failed, object.error().message);
  Output output;
  if (context.json) {
    output.line(json_line(*object));
  } else {
    output.line(fmt::format("forgotten: {}; with it went {} alerts given back and {} dead letters",
                            shown(name), object->value("parked", std::int64_t{0}),
                            object->value("dead_letters", std::int64_t{0})));
  }
  return output.finish(Exit::ok);
}

void add_forget_command(CLI::App& subscribers, Context& context) {
  CLI::App& verb = add_verb(
      subscribers, {.name = "forget",
                    .sentence = "Forgets one that will not come back, and all that waits for it",
                    .example = "tocsin subscribers forget old-desk"});
  const auto name = std::make_shared<std::string>();
  verb.add_option("name", *name, "Its durable name")->type_name("NAME")->required();
  verb.callback([&context, name] {
    context.work = [&context, name] {
      return forget(context, *name);
    };
  });
}

}  // namespace

void add_subscribers_command(CLI::App& app, Context& context) {
  CLI::App& verb =
      add_verb(app, {.name = "subscribers",
                     .sentence = "Tells how far each subscriber has read, and how it does",
                     .example = "tocsin subscribers --json"});
  add_forget_command(verb, context);
  verb.callback([&context, &verb] {
    if (!verb.get_subcommands().empty()) return;
    context.work = [&context] {
      return subscribers(context);
    };
  });
}

}  // namespace tocsin::app
