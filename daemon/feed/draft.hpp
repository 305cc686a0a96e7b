// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pugixml.hpp>

#include "feed/feed.hpp"
#include "feed/link_base.hpp"
#include "feed/xml_names.hpp"

/// What the elements of one item, or of the channel, say, before it is settled which of several
/// witnesses of a fact wins. One vocabulary serves RSS and Atom: feeds mix them.
namespace tocsin::feed {

struct Element {
  pugi::xml_node node;
  Name name;
  LinkBase base;       ///< What its relative links are resolved against.
  Bindings& bindings;  ///< Its declarations, and those around it.
};

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

/// A fact with several possible sources: the lowest rank wins, the first among equals.
template <typename T>
class Ranked {
 public:
  void offer(int rank, T value) {
    if (rank >= rank_) return;
    rank_ = rank;
    value_ = std::move(value);
  }

  /// As `offer`, but among equals the last one wins.
  void offer_last(int rank, T value) {
    if (rank > rank_) return;
    rank_ = rank;
    value_ = std::move(value);
  }

  [[nodiscard]] const T& value() const { return value_; }

  [[nodiscard]] T& value() { return value_; }

  [[nodiscard]] bool is_set() const { return rank_ != unset; }

  [[nodiscard]] int rank() const { return rank_; }

 private:
  static constexpr int unset = 1000;
  int rank_ = unset;
  T value_{};
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

/// Goes through child elements, each with its declarations in force while it is read.
class Walk {
 public:
  Walk(Bindings& bindings, LinkBase base) : bindings_{bindings}, base_{base} {}

  explicit Walk(const Element& element) : Walk{element.bindings, element.base} {}

  /// Calls `visit(const Element&)` for each child element of `parent`.
  template <typename Visit>
  void children(const pugi::xml_node& parent, Visit visit) {
    for (auto node = parent.first_child(); node; node = node.next_sibling()) {
      if (node.type() != pugi::node_element) continue;
      const std::size_t mark = bindings_.enter(node);
      std::string own_base;
      visit(Element{.node = node,
                    .name = bindings_.resolve(node.name()),
                    .base = base_of(node, own_base),
                    .bindings = bindings_});
      bindings_.leave(mark);
    }
  }

 private:
  /// `storage` keeps a base that had to be made; most elements have none of their own.
  [[nodiscard]] LinkBase base_of(const pugi::xml_node& node, std::string& storage) const;

  Bindings& bindings_;
  LinkBase base_;
};

/// Settles a draft; both leave nothing of use behind in it.
[[nodiscard]] Item to_item(Draft& draft);
[[nodiscard]] Channel to_channel(Draft& draft);

}  // namespace tocsin::feed
