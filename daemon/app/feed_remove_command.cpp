// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/feed_file.hpp"
#include "app/feed_list.hpp"
#include "app/feed_verbs.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"
#include "base/url.hpp"
#include "feed/opml_edit.hpp"

namespace tocsin::app {
namespace {

struct Options {
  std::string word;
  bool reload = false;
};

/// The list is read anew under the lock: another edit may have come in between.
Result<void> remove_from_file(const std::string& path, const std::string& key) {
  const auto file = FeedFile::open(path);
  if (!file) return fail(file.error());
  const auto edited = feed::remove_outline(file->bytes(), key);
  if (!edited) return fail(edited.error().code, path + ": " + edited.error().message);
  return file->replace(*edited);
}

int remove(const Context& context, const Options& options) {
  const FeedsOrExit loaded = load_feeds(context, MissingList::is_wrong);
  if (loaded.exit != Exit::ok) return loaded.exit;
  const feed::Subscription* feed = find_feed(loaded.feeds, options.word);
  if (feed == nullptr) return no_such_feed(loaded.feeds, options.word);
  const settings::Paths& paths = loaded.configuration.paths;
  const auto removed = remove_from_file(paths.feeds, feed->key());
  if (!removed) return complain(exit_code_of(removed.error()), removed.error().message);
  Output output;
  if (context.json) {
    output.line(json_line({{"removed", to_told_json(*feed)}}));
  } else {
    output.line("removed " + emphasised(shown(without_secrets(feed->key()))) + "  " +
                shown(without_secrets(feed->title)));
  }
  const int told = tell_daemon(paths, options.reload ? AfterEdit::reload : AfterEdit::hint);
  return output.finish(told);
}

}  // namespace

void add_feed_remove_command(CLI::App& feed, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App& verb =
      add_verb(feed, {.name = "remove",
                      .sentence = "Takes a feed off the list; comments, order and folders stay",
                      .example = "tocsin feed remove bbc-world"});
  verb.add_option("feed", options->word, "Its key, its URL or its title")->required();
  verb.add_flag("--reload", options->reload, "Have the running daemon take the list up");
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return remove(context, *options);
    };
  });
}

}  // namespace tocsin::app
