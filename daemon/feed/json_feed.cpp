// SPDX-License-Identifier: Apache-2.0
#include "feed/json_feed.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/utf8.hpp"
#include "feed/ascii.hpp"
#include "feed/dates.hpp"
#include "feed/html_links.hpp"
#include "feed/html_text.hpp"
#include "feed/inheritance.hpp"
#include "feed/json_mend.hpp"
#include "feed/limits.hpp"
#include "feed/plain_text.hpp"
#include "feed/vocabulary.hpp"

namespace tocsin::feed {
namespace {

using nlohmann::json;

constexpr int deepest = 64;

/// The named member; null for a missing one, and for any member of what is no object.
const json& member(const json& object, const char* name) {
  static const json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

/// Strings as they are, numbers as written (ids are numbers in some feeds; those no double holds
/// are strings by now), all else empty.
std::string text_of(const json& value) {
  if (value.is_string()) return clean_utf8(value.get_ref<const std::string&>());
  if (value.is_number_unsigned()) return std::to_string(value.get<std::uint64_t>());
  if (value.is_number_integer()) return std::to_string(value.get<std::int64_t>());
  if (value.is_number_float()) return fmt::format("{}", value.get<double>());
  return {};
}

std::string text_in(const json& object, const char* name) {
  return text_of(member(object, name));
}

std::string url_in(const json& object, const char* name, const LinkBase& base) {
  const std::string text = text_in(object, name);
  return text.empty() ? text : base.resolve(text);
}

std::string language_in(const json& object) {
  std::string language = text_in(object, "language");
  return language.size() <= longest_language ? language : std::string{};
}

/// An array's elements; a lone value counts as an array of one.
template <typename Visit>
void each_of(const json& value, Visit visit) {
  if (value.is_array()) {
    for (const json& one : value) visit(one);
  } else if (!value.is_null()) {
    visit(value);
  }
}

void add_person(std::vector<Person>& people, const json& value, const LinkBase& base) {
  Person person;
  if (value.is_string()) person.name = text_of(value);
  if (value.is_object()) {
    person.name = text_in(value, "name");
    person.email = text_in(value, "email");
    person.url = url_in(value, "url", base);
  }
  const bool is_empty = person.name.empty() && person.email.empty() && person.url.empty();
  if (!is_empty && people.size() < most_people) people.push_back(std::move(person));
}

/// 1.1 has `authors`, 1.0 `author`; the list wins where both stand.
std::vector<Person> people_of(const json& object, const LinkBase& base) {
  std::vector<Person> people;
  each_of(member(object, "authors"),
          [&people, &base](const json& value) { add_person(people, value, base); });
  if (people.empty()) add_person(people, member(object, "author"), base);
  return people;
}

std::optional<std::int64_t> length_of(const json& value) {
  constexpr double largest = 1e15;
  if (value.is_string()) return length_from(value.get_ref<const std::string&>());
  if (!value.is_number()) return std::nullopt;
  const double number = value.get<double>();
  if (!std::isfinite(number) || number < 0 || number > largest) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

void add_attachments(Item& item, const json& attachments, const LinkBase& base) {
  each_of(attachments, [&item, &base](const json& attachment) {
    if (item.enclosures.size() >= most_links) return;
    std::string url = url_in(attachment, "url", base);
    if (url.empty()) return;
    item.enclosures.push_back({.url = std::move(url),
                               .type = text_in(attachment, "mime_type"),
                               .length = length_of(member(attachment, "size_in_bytes"))});
  });
}

void add_link(Item& item, std::string_view rel, const std::string& href) {
  if (!href.empty()) item.links.push_back({.rel = std::string{rel}, .href = href, .type = {}});
}

void add_contents(Item& item, const json& object, const LinkBase& base) {
  std::string html = text_in(object, "content_html");
  resolve_links(html, base);
  std::string text = text_in(object, "content_text");
  if (!html.empty()) item.content.push_back({.value = std::move(html), .type = "html"});
  if (!text.empty()) item.content.push_back({.value = std::move(text), .type = "text"});
  item.text = plain_text_of(item.content, {.value = item.summary, .type = "text"});
}

Item item_of(const json& object, const LinkBase& base) {
  Item item;
  item.id = text_in(object, "id");
  item.link = url_in(object, "url", base);
  const std::string external = url_in(object, "external_url", base);
  add_link(item, "alternate", item.link);
  add_link(item, "related", external);
  item.guid_is_link = looks_like_url(item.id) && (item.link.empty() || item.link == item.id);
  if (item.link.empty()) item.link = item.guid_is_link ? item.id : external;
  item.title = fold_space(text_in(object, "title"));
  item.title_type = "text";
  item.summary = text_in(object, "summary");
  add_contents(item, object, base);
  item.language = language_in(object);
  item.published_raw = text_in(object, "date_published");
  item.updated_raw = text_in(object, "date_modified");
  item.published = parse_date(item.published_raw);
  item.updated = parse_date(item.updated_raw);
  if (!item.published) item.published = item.updated;
  item.authors = people_of(object, base);
  each_of(member(object, "tags"), [&item](const json& tag) {
    if (item.categories.size() >= most_links) return;
    std::string term = text_of(tag);
    if (term.empty()) return;
    item.categories.push_back({.term = std::move(term), .scheme = {}, .label = {}});
  });
  add_attachments(item, member(object, "attachments"), base);
  return item;
}

void read_channel(const json& document, const LinkBase& base, Channel& channel) {
  channel.title = fold_space(text_in(document, "title"));
  channel.link = url_in(document, "home_page_url", base);
  channel.self = url_in(document, "feed_url", base);
  channel.id = channel.self;
  channel.description = text_in(document, "description");
  channel.language = language_in(document);
  channel.authors = people_of(document, base);
  channel.image = url_in(document, "icon", base);
  if (channel.image.empty()) channel.image = url_in(document, "favicon", base);
  each_of(member(document, "hubs"), [&channel, &base](const json& hub) {
    if (channel.hub.empty()) channel.hub = url_in(hub, "url", base);
  });
}

void warn_of_shape(const json& document, const std::string& version,
                   std::vector<std::string>& warnings) {
  if (version.empty()) {
    warnings.emplace_back("JSON Feed without a version");
  } else if (!version.ends_with("/1") && !version.ends_with("/1.1")) {
    warnings.emplace_back("unknown version of JSON Feed, read as 1.0");
  }
  if (!member(document, "items").is_array()) warnings.emplace_back("no list of items");
}

std::string version_of(const json& document) {
  std::string version{trimmed(text_in(document, "version"))};
  while (version.ends_with('/')) version.pop_back();
  return version;
}

/// nlohmann parses nested arrays iteratively, but copies and frees them recursively.
bool is_too_deep(std::string_view text) {
  int depth = 0;
  bool is_in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_in_string) {
      if (c == '\\') ++i;
      if (c == '"') is_in_string = false;
    } else if (c == '"') {
      is_in_string = true;
    } else if (const std::size_t end = past_json_comment(text, i); end > i) {
      i = end - 1;
    } else if (c == '{' || c == '[') {
      if (++depth > deepest) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

}  // namespace

Result<void> read_json_feed(std::string_view text, std::string_view url, Feed& feed) {
  if (is_too_deep(text)) return fail(Errc::invalid_input, "JSON nested too deep for a feed");
  const std::string with_strings = quote_long_numbers(text);
  if (!with_strings.empty()) text = with_strings;
  json document = json::parse(text, nullptr, false, true);
  if (!document.is_object()) {
    document = json::parse(mend_json(text, feed.warnings), nullptr, false, true);
    feed.bozo = true;
    if (member(document, "items").empty()) document = {};  // better fetched again
  }
  if (!document.is_object()) return fail(Errc::invalid_input, "broken JSON, no feed in it");
  const std::string version = version_of(document);
  const bool is_feed =
      version.find("jsonfeed") != std::string::npos || member(document, "items").is_array();
  if (!is_feed) return fail(Errc::invalid_input, "JSON without version and items is no feed");
  feed.format = version.ends_with("/1.1") ? Format::json11 : Format::json10;
  warn_of_shape(document, version, feed.warnings);
  std::size_t growth_left = longest_link_growth;
  const LinkBase base{url, growth_left};
  read_channel(document, base, feed.channel);
  const std::vector<Person> authors = inherited_authors(feed.channel);
  for (const json& value : member(document, "items")) {
    if (!value.is_object()) {
      feed.warnings.emplace_back("item that is no object left out");
    } else if (feed.items.size() >= most_items) {
      feed.warnings.emplace_back("more items than a feed has, the rest left out");
      break;
    } else {
      feed.items.push_back(item_of(value, base));
      Item& item = feed.items.back();
      if (item.language.empty()) item.language = feed.channel.language;
      if (item.authors.empty()) item.authors = authors;  // as version 1.1 says
    }
  }
  return {};
}

}  // namespace tocsin::feed
