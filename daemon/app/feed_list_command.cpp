// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/feed_list.hpp"
#include "app/feed_options_json.hpp"
#include "app/feed_verbs.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"
#include "base/url.hpp"

namespace tocsin::app {
namespace {

/// "interval=5m priority=high"
std::string shown_options(const nlohmann::json& options) {
  std::string line;
  for (const auto& [name, value] : options.items()) {
    const std::string text = value.is_string() ? value.get<std::string>() : json_line(value);
    line += (line.empty() ? "" : " ") + name + "=" + shown(text);
  }
  return line;
}

int list(const Context& context, const std::string& tag) {
  const FeedsOrExit loaded = load_feeds(context, MissingList::is_wrong);
  if (loaded.exit != Exit::ok) return loaded.exit;
  Output output;
  for (const feed::Subscription& feed : loaded.feeds) {
    if (!has_tag(feed, tag) || !output.is_open()) continue;
    const nlohmann::json options =
        options_json(settings::options_of(loaded.configuration.settings, feed.key(), feed.tags));
    if (context.json) {
      nlohmann::json line = to_told_json(feed);
      line["options"] = options;
      output.line(json_line(line));
      continue;
    }
    std::string line = emphasised(shown(without_secrets(feed.key())));
    for (const std::string& part :
         {feed.id.empty() ? std::string{} : shown(without_secrets(feed.url)),
          shown(without_secrets(feed.title)), shown_tags(feed.tags), shown_options(options)}) {
      if (!part.empty()) line += "  " + part;
    }
    output.line(line);
  }
  return output.finish(Exit::ok);
}

}  // namespace

void add_feed_list_command(CLI::App& feed, Context& context) {
  const auto tag = std::make_shared<std::string>();
  CLI::App& verb =
      add_verb(feed, {.name = "list",
                      .sentence = "Lists the feeds with their folders and the options in force",
                      .example = "tocsin feed list --tag Agencies --json"});
  verb.add_option("--tag", *tag, "Only those in this folder");
  verb.callback([&context, tag] {
    context.work = [&context, tag] {
      return list(context, *tag);
    };
  });
}

}  // namespace tocsin::app
