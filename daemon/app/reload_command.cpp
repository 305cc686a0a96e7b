// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/json_line.hpp"
#include "app/order.hpp"
#include "app/output.hpp"
#include "bus/client.hpp"

namespace tocsin::app {
namespace {

using nlohmann::json;

/// A million feeds and ten thousand topics are read in well under this.
constexpr std::chrono::minutes patience{2};

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::int64_t number_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

const json& part(const json& object, const char* key) {
  static const json nothing = json::object();
  const auto found = object.find(key);
  return found != object.end() && found->is_structured() ? *found : nothing;
}

void print_topics(const json& topics, const char* list, const char* sign, Output& output) {
  for (const json& one : part(topics, list)) {
    std::string line = fmt::format("{} {}  version {}  {}", sign, shown(text_at(one, "id")),
                                   number_at(one, "version"), shown(text_at(one, "digest")));
    if (number_at(one, "version_before") > 0) {
      line += fmt::format("  (was version {}  {})", number_at(one, "version_before"),
                          shown(text_at(one, "digest_before")));
    }
    output.line(line);
  }
}

void print_change(const json& answer, Output& output) {
  const json& topics = part(answer, "topics");
  print_topics(topics, "added", "+", output);
  print_topics(topics, "removed", "-", output);
  print_topics(topics, "changed", "*", output);
  if (number_at(topics, "more") > 0) {
    output.line(fmt::format("… and {} more topics", number_at(topics, "more")));
  }
  const json& feeds = part(answer, "feeds");
  output.line(fmt::format(
      "reloaded: {} topics added, {} removed, {} changed, {} as before; "
      "{} feeds (before: {})",
      part(topics, "added").size(), part(topics, "removed").size(), part(topics, "changed").size(),
      number_at(topics, "unchanged"), number_at(feeds, "listed"), number_at(feeds, "before")));
  const std::string restart = text_at(answer, "needs_restart");
  if (!restart.empty()) output.line("only a restart brings into force: " + shown(restart));
}

/// What the daemon was too busy to take up; failed when there was anything.
int tell_what_was_not_taken(const json& answer) {
  int exit = Exit::ok;
  for (const json& one : part(answer, "not_taken")) {
    if (!one.is_string()) continue;
    exit = complain(Exit::failed, shown(one.get<std::string>()) +
                                      ": as before, the daemon was too busy; reload again");
  }
  return exit;
}

/// Every mistake is a line on stderr. 1 where topics' tests fail or the daemon will not, else 78.
int refused(const json& answer) {
  for (const json& line : part(answer, "problems")) {
    if (line.is_string()) complain(Exit::failed, line.get<std::string>());
  }
  std::string message = text_at(answer, "error");
  if (number_at(answer, "more") > 0) {
    message +=
        fmt::format(" ({} more mistakes; tocsin check tells them)", number_at(answer, "more"));
  }
  const bool is_mistake = text_at(answer, "kind") == "configuration";
  return complain(is_mistake ? Exit::configuration : Exit::failed, message);
}

int reload(const Context& context) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const auto bytes = bus::ask_daemon(configuration->paths.ctl.front(), "reload", "{}", patience);
  if (!bytes) return complain(exit_code_of(bytes.error()), bytes.error().message);
  const auto answer = read_object(*bytes);
  if (!answer) return complain(Exit::failed, answer.error().message);
  const bool is_done = answer->contains("reloaded");
  if (!is_done && !context.json) return refused(*answer);
  Output output;
  if (context.json) {
    output.line(json_line(*answer));
  } else {
    print_change(*answer, output);
  }
  const bool is_mistake = text_at(*answer, "kind") == "configuration";
  if (is_done) return output.finish(tell_what_was_not_taken(*answer));
  return output.finish(is_mistake ? Exit::configuration : Exit::failed);
}

}  // namespace

void add_reload_command(CLI::App& app, Context& context) {
  add_verb(app, {.name = "reload",
                 .sentence = "Has the running daemon read its files again, and tells what changed",
                 .example = "tocsin reload --runtime /run/tocsin"})
      .callback([&context] {
        context.work = [&context] {
          return reload(context);
        };
      });
}

}  // namespace tocsin::app
