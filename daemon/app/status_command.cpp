// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/json_line.hpp"
#include "app/order.hpp"
#include "app/output.hpp"
#include "app/reader_keys.hpp"
#include "bus/client.hpp"

namespace tocsin::app {
namespace {

constexpr std::chrono::seconds patience{5};

/// "polls: 12", with the members of an inner object indented below its name.
void print_object(const nlohmann::json& object, const std::string& indent, Output& output) {
  for (const auto& [key, value] : object.items()) {
    const std::string name = indent + shown(key) + ":";
    if (value.is_structured() && !value.empty()) {
      output.line(name);
      print_object(value, indent + "  ", output);
    } else {
      const bool is_text = value.is_string();
      output.line(name + " " + shown(is_text ? value.get<std::string>() : json_line(value)));
    }
  }
}

int status(const Context& context) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const auto keys = client_keys(context);
  if (!keys) return complain(exit_code_of(keys.error()), keys.error().message);
  const auto answer =
      bus::ask_daemon(configuration->paths.ctl.front(), "status", "{}", patience, *keys);
  if (!answer) return complain(exit_code_of(answer.error()), answer.error().message);
  const auto object = read_answer(*answer);
  if (!object) return complain(Exit::failed, object.error().message);
  Output output;
  if (context.json) {
    output.line(json_line(*object));
  } else {
    print_object(*object, "", output);
  }
  const bool is_well = object->value("state", nlohmann::json{}) == "ok";
  return output.finish(is_well ? Exit::ok : Exit::failed);
}

}  // namespace

void add_status_command(CLI::App& app, Context& context) {
  add_verb(app, {.name = "status",
                 .sentence = "Asks the running daemon how it is; exit 69 when none answers",
                 .example = "tocsin status --runtime /run/tocsin"})
      .callback([&context] {
        context.work = [&context] {
          return status(context);
        };
      });
}

}  // namespace tocsin::app
