// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "feed/draft.hpp"
#include "feed/xml_text.hpp"

namespace tocsin::feed {

/// What may be an item's or a channel's link, best first. RSS's own link beats an Atom one beside
/// it.
enum LinkRank : int {
  rss_link,
  html_alternate,
  other_alternate,
  original_link,
  guid_link,
  about_link,
  content_link
};

using Handler = void (*)(Draft&, const Element&);

/// What each known element does, by vocabulary and lower-case local name.
class HandlerTable {
 public:
  void add(Vocabulary vocabulary, std::string_view local, Handler handler);
  [[nodiscard]] Handler find(const Name& name) const;

 private:
  /// By length and both ends, which tell the known names apart well enough.
  struct Hash {
    std::size_t operator()(std::string_view name) const;
  };

  /// Case aside.
  struct Equal {
    bool operator()(std::string_view name, std::string_view other) const;
  };

  std::unordered_map<std::string_view, Handler, Hash, Equal> handlers_[vocabulary_count];
};

void add_core_handlers(HandlerTable& table);
void add_link_handlers(HandlerTable& table);
void add_people_handlers(HandlerTable& table);
void add_module_handlers(HandlerTable& table);

/// A text construct of Atom, or RSS's escaped HTML.
[[nodiscard]] Text text_of(const Element& element);

/// An element's HTML with its relative links made absolute.
[[nodiscard]] std::string html_of(const Element& element);

/// Plain text in one line, for names, labels and titles.
[[nodiscard]] std::string plain_of(const Text& text);

/// "jane@example.org (Jane Doe)", "Jane Doe <jane@example.org>", "Jane Doe".
[[nodiscard]] Person person_from(std::string_view text);

/// A date that can be read beats every one that cannot; otherwise the rank decides.
void offer_date(Ranked<DateText>& date, int rank, std::string raw);

template <Ranked<DateText> Draft::*field, int rank>
void read_date(Draft& draft, const Element& element) {
  offer_date(draft.*field, rank, value_of(element.node));
}

template <Ranked<std::string> Draft::*field, int rank>
void read_value(Draft& draft, const Element& element) {
  std::string value = value_of(element.node);
  if (!value.empty()) (draft.*field).offer(rank, std::move(value));
}

/// A language tag as it stands in an element or attribute; nothing is offered for an overlong one.
void offer_language(Draft& draft, int rank, std::string_view tag);

template <int rank>
void read_language(Draft& draft, const Element& element) {
  offer_language(draft, rank, value_of(element.node));
}

/// Adds a link while there are not too many.
void add_link(Draft& draft, Link link);

/// Adds a category unless it is there already.
void add_category(Draft& draft, Category category);

/// What is inside media:group or media:content counts as if it stood in the item.
void read_media_children(Draft& draft, const Element& element);

/// A number of bytes; empty for anything but digits.
[[nodiscard]] std::optional<std::int64_t> length_from(std::string_view text);

}  // namespace tocsin::feed
