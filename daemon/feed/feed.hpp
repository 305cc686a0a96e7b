// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace tocsin::feed {

struct Person {
  std::string name;
  std::string email;
  std::string url;
};

struct Category {
  std::string term;
  std::string scheme;
  std::string label;
};

struct Enclosure {
  std::string url;
  std::string type;
  std::optional<std::int64_t> length;  ///< Bytes.
};

struct Link {
  std::string rel;
  std::string href;
  std::string type;
};

/// One `content` of an item as published: markup is kept, `type` says which.
struct Content {
  std::string value;
  std::string type;  ///< "text", "html", "xhtml" or a media type.
};

/// The feed that an aggregator's item was taken from.
struct ItemSource {
  std::string title;
  std::string url;
};

/// One news item as its feed published it. Every string is clean UTF-8; links are absolute where a
/// base was known.
struct Item {
  std::string id;             ///< guid, atom:id or JSON Feed's id; empty when the feed gave none.
  bool guid_is_link = false;  ///< The guid is a permanent link, and no other link stands beside it.
  std::string link;
  std::string title;       ///< Plain text.
  std::string title_type;  ///< As declared: "text", "html" or "xhtml".
  std::string summary;     ///< As published; markup is kept.
  std::vector<Content> content;
  std::string text;               ///< Plain text of the fullest content, else of the summary.
  std::string language;           ///< BCP 47; empty when neither item nor feed says.
  std::optional<Time> published;  ///< Where it is not told: `created`, else `updated`.
  std::optional<Time> updated;
  std::optional<Time> created;
  std::string published_raw;  ///< As written; empty when `published` was borrowed.
  std::string updated_raw;
  std::vector<Person> authors;
  std::vector<Category> categories;
  std::vector<Enclosure> enclosures;
  std::vector<Link> links;
  std::string comments;
  std::optional<ItemSource> source;
};

/// What a feed says of itself.
struct Channel {
  std::string title;
  std::string link;
  std::string description;
  std::string id;
  std::string language;
  std::optional<Time> updated;
  std::optional<Time> published;
  std::vector<Person> authors;
  std::vector<Category> categories;
  std::string image;
  std::string self;
  std::string hub;
  std::string rights;
  std::string generator;
  std::optional<std::chrono::minutes> ttl;  ///< RSS ttl, or sy:updatePeriod / sy:updateFrequency.
  std::vector<int> skip_hours;              ///< UTC hours 0–23.
  std::vector<int> skip_days;               ///< 0 = Sunday.
};

enum class Format : std::uint8_t {
  rss090,
  rss091,
  rss092,
  rss10,
  rss20,
  atom03,
  atom10,
  json10,
  json11
};

/// "rss20", "atom10", …: the names `tocsin parse` prints.
[[nodiscard]] std::string_view to_string(Format format);

/// One parsed document: the feed, its items in document order, and what had to be mended.
struct Feed {
  Format format = Format::rss20;
  std::string encoding;  ///< The charset the bytes were decoded from, as a WHATWG label.
  bool bozo = false;     ///< True when the document was not well-formed.
  std::vector<std::string> warnings;
  Channel channel;
  std::vector<Item> items;
};

/// What is known of the bytes from outside; both may be empty.
struct Origin {
  std::string_view url;  ///< Where they came from: the base of relative links.
  std::string_view
      content_type;  ///< The HTTP header's value: its charset is one witness of several.
};

/// Reads RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed 1.0 and 1.1, told apart by their bytes.
/// `invalid_input` with one line why, when no feed is to be seen in the bytes; a bad item is no
/// error.
[[nodiscard]] Result<Feed> parse(std::string_view bytes, const Origin& origin);

}  // namespace tocsin::feed
