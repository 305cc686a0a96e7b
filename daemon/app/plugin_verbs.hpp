// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/command.hpp"

namespace tocsin::app {

void add_plugin_check_verb(CLI::App& plugin, Context& context);
void add_plugin_list_verb(CLI::App& plugin, Context& context);
void add_plugin_run_verb(CLI::App& plugin, Context& context);

}  // namespace tocsin::app
