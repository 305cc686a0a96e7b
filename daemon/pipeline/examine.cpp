// SPDX-License-Identifier: Apache-2.0
#include "pipeline/examine.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/digest.hpp"
#include "base/url.hpp"
#include "base/utf8.hpp"
#include "feed/html_text.hpp"
#include "feed/identity.hpp"
#include "topics/topic.hpp"

namespace tocsin::pipeline {
namespace {

std::string cut(std::string_view text, std::size_t limit) {
  return clean_utf8(truncate_utf8(text, limit));
}

std::string person_name(const feed::Person& person) {
  return cut(person.name.empty() ? person.email : person.name, FieldLimits::name);
}

/// The unit separator joins names in the store; no name may hold one, and clean_utf8 has dropped
/// it.
std::vector<std::string> author_names(const feed::Item& item) {
  std::vector<std::string> names;
  for (const feed::Person& person : item.authors) {
    std::string name = person_name(person);
    if (!name.empty() && names.size() < FieldLimits::names) names.push_back(std::move(name));
  }
  return names;
}

std::vector<std::string> category_names(const feed::Item& item) {
  std::vector<std::string> names;
  for (const feed::Category& category : item.categories) {
    std::string name =
        cut(category.label.empty() ? category.term : category.label, FieldLimits::name);
    if (!name.empty() && names.size() < FieldLimits::names) names.push_back(std::move(name));
  }
  return names;
}

/// Who an item is and its dates: all that is asked of one that stood in the last document too.
store::ItemRow bare_row_of(const FeedInfo& feed, const feed::Item& item,
                           const feed::Identity& identity) {
  store::ItemRow row;
  row.feed_key = feed.key;
  row.identity = identity.key;
  row.text_digest = identity.text_digest;
  row.published = item.published;
  row.updated = item.updated;
  if (!row.published && item.updated) row.published = item.updated;
  if (!row.published && item.created) row.published = item.created;
  return row;
}

void read_texts(const feed::Item& item, const feed::Identity& identity,
                const feed::Channel& channel, store::ItemRow& row) {
  row.guid = cut(item.id, FieldLimits::link);
  row.link = cut(item.link, FieldLimits::link);
  row.canonical_link = cut(identity.canonical_link, FieldLimits::link);
  row.title = cut(item.title, FieldLimits::title);
  row.summary = cut(feed::html_to_text(item.summary), FieldLimits::summary);
  row.content = cut(item.text, FieldLimits::content);
  if (row.content == row.summary) row.content.clear();
  row.language = cut(item.language, FieldLimits::name);
  if (row.language.empty()) row.language = cut(channel.language, FieldLimits::name);
  row.authors = author_names(item);
  row.categories = category_names(item);
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out;
}

/// Oldest first by date, then in reverse document order: feeds list the newest first. An item
/// without a date counts as published when first seen, which is now, and so comes last.
void sort_oldest_first(std::vector<ExaminedItem>& items) {
  std::reverse(items.begin(), items.end());
  std::stable_sort(items.begin(), items.end(), [](const ExaminedItem& a, const ExaminedItem& b) {
    if (!a.row.published || !b.row.published)
      return a.row.published.has_value() && !b.row.published;
    return *a.row.published < *b.row.published;
  });
}

/// Of an item with this text: a changed text has another.
std::uint64_t fingerprint_of(const feed::Identity& identity) {
  constexpr std::size_t digits = 16;
  const std::string hex = sha256_hex_of_parts({identity.key, identity.text_digest}, digits);
  std::uint64_t value = 0;
  std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
  return value;
}

}  // namespace

std::string outlet_of(const store::ItemRow& item) {
  std::string host = split_url(item.canonical_link).host;
  return host.empty() ? item.feed_key : host;
}

topics::ItemFields fields_of(const store::ItemRow& item, std::string_view author,
                             std::string_view category, std::string_view source) {
  return {.title = item.title,
          .summary = item.summary,
          .content = item.content,
          .author = author,
          .category = category,
          .source = source,
          .language = item.language,
          .link = item.link};
}

namespace {

bool is_asked(const FeedInfo& feed, const topics::Match& match) {
  const auto& wanted = feed.topics;
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), match.topic->id) != wanted.end();
}

bool is_near(const topics::Match& match, double share) {
  return !match.fired && match.score > 0 && match.score >= share * match.topic->threshold &&
         match.topic->status != topics::Status::retired;
}

/// Matches an item; near misses are looked for only when somebody asks, since that takes a verdict
/// of every topic of which a word occurs.
void match_item(const FeedInfo& feed, const topics::RuleSet& rules, double near,
                ExaminedItem& item) {
  const std::string author = joined(item.row.authors);
  const std::string category = joined(item.row.categories);
  const topics::ItemFields fields = fields_of(item.row, author, category, feed.title);
  item.matches = rules.match(fields);
  std::erase_if(item.matches, [&feed](const auto& match) { return !is_asked(feed, match); });
  if (near <= 0) return;
  item.near = rules.explain(fields);
  std::erase_if(item.near,
                [&](const auto& match) { return !is_near(match, near) || !is_asked(feed, match); });
}

}  // namespace

Examination examine(const FeedInfo& feed, feed::Feed parsed,
                    std::shared_ptr<const topics::RuleSet> rules, const Document& document) {
  const SeenItems* seen = document.seen;
  const std::vector<feed::Identity> identities = feed::identify(parsed);
  Examination examination;
  examination.items.reserve(parsed.items.size());
  for (std::size_t i = 0; i < parsed.items.size(); ++i) {
    ExaminedItem item;
    item.row = bare_row_of(feed, parsed.items[i], identities[i]);
    item.fingerprint = fingerprint_of(identities[i]);
    item.is_usable = identities[i].is_usable;
    item.link_is_unique = identities[i].link_is_unique;
    item.is_seen =
        seen != nullptr && std::binary_search(seen->begin(), seen->end(), item.fingerprint);
    if (!item.is_seen) read_texts(parsed.items[i], identities[i], parsed.channel, item.row);
    if (item.is_usable && !item.is_seen) match_item(feed, *rules, document.near, item);
    examination.items.push_back(std::move(item));
  }
  sort_oldest_first(examination.items);
  examination.channel = std::move(parsed.channel);
  examination.warnings = std::move(parsed.warnings);
  examination.rules = std::move(rules);
  return examination;
}

Result<Examination> examine(const FeedInfo& feed, const Document& document,
                            std::shared_ptr<const topics::RuleSet> rules) {
  auto parsed =
      feed::parse(document.bytes, {.url = document.url, .content_type = document.content_type});
  if (!parsed) {
    return fail(parsed.error().code, "feed '" + escape_for_line(without_secrets(feed.key)) +
                                         "': " + parsed.error().message);
  }
  return examine(feed, std::move(*parsed), std::move(rules), document);
}

}  // namespace tocsin::pipeline
