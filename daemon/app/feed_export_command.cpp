// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/feed_list.hpp"
#include "app/feed_verbs.hpp"
#include "app/input.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"

namespace tocsin::app {
namespace {

struct Options {
  std::string file = "-";
  std::string tag;
  std::string format = "opml";
};

std::string exported(const Subscriptions& feeds, const std::string& format) {
  if (format == "opml") return feed::write_opml(feeds);
  std::string text;
  for (const feed::Subscription& feed : feeds) {
    text += (format == "urls" ? feed.url : json_line(to_json(feed))) + "\n";
  }
  return text;
}

/// The configured list itself, under whatever name. An export has neither its comments nor its
/// layout, and with `--tag` not all of its feeds.
bool is_the_list(const std::string& file, const settings::Paths& paths) {
  std::error_code problem;  // one of them may not exist: then they are not the same
  return std::filesystem::equivalent(file, paths.feeds, problem);
}

int export_feeds(const Context& context, const Options& options) {
  FeedsOrExit loaded = load_feeds(context, MissingList::is_wrong);
  if (loaded.exit != Exit::ok) return loaded.exit;
  if (options.file != "-" && is_the_list(options.file, loaded.configuration.paths)) {
    return complain(Exit::failed,
                    options.file + ": is the feed list itself; export to another file");
  }
  std::erase_if(loaded.feeds, [&](const auto& feed) { return !has_tag(feed, options.tag); });
  const std::string text = exported(loaded.feeds, context.json ? "json" : options.format);
  Output output;
  if (options.file == "-") {
    output.write(text);
    return output.finish(Exit::ok);
  }
  const auto written = write_file(options.file, text);
  if (!written) return complain(exit_code_of(written.error()), written.error().message);
  return Exit::ok;
}

}  // namespace

void add_feed_export_command(CLI::App& feed, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App& verb =
      add_verb(feed, {.name = "export",
                      .sentence = "Writes the list for other programs; --json is --format json",
                      .example = "tocsin feed export feeds-of-tocsin.opml"});
  verb.add_option("file", options->file, "Where to; - is stdout")->type_name("FILE");
  verb.add_option("--tag", options->tag, "Only the feeds in this folder");
  verb.add_option("--format", options->format, "opml, urls (one a line) or json (one a line)")
      ->check(CLI::IsMember({"opml", "urls", "json"}));
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return export_feeds(context, *options);
    };
  });
}

}  // namespace tocsin::app
