// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <sstream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/alert_query.hpp"
#include "app/command.hpp"
#include "app/feed_list.hpp"
#include "app/found_item.hpp"
#include "app/item_view.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"
#include "app/time_words.hpp"
#include "app/wrap.hpp"

namespace tocsin::app {
namespace {

struct ListOptions {
  std::vector<std::string> words;  ///< Empty: every item.
  std::string since;
  std::string feed;
  std::size_t limit = 100;

  [[nodiscard]] bool is_search() const { return !words.empty(); }
};

/// The feed's key goes into `query`: one that the store knows, else one that is listed. An exit
/// code.
int take_feed(const Context& context, store::Store& store, const std::string& word,
              store::ItemQuery& query) {
  const auto known = store.feed_state(word);
  if (!known) return complain(exit_code_of(known.error()), known.error().message);
  if (*known) {
    query.feed_key = word;
    return Exit::ok;
  }
  const FeedsOrExit loaded = load_feeds(context, MissingList::is_empty);
  if (loaded.exit != Exit::ok) return loaded.exit;
  const feed::Subscription* const feed = find_feed(loaded.feeds, word);
  if (feed == nullptr) return no_such_feed(loaded.feeds, word);
  query.feed_key = feed->key();
  return Exit::ok;
}

bool print(const ItemView& view, const std::string& snippet, const Context& context,
           Output& output) {
  if (context.json) {
    nlohmann::json object = to_json(view);
    if (!snippet.empty()) object["snippet"] = snippet;
    return output.line(json_line(object));
  }
  const bool is_written = output.line(line_of(view));
  if (snippet.empty()) return is_written;
  return output.write(wrapped("    ", shown(snippet, 1600)));
}

/// What is found, one by one, so that however many they are they take no memory.
Result<void> print_all(store::Store& store, const std::vector<store::ItemHit>& hits,
                       const Context& context, Output& output) {
  for (const store::ItemHit& hit : hits) {
    auto item = store.find_item(hit.id);
    if (!item) return fail(item.error());
    if (!*item) continue;  // retention was faster
    const auto view = view_of(store, std::move(**item));
    if (!view) return fail(view.error());
    if (!print(*view, hit.snippet, context, output)) break;
  }
  return {};
}

/// "None" would be no answer where something has not been looked into.
void tell_unindexed(std::int64_t count) {
  if (count == 0) return;
  complain(Exit::ok, count == 1 ? "the last item that came is not in the search yet"
                                : "the last " + std::to_string(count) +
                                      " items that came are not in the search yet");
}

void tell_cut(const store::ItemQuery& query) {
  complain(Exit::ok, "a word in a script without blanks was looked for in the newest " +
                         std::to_string(query.most_read) +
                         " items only; another word, or --feed, leaves fewer to read");
}

/// One by one: an argument may hold several, and marks between them that are none.
std::vector<std::string> words_in(const std::vector<std::string>& arguments) {
  std::vector<std::string> words;
  for (const std::string& argument : arguments) {
    std::istringstream parts{argument};
    for (std::string part; parts >> part;) {
      if (!empty_word({part})) words.push_back(part);
    }
  }
  return words;
}

int list(const Context& context, const ListOptions& options) {
  const auto since = time_back(options.since, SystemClock{}.now());
  if (!since) return complain(Exit::usage, since.error().message);
  if (const auto empty = empty_word(options.words)) {
    return complain(Exit::usage, "'" + *empty + "' holds no word to search for");
  }
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const auto store = open_store_for_reading(*configuration);
  if (!store) return complain(exit_code_of(store.error()), store.error().message);
  store::ItemQuery query{
      .words = words_in(options.words), .feed_key = {}, .since = *since, .limit = options.limit};
  if (!options.feed.empty()) {
    const int exit = take_feed(context, **store, options.feed, query);
    if (exit != Exit::ok) return exit;
  }
  const auto found = (*store)->search_items(query);
  if (!found) {
    const bool is_usage = found.error().code == Errc::too_large;
    return complain(is_usage ? Exit::usage : exit_code_of(found.error()), found.error().message);
  }
  Output output;
  const auto printed = print_all(**store, found->hits, context, output);
  if (!printed) return complain(exit_code_of(printed.error()), printed.error().message);
  const int exit =
      output.finish(options.is_search() && found->hits.empty() ? Exit::failed : Exit::ok);
  if (options.is_search()) tell_unindexed(found->unindexed);
  if (found->is_cut) tell_cut(query);
  return exit;
}

int show(const Context& context, const std::string& word) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const auto store = open_store_for_reading(*configuration);
  if (!store) return complain(exit_code_of(store.error()), store.error().message);
  auto found = find_stored_items(**store, *configuration, word);
  if (!found) return complain(exit_code_of(found.error()), found.error().message);
  if (found->empty()) return complain(Exit::failed, "no item '" + word + "' is stored");
  if (!found->front().row) {
    return complain(Exit::failed, "the item of alert " + word + " is no longer stored; tocsin " +
                                      "alert show has its excerpt");
  }
  Output output;
  for (FoundItem& one : *found) {
    auto view = view_of(**store, std::move(*one.row));
    if (!view) return complain(exit_code_of(view.error()), view.error().message);
    const auto whole = whole_of(**store, std::move(*view), one.item.source);
    if (!whole) return complain(exit_code_of(whole.error()), whole.error().message);
    if (&one != &found->front() && !context.json) output.write("\n");
    if (!output.write(context.json ? json_line(to_json(*whole)) + "\n" : to_text(*whole))) break;
  }
  return output.finish(Exit::ok);
}

void add_filters(CLI::App& verb, const std::shared_ptr<ListOptions>& options) {
  verb.add_option("--since", options->since,
                  "How far back they came, or a date; " + options->since + " unless told")
      ->type_name("TIME");
  verb.add_option("--feed", options->feed, "Only of this feed: its key, URL or title")
      ->type_name("FEED");
  verb.add_option("--limit", options->limit, "At most so many, 100 unless told")
      ->check(CLI::Range(1, 100'000));
}

void add_list_command(CLI::App& item, Context& context) {
  CLI::App& verb = add_verb(
      item, {.name = "list",
             .sentence = "Prints the items that came and what became of each, the newest first",
             .example = "tocsin item list --since 2h --feed https://news.example/rss"});
  const auto options = std::make_shared<ListOptions>();
  options->since = "24h";
  add_filters(verb, options);
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return list(context, *options);
    };
  });
}

void add_search_command(CLI::App& item, Context& context) {
  CLI::App& verb = add_verb(
      item, {.name = "search",
             .sentence = "Prints the items that hold every one of some words, the newest first; "
                         "exit 1 if none does",
             .example = "tocsin item search raqqa 'fight*' --since 30d"});
  const auto options = std::make_shared<ListOptions>();
  options->since = "7d";
  verb.add_option("words", options->words, "Words of title, summary or content; * ends a part")
      ->type_name("WORD")
      ->required();
  add_filters(verb, options);
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return list(context, *options);
    };
  });
}

void add_show_command(CLI::App& item, Context& context) {
  CLI::App& verb = add_verb(item, {.name = "show",
                                   .sentence = "Prints all that is stored of one item",
                                   .example = "tocsin item show 4711"});
  const auto word = std::make_shared<std::string>();
  verb.add_option("item", *word, "An item's number, identity or URL, or an alert's id")
      ->type_name("ITEM")
      ->required();
  verb.callback([&context, word] {
    context.work = [&context, word] {
      return show(context, *word);
    };
  });
}

}  // namespace

void add_item_command(CLI::App& app, Context& context) {
  CLI::App& item = add_verb(
      app, {.name = "item",
            .sentence = "Lists, shows and searches the items that came, whatever their fate",
            .example = "tocsin item search raqqa --since 30d"});
  item.require_subcommand(1);
  add_list_command(item, context);
  add_show_command(item, context);
  add_search_command(item, context);
}

}  // namespace tocsin::app
