// SPDX-License-Identifier: Apache-2.0
#include "app/feed_list.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "app/input.hpp"
#include "app/output.hpp"
#include "base/suggest.hpp"
#include "base/url.hpp"
#include "feed/web_address.hpp"

namespace tocsin::app {

namespace {

/// The one feed that is told as `word`; null when there is none, or several.
const feed::Subscription* find_told(const Subscriptions& feeds, std::string_view word) {
  if (word.find('#') == std::string_view::npos) return nullptr;  // no digest
  const auto is_meant = [word](const auto& feed) {
    return is_told_as(feed, word);
  };
  const auto found = std::find_if(feeds.begin(), feeds.end(), is_meant);
  const bool is_one = found != feeds.end() && std::none_of(found + 1, feeds.end(), is_meant);
  return is_one ? &*found : nullptr;
}

}  // namespace

FeedsOrExit load_feeds(const Context& context, MissingList missing) {
  FeedsOrExit loaded;
  Diagnostics diagnostics;
  auto configuration = load_configuration(context, diagnostics);
  if (!configuration) {
    loaded.exit = configuration_failed(configuration.error(), diagnostics);
    return loaded;
  }
  loaded.configuration = std::move(*configuration);
  const std::string& file = loaded.configuration.paths.feeds;
  const auto bytes = read_file(file, feed_list_limit);
  if (!bytes) {
    const bool is_absent = bytes.error().code == Errc::not_found;
    if (is_absent && missing == MissingList::is_empty) return loaded;
    const bool is_denied = bytes.error().code == Errc::refused;
    loaded.exit = complain(is_denied ? Exit::permission : Exit::configuration,
                           "feed list " + bytes.error().message);
    return loaded;
  }
  auto feeds = feed::read_opml(*bytes, file, diagnostics);
  print_diagnostics(diagnostics);
  if (!feeds) {
    if (!has_errors(diagnostics)) complain(Exit::configuration, feeds.error().message);
    loaded.exit = Exit::configuration;
    return loaded;
  }
  loaded.feeds = std::move(*feeds);
  return loaded;
}

const feed::Subscription* find_url(const Subscriptions& feeds, std::string_view url) {
  const std::string wanted = canonical_link(url);
  const auto found = std::find_if(feeds.begin(), feeds.end(), [&wanted](const auto& feed) {
    return canonical_link(feed.url) == wanted;
  });
  return found == feeds.end() ? nullptr : &*found;
}

bool is_told_as(const feed::Subscription& feed, std::string_view word) {
  return without_secrets(feed.key()) == word || without_secrets(feed.url) == word;
}

const feed::Subscription* find_feed(const Subscriptions& feeds, std::string_view word) {
  const auto by_key = std::find_if(feeds.begin(), feeds.end(),
                                   [word](const auto& feed) { return feed.key() == word; });
  if (by_key != feeds.end()) return &*by_key;
  if (const auto* told = find_told(feeds, word)) return told;
  const std::string address = feed::web_address(word);
  if (parse_http_url(address)) {
    // Two listed URLs may differ only in what a canonical one leaves out.
    const auto exact = std::find_if(feeds.begin(), feeds.end(),
                                    [&](const auto& feed) { return feed.url == address; });
    return exact != feeds.end() ? &*exact : find_url(feeds, address);
  }
  const auto bears = [word](const feed::Subscription& feed) {
    return feed.title == word;
  };
  const auto titled = std::find_if(feeds.begin(), feeds.end(), bears);
  const bool is_one = std::count_if(feeds.begin(), feeds.end(), bears) == 1;
  return is_one ? &*titled : nullptr;
}

int no_such_feed(const Subscriptions& feeds, std::string_view word) {
  const auto named_so = std::count_if(feeds.begin(), feeds.end(),
                                      [word](const auto& feed) { return feed.title == word; });
  if (named_so > 1) {
    return complain(Exit::failed, std::to_string(named_so) + " feeds are called '" +
                                      std::string{word} + "'; name one by its key");
  }
  std::vector<std::string> names;
  for (const feed::Subscription& feed : feeds) {
    for (const std::string& name : {feed.key(), feed.url, feed.title}) {
      names.push_back(without_secrets(name));
    }
  }
  return complain(Exit::failed, "no feed '" + without_secrets(word) + "' in the list" +
                                    did_you_mean(word, names));
}

bool has_tag(const feed::Subscription& feed, const std::string& tag) {
  return tag.empty() || std::find(feed.tags.begin(), feed.tags.end(), tag) != feed.tags.end();
}

nlohmann::json to_json(const feed::Subscription& feed) {
  return {{"key", feed.key()},   {"id", feed.id},     {"url", feed.url},
          {"title", feed.title}, {"site", feed.site}, {"tags", feed.tags}};
}

nlohmann::json to_told_json(feed::Subscription feed) {
  for (std::string* text : {&feed.id, &feed.url, &feed.title}) *text = without_secrets(*text);
  return to_json(feed);
}

std::string shown_tags(const std::vector<std::string>& tags) {
  std::string line;
  for (const std::string& tag : tags) line += (line.empty() ? "" : " / ") + shown(tag);
  return line;
}

}  // namespace tocsin::app
