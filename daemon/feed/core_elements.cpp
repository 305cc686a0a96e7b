// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "feed/ascii.hpp"
#include "feed/html_text.hpp"
#include "feed/vocabulary.hpp"
#include "feed/xml_text.hpp"

/// Texts, identifiers, dates and categories of RSS and Atom.
namespace tocsin::feed {
namespace {

void read_title(Draft& draft, const Element& element) {
  Text text = text_of(element);
  if (!text.is_empty()) draft.title.offer(0, std::move(text));
}

void read_description(Draft& draft, const Element& element) {
  Text text = text_of(element);
  if (!text.is_empty()) draft.summary.offer(0, std::move(text));
}

void read_tagline(Draft& draft, const Element& element) {
  Text text = text_of(element);
  if (!text.is_empty()) draft.summary.offer(1, std::move(text));
}

void read_content(Draft& draft, const Element& element) {
  Text text = text_of(element);
  if (!text.is_empty()) draft.content.push_back({std::move(text.value), std::move(text.type)});
}

void read_guid(Draft& draft, const Element& element) {
  std::string guid = value_of(element.node);
  if (guid.empty() || draft.id.rank() == 0) return;
  const std::string_view permanent = attribute_of(element.node, "ispermalink");
  draft.guid_is_link = !equals_lower(trimmed(permanent), "false") && looks_like_url(guid);
  draft.id.offer(0, std::move(guid));
}

void read_id(Draft& draft, const Element& element) {
  std::string id = value_of(element.node);
  if (!id.empty()) draft.id.offer(0, std::move(id));
}

void read_language(Draft& draft, const Element& element) {
  draft.language.offer(0, value_of(element.node));
}

template <Ranked<std::string> Draft::*field, int rank>
void read_value(Draft& draft, const Element& element) {
  std::string value = value_of(element.node);
  if (!value.empty()) (draft.*field).offer(rank, std::move(value));
}

void read_rights(Draft& draft, const Element& element) {
  const Text text = text_of(element);
  if (!text.is_empty()) draft.rights.offer(0, plain_of(text));
}

void read_generator(Draft& draft, const Element& element) {
  draft.generator = plain_of({.value = value_of(element.node), .type = "html"});
}

/// RSS: text and a domain; Atom: term, scheme and label.
void read_category(Draft& draft, const Element& element) {
  Category category{.term = std::string{trimmed(attribute_of(element.node, "term"))},
                    .scheme = std::string{trimmed(attribute_of(element.node, "scheme"))},
                    .label = std::string{trimmed(attribute_of(element.node, "label"))}};
  if (category.scheme.empty()) category.scheme = trimmed(attribute_of(element.node, "domain"));
  if (category.term.empty()) category.term = title_to_text(value_of(element.node));
  if (!category.term.empty() || !category.label.empty()) {
    draft.categories.push_back(std::move(category));
  }
}

void read_ttl(Draft& draft, const Element& element) {
  constexpr std::int64_t longest = 60LL * 24 * 366;
  const auto minutes = length_from(value_of(element.node));
  if (minutes && *minutes <= longest) draft.ttl = std::chrono::minutes{*minutes};
}

void read_skip_hours(Draft& draft, const Element& element) {
  for (const pugi::xml_node& hour : element.node.children()) {
    const auto value = length_from(value_of(hour));
    // 24 is RSS 0.91's midnight.
    if (value && *value <= 24) draft.skip_hours.push_back(static_cast<int>(*value % 24));
    if (draft.skip_hours.size() >= 24) return;
  }
}

void read_skip_days(Draft& draft, const Element& element) {
  constexpr std::array<std::string_view, 7> names{"sunday",   "monday", "tuesday", "wednesday",
                                                  "thursday", "friday", "saturday"};
  for (const pugi::xml_node& day : element.node.children()) {
    const std::string name = lower_copy(value_of(day));
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) draft.skip_days.push_back(static_cast<int>(found - names.begin()));
    if (draft.skip_days.size() >= names.size()) return;
  }
}

void read_source(Draft& draft, const Element& element) {
  ItemSource source{.title = {}, .url = std::string{trimmed(attribute_of(element.node, "url"))}};
  if (!has_element_child(element.node)) {
    source.title = title_to_text(value_of(element.node));
  }
  for (const pugi::xml_node& child : element.node.children()) {
    const std::string_view full = child.name();
    const std::string_view name = full.substr(full.rfind(':') + 1);  // npos + 1 is 0
    if (name == "title") source.title = title_to_text(value_of(child));
    const std::string_view rel = attribute_of(child, "rel");
    const bool is_site = name == "link" && (rel.empty() || rel == "alternate");
    if (is_site || (name == "link" && source.url.empty())) {
      source.url = trimmed(attribute_of(child, "href"));
    }
    if (name == "id" && source.url.empty() && looks_like_url(value_of(child))) {
      source.url = value_of(child);
    }
  }
  draft.source = std::move(source);
}

}  // namespace

void add_core_handlers(HandlerTable& table) {
  using enum Vocabulary;
  for (const Vocabulary vocabulary : {core, atom}) {
    table.add(vocabulary, "title", read_title);
    table.add(vocabulary, "description", read_description);
    table.add(vocabulary, "summary", read_description);
    table.add(vocabulary, "subtitle", read_tagline);
    table.add(vocabulary, "tagline", read_tagline);
    table.add(vocabulary, "content", read_content);
    table.add(vocabulary, "id", read_id);
    table.add(vocabulary, "category", read_category);
    table.add(vocabulary, "published", read_value<&Draft::published, 0>);
    table.add(vocabulary, "issued", read_value<&Draft::published, 1>);
    table.add(vocabulary, "updated", read_value<&Draft::updated, 0>);
    table.add(vocabulary, "modified", read_value<&Draft::updated, 1>);
    table.add(vocabulary, "created", read_value<&Draft::created, 0>);
    table.add(vocabulary, "rights", read_rights);
    table.add(vocabulary, "copyright", read_rights);
    table.add(vocabulary, "generator", read_generator);
    table.add(vocabulary, "source", read_source);
  }
  table.add(core, "guid", read_guid);
  table.add(core, "language", read_language);
  table.add(core, "pubdate", read_value<&Draft::published, 0>);
  table.add(core, "lastbuilddate", read_value<&Draft::updated, 0>);
  table.add(core, "fullitem", read_content);
  table.add(core, "body", read_content);
  table.add(core, "ttl", read_ttl);
  table.add(core, "skiphours", read_skip_hours);
  table.add(core, "skipdays", read_skip_days);
  table.add(xhtml, "body", read_content);
  table.add(xhtml, "div", read_content);
}

}  // namespace tocsin::feed
