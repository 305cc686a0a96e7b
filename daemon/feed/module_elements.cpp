// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <utility>

#include "feed/ascii.hpp"
#include "feed/html_text.hpp"
#include "feed/vocabulary.hpp"
#include "feed/xml_text.hpp"

/// content, dc, dcterms, media, slash, sy, itunes: where they say what RSS and Atom say too, they
/// rank behind them.
namespace tocsin::feed {
namespace {

template <Ranked<std::string> Draft::*field, int rank>
void read_value(Draft& draft, const Element& element) {
  std::string value = value_of(element.node);
  if (!value.empty()) (draft.*field).offer(rank, std::move(value));
}

template <Ranked<Text> Draft::*field, int rank>
void read_html(Draft& draft, const Element& element) {
  Text text{.value = value_of(element.node), .type = "html"};
  if (!text.is_empty()) (draft.*field).offer(rank, std::move(text));
}

void read_encoded(Draft& draft, const Element& element) {
  std::string value = value_of(element.node);
  if (!value.empty()) draft.content.push_back({.value = std::move(value), .type = "html"});
}

/// Unlike RSS, the media module says of its texts whether they are HTML, and by default they are
/// not.
template <Ranked<Text> Draft::*field, int rank>
void read_media_text(Draft& draft, const Element& element) {
  const bool is_html = equals_lower(attribute_of(element.node, "type"), "html");
  Text text{.value = value_of(element.node), .type = is_html ? "html" : "text"};
  if (!text.is_empty()) (draft.*field).offer(rank, std::move(text));
}

void read_subject(Draft& draft, const Element& element) {
  std::string term = title_to_text(value_of(element.node));
  if (!term.empty())
    draft.categories.push_back({.term = std::move(term), .scheme = {}, .label = {}});
}

void read_media_category(Draft& draft, const Element& element) {
  std::string term = title_to_text(value_of(element.node));
  if (term.empty()) return;
  draft.categories.push_back({.term = std::move(term),
                              .scheme = std::string{attribute_of(element.node, "scheme")},
                              .label = std::string{attribute_of(element.node, "label")}});
}

void read_itunes_category(Draft& draft, const Element& element) {
  constexpr int deepest = 4;  // Apple's list has two levels
  pugi::xml_node node = element.node;
  for (int depth = 0; node && depth < deepest; ++depth) {
    std::string term{trimmed(attribute_of(node, "text"))};
    if (!term.empty()) {
      draft.categories.push_back({.term = std::move(term), .scheme = {}, .label = {}});
    }
    node = node.first_child();
  }
}

void read_keywords(Draft& draft, const Element& element) {
  const std::string all = title_to_text(value_of(element.node));
  std::string_view rest = all;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(','), rest.size());
    const std::string_view term = trimmed(rest.substr(0, end));
    if (!term.empty()) {
      draft.categories.push_back({.term = std::string{term}, .scheme = {}, .label = {}});
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

void read_update_period(Draft& draft, const Element& element) {
  draft.update_period = lower_copy(value_of(element.node));
}

void read_update_frequency(Draft& draft, const Element& element) {
  const auto frequency = length_from(value_of(element.node));
  if (frequency && *frequency > 0 && *frequency < 100000) {
    draft.update_frequency = static_cast<int>(*frequency);
  }
}

void read_dc_rights(Draft& draft, const Element& element) {
  draft.rights.offer(1, title_to_text(value_of(element.node)));
}

/// Dublin Core's only date: when it appeared, and unless something else says so, when it changed.
void read_dc_date(Draft& draft, const Element& element) {
  const std::string date = value_of(element.node);
  if (date.empty()) return;
  draft.published.offer(4, date);
  draft.updated.offer(4, date);
}

/// media:group only wraps: what is inside counts as if it stood in the item.
void read_media_group(Draft& draft, const Element& element) {
  for (const pugi::xml_node& child : element.node.children()) {
    const std::string_view full = child.name();
    const std::string_view local = full.substr(full.rfind(':') + 1);
    if (child.type() != pugi::node_element || equals_lower(local, "group")) continue;
    read_element(draft, {.node = child,
                         .name = {.vocabulary = Vocabulary::media, .local = local},
                         .base = element.base});
  }
}

void add_dublin_core(HandlerTable& table) {
  using enum Vocabulary;
  for (const Vocabulary vocabulary : {dc, dcterms}) {
    table.add(vocabulary, "title", read_html<&Draft::title, 1>);
    table.add(vocabulary, "description", read_html<&Draft::summary, 2>);
    table.add(vocabulary, "abstract", read_html<&Draft::summary, 3>);
    table.add(vocabulary, "identifier", read_value<&Draft::id, 2>);
    table.add(vocabulary, "language", read_value<&Draft::language, 1>);
    table.add(vocabulary, "rights", read_dc_rights);
    table.add(vocabulary, "subject", read_subject);
    table.add(vocabulary, "issued", read_value<&Draft::published, 2>);
    table.add(vocabulary, "created", read_value<&Draft::created, 1>);
    table.add(vocabulary, "modified", read_value<&Draft::updated, 2>);
    table.add(vocabulary, "date", read_dc_date);
  }
}

void add_media(HandlerTable& table) {
  using enum Vocabulary;
  table.add(media, "title", read_media_text<&Draft::title, 2>);
  table.add(media, "description", read_media_text<&Draft::summary, 4>);
  table.add(media, "category", read_media_category);
  table.add(media, "group", read_media_group);
}

}  // namespace

void add_module_handlers(HandlerTable& table) {
  using enum Vocabulary;
  add_dublin_core(table);
  add_media(table);
  table.add(content, "encoded", read_encoded);
  table.add(syndication, "updateperiod", read_update_period);
  table.add(syndication, "updatefrequency", read_update_frequency);
  table.add(itunes, "title", read_html<&Draft::title, 3>);
  table.add(itunes, "summary", read_html<&Draft::summary, 5>);
  table.add(itunes, "subtitle", read_html<&Draft::summary, 6>);
  table.add(itunes, "category", read_itunes_category);
  table.add(itunes, "keywords", read_keywords);
}

}  // namespace tocsin::feed
