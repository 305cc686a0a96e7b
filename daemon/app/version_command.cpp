// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"

namespace tocsin::app {
namespace {

int print_version(const Context& context) {
  Output output;
  if (context.json) {
    output.line(json_line({{"version", TOCSIN_VERSION}}));
  } else {
    output.line("tocsin " TOCSIN_VERSION);
  }
  return output.finish(Exit::ok);
}

}  // namespace

void add_version_command(CLI::App& app, Context& context) {
  add_verb(app, {.name = "version", .sentence = "Prints the version", .example = "tocsin version"})
      .callback([&context] {
        context.work = [&context] {
          return print_version(context);
        };
      });
}

}  // namespace tocsin::app
