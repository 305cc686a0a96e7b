// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "app/command.hpp"
#include "app/plugin_verbs.hpp"

namespace tocsin::app {

void add_plugin_command(CLI::App& app, Context& context) {
  CLI::App& plugin = add_verb(app, {.name = "plugin",
                                    .sentence = "Shows, checks and runs plugins",
                                    .example = "tocsin plugin run console"});
  plugin.require_subcommand(1);
  add_plugin_list_verb(plugin, context);
  add_plugin_check_verb(plugin, context);
  add_plugin_run_verb(plugin, context);
}

}  // namespace tocsin::app
