// SPDX-License-Identifier: Apache-2.0
#include "app/found_item.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>

#include "alert/codec.hpp"
#include "app/credential.hpp"
#include "app/feed_list.hpp"
#include "app/feed_look.hpp"
#include "app/input.hpp"
#include "base/url.hpp"
#include "base/utf8.hpp"
#include "feed/html_text.hpp"
#include "feed/page.hpp"
#include "feed/web_address.hpp"
#include "http/fetcher.hpp"

namespace tocsin::app {
namespace {

constexpr std::size_t item_limit = std::size_t{4} << 20U;

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

Result<FoundItem> read_json(const std::string& file) {
  const auto bytes = read_file(file, item_limit);
  if (!bytes) return fail(bytes.error());
  auto item = read_item_line(*bytes);
  const std::string name = file == "-" ? "stdin" : file;
  if (!item) return fail(item.error().code, name + ": " + item.error().message);
  FoundItem found;
  found.item = std::move(*item);
  found.from = name;
  return found;
}

ItemLine item_line_of(const feed::Item& item, const feed::Channel& channel) {
  ItemLine line;
  line.id = clean_utf8(item.id.empty() ? item.link : item.id);
  line.title = clean_utf8(item.title);
  line.summary = clean_utf8(feed::html_to_text(item.summary));
  line.content = clean_utf8(item.text);
  if (line.content == line.summary) line.content.clear();
  std::vector<std::string> authors;
  for (const feed::Person& person : item.authors) authors.push_back(person.name);
  line.author = clean_utf8(joined(authors));
  std::vector<std::string> categories;
  for (const feed::Category& one : item.categories) {
    categories.push_back(one.label.empty() ? one.term : one.label);
  }
  line.category = clean_utf8(joined(categories));
  line.source = clean_utf8(channel.title);
  line.language = clean_utf8(item.language.empty() ? channel.language : item.language);
  line.link = clean_utf8(item.link);
  return line;
}

/// What an address answers: the items of a feed, or a page as one.
std::vector<FoundItem> items_in(const http::Response& reply) {
  const feed::Origin origin{.url = reply.final_url, .content_type = reply.content_type};
  const std::string from = without_secrets(reply.final_url);
  std::vector<FoundItem> found;
  if (const auto document = feed::parse(reply.body, origin)) {
    for (const feed::Item& item : document->items) {
      found.emplace_back().item = item_line_of(item, document->channel);
      found.back().from = from;
    }
    return found;
  }
  feed::Page page = feed::read_page(reply.body, origin);
  FoundItem& one = found.emplace_back();
  one.from = from;
  one.item.id = from;
  one.item.title = std::move(page.title);
  one.item.content = std::move(page.text);
  one.item.language = std::move(page.language);
  one.item.link = from;
  return found;
}

Result<std::vector<FoundItem>> fetched(const Configuration& configuration, const std::string& url) {
  Diagnostics diagnostics;
  auto credentials = read_credentials(configuration, CredentialNames::may_be_unknown, diagnostics);
  auto fetcher = HandFetcher::create(configuration, std::move(credentials));
  if (!fetcher) return fail(fetcher.error());
  feed::Subscription asked;
  asked.url = url;
  const auto reply = (*fetcher)->fetch((*fetcher)->spec_of(asked), url);
  if (!reply) return fail(reply.error());
  if (!reply->is_ok()) {
    return fail(Errc::not_found,
                without_secrets(url) + ": answered with status " + std::to_string(reply->status));
  }
  auto found = items_in(*reply);
  if (found.empty()) {
    return fail(Errc::not_found, without_secrets(url) + ": a feed without items");
  }
  return found;
}

/// What the store and the configuration know of an item. Empty when the store has none.
class StoredItems {
 public:
  StoredItems(store::Store& store, const Configuration& configuration)
      : store_{store},
        configuration_{configuration} {}

  Result<std::vector<FoundItem>> by_link(const std::string& url) {
    return stored(store_.items_by_link(canonical_link(url), Time{}));
  }

  Result<std::vector<FoundItem>> by_id(const std::string& word) {
    auto record = store_.find_alert(word);
    if (!record) return fail(record.error());
    if (*record) return of_alert(**record);
    auto found = stored(store_.items_by_identity(word));
    if (!found || !found->empty()) return found;
    store::ItemId number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc{} || end != word.data() + word.size()) return found;
    return stored(row_of(number));
  }

 private:
  using Rows = Result<std::vector<store::ItemRow>>;

  Rows row_of(store::ItemId number) {
    auto row = store_.find_item(number);
    if (!row) return fail(row.error());
    std::vector<store::ItemRow> rows;
    if (*row) rows.push_back(std::move(**row));
    return rows;
  }

  Result<std::vector<FoundItem>> stored(Rows rows) {
    if (!rows) return fail(rows.error());
    std::vector<FoundItem> found;
    for (store::ItemRow& row : *rows) {
      auto decisions = store_.matches_of(row.id);
      if (!decisions) return fail(decisions.error());
      found.push_back(found_of(std::move(row)));
      found.back().decisions = std::move(*decisions);
    }
    return found;
  }

  FoundItem found_of(store::ItemRow row) {
    const feed::Subscription* feed = feed_of(row.feed_key);
    FoundItem found;
    found.item = app::item_line_of(row, feed == nullptr ? row.feed_key : feed->title);
    found.from = "item " + std::to_string(row.id) + " of feed " + without_secrets(row.feed_key);
    if (feed != nullptr) {
      found.topics_of_its_feed =
          settings::options_of(configuration_.settings, feed->key(), feed->tags).topics;
    }
    found.row = std::move(row);
    return found;
  }

  /// The item behind an alert, or what the alert itself says of it once the item is gone.
  Result<std::vector<FoundItem>> of_alert(const alert::LogRecord& record) {
    auto decoded = alert::decode(record.payload);
    if (!decoded) return fail(decoded.error());
    const auto number = store_.item_of_alert(record.id);
    if (!number) return fail(number.error());
    auto found = stored(row_of(*number));
    if (!found) return found;
    alert::Alert& alert = decoded->alert;
    if (alert.kind == alert::Kind::operations) {
      return fail(Errc::not_found, "alert " + record.id + " is the daemon's own, of no item");
    }
    if (found->empty()) found->push_back(told_by(alert));
    found->front().from = "alert " + record.id + ", " + found->front().from;
    found->front().alert = std::move(alert);
    return found;
  }

  static FoundItem told_by(const alert::Alert& alert) {
    FoundItem found;
    found.from = "its excerpt (the item itself is no longer stored)";
    found.item.id = alert.item.id;
    found.item.title = alert.item.title;
    found.item.summary = alert.item.summary;
    found.item.content = alert.item.content;
    found.item.author = joined(alert.item.authors);
    found.item.category = joined(alert.item.categories);
    found.item.source = alert.source.name;
    found.item.language = alert.item.language;
    found.item.link = alert.item.url;
    return found;
  }

  /// Read when first asked for; a list with mistakes serves as far as it goes.
  const feed::Subscription* feed_of(const std::string& key) {
    if (!feeds_) {
      feeds_.emplace();
      Diagnostics ignored;
      if (const auto bytes = read_file(configuration_.paths.feeds, feed_list_limit)) {
        auto list = feed::read_opml(*bytes, configuration_.paths.feeds, ignored);
        if (list) feeds_ = std::move(*list);
      }
    }
    const auto found = std::find_if(feeds_->begin(), feeds_->end(),
                                    [&key](const auto& feed) { return feed.key() == key; });
    return found == feeds_->end() ? nullptr : &*found;
  }

  store::Store& store_;
  const Configuration& configuration_;
  std::optional<Subscriptions> feeds_;
};

/// Empty where no daemon has run yet.
Result<std::vector<FoundItem>> find_in_store(const Configuration& configuration,
                                             const std::string& word) {
  const auto store = open_store_for_reading(configuration);
  if (store) return find_stored_items(**store, configuration, word);
  if (store.error().code != Errc::not_found) return fail(store.error());
  return std::vector<FoundItem>{};
}

Result<std::vector<FoundItem>> find_elsewhere(const Configuration& configuration,
                                              const ItemWish& wish) {
  const std::string address = feed::web_address(wish.word);
  const bool is_address = parse_http_url(address).has_value();
  if (!is_address || !wish.fetch) {
    auto found = find_in_store(configuration, wish.word);
    if (!found || !found->empty()) return found;
  }
  if (is_address) return fetched(configuration, address);
  return fail(Errc::not_found, "no file '" + wish.word + "', and neither an alert nor an item of " +
                                   "that id in " + configuration.paths.database);
}

}  // namespace

ItemLine item_line_of(const store::ItemRow& row, const std::string& source) {
  ItemLine line;
  line.id = row.identity;
  line.title = row.title;
  line.summary = row.summary;
  line.content = row.content;
  line.author = joined(row.authors);
  line.category = joined(row.categories);
  line.source = source;
  line.language = row.language;
  line.link = row.link;
  return line;
}

Result<std::unique_ptr<store::Store>> open_store_for_reading(const Configuration& configuration) {
  const std::string& database = configuration.paths.database;
  std::error_code problem;
  if (!std::filesystem::exists(database, problem) && !problem) {
    return fail(Errc::not_found, "no database at " + database + "; the daemon has not run yet");
  }
  return store::Store::open(database, {.read_only = true});
}

Result<std::vector<FoundItem>> find_stored_items(store::Store& store,
                                                 const Configuration& configuration,
                                                 const std::string& word) {
  StoredItems items{store, configuration};
  const std::string address = feed::web_address(word);
  return parse_http_url(address) ? items.by_link(address) : items.by_id(word);
}

Result<std::vector<FoundItem>> find_items(const Context& context, const ItemWish& wish) {
  std::error_code ignored;
  if (wish.word == "-" || std::filesystem::exists(wish.word, ignored)) {
    auto one = read_json(wish.word);
    if (!one) return fail(one.error());
    std::vector<FoundItem> found;
    found.push_back(std::move(*one));
    return found;
  }
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) {
    print_diagnostics(diagnostics);
    return fail(configuration.error());
  }
  return find_elsewhere(*configuration, wish);
}

}  // namespace tocsin::app
