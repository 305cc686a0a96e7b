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

constexpr std::string_view itunes_scheme = "http://www.itunes.com/";

// What a media:category without a scheme is in (Media RSS 1.5.1).
constexpr std::string_view media_scheme = "http://search.yahoo.com/mrss/category_schema";

template <Ranked<Text> Draft::*field, int rank>
void read_html(Draft& draft, const Element& element) {
  Text text{.value = html_of(element), .type = "html"};
  if (!text.is_empty()) (draft.*field).offer(rank, std::move(text));
}

void read_encoded(Draft& draft, const Element& element) {
  std::string value = html_of(element);
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
  if (!term.empty()) add_category(draft, {.term = std::move(term), .scheme = {}, .label = {}});
}

void read_media_category(Draft& draft, const Element& element) {
  std::string term = title_to_text(value_of(element.node));
  if (term.empty()) return;
  std::string_view scheme = trimmed(attribute_of(element.node, "scheme"));
  if (scheme.empty()) scheme = media_scheme;
  add_category(draft, {.term = std::move(term),
                       .scheme = std::string{scheme},
                       .label = std::string{trimmed(attribute_of(element.node, "label"))}});
}

/// Apple's list has two levels: a category and those inside it.
void read_itunes_category(Draft& draft, const Element& element) {
  const auto take = [&draft](const pugi::xml_node& node) {
    std::string term{trimmed(attribute_of(node, "text"))};
    if (term.empty()) term = has_element_child(node) ? "" : title_to_text(value_of(node));
    if (term.empty()) return;
    add_category(draft,
                 {.term = std::move(term), .scheme = std::string{itunes_scheme}, .label = {}});
  };
  take(element.node);
  for (const pugi::xml_node& inner : element.node.children()) {
    if (inner.type() == pugi::node_element) take(inner);
  }
}

std::vector<Category> keywords_in(const Element& element, std::string_view scheme) {
  std::vector<Category> keywords;
  const std::string all = title_to_text(value_of(element.node));
  std::string_view rest = all;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(','), rest.size());
    const std::string_view term = trimmed(rest.substr(0, end));
    if (!term.empty()) {
      keywords.push_back({.term = std::string{term}, .scheme = std::string{scheme}, .label = {}});
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return keywords;
}

void read_itunes_keywords(Draft& draft, const Element& element) {
  for (Category& keyword : keywords_in(element, itunes_scheme)) {
    add_category(draft, std::move(keyword));
  }
}

void read_media_keywords(Draft& draft, const Element& element) {
  draft.keywords = keywords_in(element, {});
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
  offer_date(draft.published, 4, date);
  offer_date(draft.updated, 4, date);
}

void read_generator_agent(Draft& draft, const Element& element) {
  if (draft.generator.empty()) draft.generator = trimmed(attribute_of(element.node, "resource"));
}

void add_dublin_core(HandlerTable& table) {
  using enum Vocabulary;
  for (const Vocabulary vocabulary : {dc, dcterms}) {
    table.add(vocabulary, "title", read_html<&Draft::title, 1>);
    table.add(vocabulary, "description", read_html<&Draft::summary, 2>);
    table.add(vocabulary, "abstract", read_html<&Draft::summary, 3>);
    table.add(vocabulary, "identifier", read_value<&Draft::id, 2>);
    table.add(vocabulary, "language", read_language<1>);
    table.add(vocabulary, "rights", read_dc_rights);
    table.add(vocabulary, "subject", read_subject);
    table.add(vocabulary, "issued", read_date<&Draft::published, 2>);
    table.add(vocabulary, "available", read_date<&Draft::published, 3>);
    table.add(vocabulary, "created", read_date<&Draft::created, 1>);
    table.add(vocabulary, "modified", read_date<&Draft::updated, 2>);
    table.add(vocabulary, "date", read_dc_date);
  }
}

void add_media(HandlerTable& table) {
  using enum Vocabulary;
  table.add(media, "title", read_media_text<&Draft::title, 2>);
  table.add(media, "description", read_media_text<&Draft::summary, 4>);
  table.add(media, "category", read_media_category);
  table.add(media, "keywords", read_media_keywords);
  table.add(media, "group", read_media_children);
}

}  // namespace

void read_media_children(Draft& draft, const Element& element) {
  // Groups hold contents, and contents hold neither: what nests deeper is not followed.
  const bool is_group = equals_lower(element.name.local, "group");
  Walk{element}.children(element.node, [&draft, is_group](Element child) {
    const std::string_view local = child.name.local;
    if (equals_lower(local, "group") || (equals_lower(local, "content") && !is_group)) return;
    child.name.vocabulary = Vocabulary::media;
    read_element(draft, child);
  });
}

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
  table.add(itunes, "keywords", read_itunes_keywords);
  table.add(itunes, "description", read_html<&Draft::summary, 5>);
  table.add(prism, "publicationdate", read_date<&Draft::published, 5>);
  table.add(admin, "generatoragent", read_generator_agent);
}

}  // namespace tocsin::feed
