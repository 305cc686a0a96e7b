// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/command.hpp"

namespace tocsin::app {

/// The verbs below `tocsin feed`, a file each.
void add_feed_add_command(CLI::App& feed, Context& context);
void add_feed_export_command(CLI::App& feed, Context& context);
void add_feed_health_command(CLI::App& feed, Context& context);
void add_feed_import_command(CLI::App& feed, Context& context);
void add_feed_list_command(CLI::App& feed, Context& context);
void add_feed_remove_command(CLI::App& feed, Context& context);
void add_feed_test_command(CLI::App& feed, Context& context);

}  // namespace tocsin::app
