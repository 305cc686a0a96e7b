// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "app/command.hpp"
#include "app/feed_verbs.hpp"

namespace tocsin::app {

void add_feed_command(CLI::App& app, Context& context) {
  CLI::App& feed = add_verb(app, {.name = "feed",
                                  .sentence = "Lists, adds, removes, tests and moves feeds",
                                  .example = "tocsin feed add https://example.org/news"});
  feed.require_subcommand(1);
  add_feed_list_command(feed, context);
  add_feed_add_command(feed, context);
  add_feed_remove_command(feed, context);
  add_feed_test_command(feed, context);
  add_feed_import_command(feed, context);
  add_feed_export_command(feed, context);
  add_feed_health_command(feed, context);
}

}  // namespace tocsin::app
