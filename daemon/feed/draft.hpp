// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feed/element.hpp"
#include "feed/feed.hpp"
#include "feed/ranked.hpp"

/// What the elements of one item, or of the channel, say, before it is settled which of several
/// witnesses of a fact wins. One vocabulary serves RSS and Atom: feeds mix them.
namespace tocsin::feed {

/// A text, read as "text", "html", "xhtml" or a media type.
struct Text {
  std::string value;
  std::string type;
  bool is_encoded_once = false;  ///< Its format says so: Atom's.

  [[nodiscard]] bool is_empty() const { return value.empty(); }
};

struct DateText {
  std::string raw;
  std::optional<Time> time;
};

/// People by the element that named them.
struct PeopleDraft {
  std::vector<Person> own;  ///< atom:author, RSS author or managingEditor.
  std::vector<Person> webmaster;
  std::vector<Person> dc;      ///< dc:creator, dc:author.
  std::vector<Person> itunes;  ///< itunes:author.
  std::vector<Person> owner;   ///< itunes:owner.
  std::vector<Person> credit;  ///< media:credit of an author.
  std::vector<Person> source;  ///< atom:author inside atom:source.
};

struct Draft {
  Ranked<Text> title;
  Ranked<Text> summary;
  std::vector<Content> content;
  Ranked<std::string> id;
  bool guid_is_link = false;  ///< The guid claims to be an address.
  Ranked<std::string> link;
  Ranked<std::string> language;
  Ranked<DateText> published;
  Ranked<DateText> updated;
  Ranked<DateText> created;
  PeopleDraft people;
  std::vector<Category> categories;
  std::vector<Category> keywords;  ///< media:keywords, for items without a category.
  std::vector<Enclosure> enclosures;
  std::vector<Link> links;
  Ranked<std::string> comments;
  std::optional<ItemSource> source;
  // Of channels only:
  Ranked<std::string> image;
  Ranked<std::string> self;
  std::string hub;
  Ranked<std::string> rights;
  std::string generator;
  std::optional<std::chrono::minutes> ttl;
  std::string update_period;  ///< sy:updatePeriod.
  int update_frequency = 1;
  std::vector<int> skip_hours;
  std::vector<int> skip_days;
};

/// Lets one element say what it has to say.
void read_element(Draft& draft, const Element& element);

/// Settles a draft; both leave nothing of use behind in it.
[[nodiscard]] Item to_item(Draft& draft);
[[nodiscard]] Channel to_channel(Draft& draft);

}  // namespace tocsin::feed
