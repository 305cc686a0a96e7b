// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/feed_file.hpp"
#include "app/feed_list.hpp"
#include "app/feed_look.hpp"
#include "app/feed_verbs.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"
#include "base/time_format.hpp"
#include "base/url.hpp"
#include "base/utf8.hpp"
#include "feed/opml_edit.hpp"
#include "feed/web_address.hpp"

namespace tocsin::app {
namespace {

struct Options {
  std::string url;
  std::string id;
  std::string title;
  std::vector<std::string> tags;
  bool yes = false;
  std::size_t choose = 0;  ///< From 1; 0: not chosen.
  bool no_fetch = false;
  bool reload = false;
};

/// One feed to list, or the exit code that says why none.
struct Choice {
  std::optional<SeenFeed> feed;
  int exit = Exit::failed;
};

std::string shown_seen(const SeenFeed& seen) {
  const std::string newest = seen.newest ? ", newest " + to_rfc3339(*seen.newest) : "";
  return fmt::format("{}  {}  {}, {} items{}{}", shown(without_secrets(seen.url)),
                     shown(seen.title), feed::to_string(seen.format), seen.items, newest,
                     seen.is_comments ? ", comments" : "");
}

/// Lists what there is to choose from. Returns 1: nothing was added.
int offer(const std::vector<SeenFeed>& feeds, bool as_json) {
  Output output;
  auto list = nlohmann::json::array();
  for (std::size_t i = 0; i < feeds.size(); ++i) {
    list.push_back(to_json(feeds[i]));
    if (!as_json) output.line(fmt::format("{}  {}", i + 1, shown_seen(feeds[i])));
  }
  if (as_json) {
    output.line(json_line({{"added", nullptr}, {"candidates", std::move(list)}}));
  } else {
    complain(Exit::failed, fmt::format("{} feeds were found; choose one with --choose N, or the "
                                       "first with --yes",
                                       feeds.size()));
  }
  return output.finish(Exit::failed);
}

Choice choose(const Search& search, const Options& options, bool as_json) {
  const auto& feeds = search.feeds;
  if (feeds.empty()) {
    return {.feed = {},
            .exit = complain(Exit::failed, without_secrets(options.url) + ": " + search.problem)};
  }
  if (options.choose > feeds.size()) {
    return {.feed = {},
            .exit = complain(Exit::failed, fmt::format("--choose {}: only {} feeds were found",
                                                       options.choose, feeds.size()))};
  }
  if (options.choose > 0) return {.feed = feeds[options.choose - 1]};
  if (feeds.size() == 1 || options.yes) return {.feed = feeds.front()};
  return {.feed = {}, .exit = offer(feeds, as_json)};
}

int already_listed(const feed::Subscription& known, const std::string& url) {
  const std::string as = known.key() == url ? "" : " as '" + without_secrets(known.key()) + "'";
  return complain(Exit::failed, "'" + without_secrets(url) + "' is listed already" + as);
}

/// Without fetching, what was given is what is listed.
Choice find_out(const FeedsOrExit& loaded, const feed::Subscription& asked, const Options& options,
                bool as_json) {
  if (options.no_fetch) {
    SeenFeed given;
    given.url = asked.url;
    return {.feed = std::move(given)};
  }
  Diagnostics diagnostics;
  auto credentials =
      read_credentials(loaded.configuration, CredentialNames::may_be_unknown, diagnostics);
  print_diagnostics(diagnostics);
  const auto fetcher = HandFetcher::create(loaded.configuration, std::move(credentials));
  if (!fetcher) {
    return {.feed = {}, .exit = complain(exit_code_of(fetcher.error()), fetcher.error().message)};
  }
  return choose(search_feeds(**fetcher, asked), options, as_json);
}

/// The list is read anew under the lock: another edit may have come in between.
Result<void> add_to_file(const std::string& path, const feed::Subscription& feed) {
  const auto file = FeedFile::open(path);
  if (!file) return fail(file.error());
  Diagnostics ignored;  // told when the list was first read
  const auto listed = feed::read_opml(file->bytes(), path, ignored);
  if (!listed) return fail(listed.error());
  if (find_url(*listed, feed.url) != nullptr) {
    return fail(Errc::busy, "'" + without_secrets(feed.url) + "' is listed already");
  }
  const auto edited = feed::add_outlines(file->bytes(), {feed});
  if (!edited) return fail(edited.error().code, path + ": " + edited.error().message);
  return file->replace(*edited);
}

void print_added(const feed::Subscription& feed, const SeenFeed& seen, bool as_json) {
  Output output;
  if (as_json) {
    auto found = seen.fetched_url.empty() ? nlohmann::json() : to_json(seen);
    output.line(json_line({{"added", to_told_json(feed)}, {"found", std::move(found)}}));
  } else {
    output.line("added " + emphasised(shown(without_secrets(feed.key()))) + "  " +
                (seen.fetched_url.empty() ? shown(without_secrets(feed.url)) : shown_seen(seen)));
    if (!seen.moved_from.empty()) {
      output.line("moved for good from " + shown(without_secrets(seen.moved_from)));
    }
  }
  static_cast<void>(output.finish(Exit::ok));
}

/// The address as a URL; a bare host name is one of https.
std::string url_of(const std::string& word) {
  const std::string address = feed::web_address(word);
  return address.find("://") == std::string::npos ? "https://" + address : address;
}

bool is_usable_id(const std::string& id) {
  constexpr std::size_t longest = 128;
  return id.size() <= longest && is_utf8(id) && std::none_of(id.begin(), id.end(), [](char c) {
           return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
         });
}

int add(const Context& context, const Options& options) {
  feed::Subscription asked{
      .id = options.id, .url = url_of(options.url), .title = {}, .site = {}, .tags = options.tags};
  const auto url = parse_http_url(asked.url);
  if (!url)
    return complain(Exit::usage, "'" + without_secrets(options.url) + "': " + url.error().message);
  if (!is_usable_id(asked.id))
    return complain(Exit::usage, "an id is one word of at most 128 bytes");
  const FeedsOrExit loaded = load_feeds(context, MissingList::is_empty);
  if (loaded.exit != Exit::ok) return loaded.exit;
  if (const auto* known = find_url(loaded.feeds, asked.url))
    return already_listed(*known, asked.url);
  const bool is_id_taken = !asked.id.empty() && find_feed(loaded.feeds, asked.id) != nullptr;
  if (is_id_taken) return complain(Exit::failed, "another feed is called '" + asked.id + "'");
  const Choice choice = find_out(loaded, asked, options, context.json);
  if (!choice.feed) return choice.exit;
  const SeenFeed& seen = *choice.feed;
  for (const std::string& place : {seen.url, seen.fetched_url}) {
    if (const auto* known = find_url(loaded.feeds, place)) return already_listed(*known, place);
  }
  asked.url = seen.url;
  asked.title = options.title.empty() ? seen.title : options.title;
  asked.site = seen.site;
  const settings::Paths& paths = loaded.configuration.paths;
  const auto added = add_to_file(paths.feeds, asked);
  if (!added) return complain(exit_code_of(added.error()), added.error().message);
  print_added(asked, seen, context.json);
  return tell_daemon(paths, options.reload ? AfterEdit::reload : AfterEdit::hint);
}

}  // namespace

void add_feed_add_command(CLI::App& feed, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App& verb = add_verb(
      feed, {.name = "add",
             .sentence = "Lists the feed at a URL, or the one that a web page there tells of",
             .example = "tocsin feed add https://example.org/news --tag Papers --id example"});
  verb.add_option("url", options->url, "Of the feed, or of a page")->required();
  verb.add_option("--id", options->id,
                  "A short name of its own: its key in tocsin.toml and alerts");
  verb.add_option("--title", options->title, "Call it so; else as it calls itself");
  verb.add_option("--tag", options->tags, "Into this folder; repeated, one in the other")
      ->allow_extra_args(false);
  verb.add_flag("--yes", options->yes, "Take the likeliest where a page has several");
  verb.add_option("--choose", options->choose, "Take the one of this number")
      ->check(CLI::PositiveNumber);
  verb.add_flag("--no-fetch", options->no_fetch, "List the URL as it is, without a look at it");
  verb.add_flag("--reload", options->reload, "Have the running daemon take the list up");
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return add(context, *options);
    };
  });
}

}  // namespace tocsin::app
