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

/// RSS's description and Atom's summary are one thing; where both stand, the second one is content.
void read_description(Draft& draft, const Element& element) {
  Text text = text_of(element);
  if (text.is_empty()) return;
  if (draft.summary.rank() == 0) {
    if (text.value != draft.summary.value().value) {
      draft.content.push_back({std::move(text.value), std::move(text.type)});
    }
    return;
  }
  draft.summary.offer(0, std::move(text));
}

void read_tagline(Draft& draft, const Element& element) {
  Text text = text_of(element);
  if (!text.is_empty()) draft.summary.offer(1, std::move(text));
}

/// "multipart/alternative" of Atom 0.3: each part is a content.
void read_alternatives(Draft& draft, const Element& element) {
  Walk{element}.children(element.node, [&](Element child) {
    child.name = element.name;
    Text text = text_of(child);
    if (!text.is_empty()) draft.content.push_back({std::move(text.value), std::move(text.type)});
  });
}

/// A content that stands elsewhere (atom:content's src) leaves its address, if nothing better does.
void read_content(Draft& draft, const Element& element) {
  if (starts_with_lower(trimmed(attribute_of(element.node, "type")), "multipart/")) {
    return read_alternatives(draft, element);
  }
  if (const auto source = trimmed(attribute_of(element.node, "src")); !source.empty()) {
    draft.link.offer(content_link, element.base.resolve(source));
  }
  Text text = text_of(element);
  if (!text.is_empty()) draft.content.push_back({std::move(text.value), std::move(text.type)});
}

bool says_no(std::string_view flag) {
  return equals_lower(flag, "false") || equals_lower(flag, "no") || flag == "0";
}

/// A guid is the item's address unless it says that it is none.
void read_guid(Draft& draft, const Element& element) {
  std::string guid = value_of(element.node);
  if (guid.empty() || draft.id.rank() == 0) return;
  std::string url = guid.front() == '/' ? element.base.resolve(guid) : guid;
  draft.guid_is_link =
      !says_no(trimmed(attribute_of(element.node, "ispermalink"))) && looks_like_url(url);
  if (draft.guid_is_link) draft.link.offer(guid_link, std::move(url));
  draft.id.offer(0, std::move(guid));
}

/// atom:id is absolute by its rules; one that is not is a link that somebody made relative.
void read_id(Draft& draft, const Element& element) {
  std::string id = value_of(element.node);
  if (id.empty()) return;
  const bool is_path = id.front() == '/' || id.starts_with("./") || id.starts_with("../");
  if (is_path) id = element.base.resolve(id);
  draft.id.offer(1, std::move(id));  // beside a guid, which is RSS's own, it is a second name
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
  if (!category.term.empty() || !category.label.empty()) add_category(draft, std::move(category));
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

/// atom:source: the metadata of the feed that the item was copied from, a channel of its own.
void read_source_feed(Draft& draft, const Element& element) {
  Draft source;
  Walk{element}.children(element.node, [&source](Element child) {
    if (equals_lower(child.name.local, "source")) return;
    const bool is_own = child.name.vocabulary == Vocabulary::core;
    if (is_own) child.name.vocabulary = Vocabulary::atom;
    read_element(source, child);
  });
  std::string url = source.link.value();
  if (url.empty()) url = source.self.value();
  if (url.empty() && looks_like_url(source.id.value())) url = source.id.value();
  draft.source = ItemSource{.title = plain_of(source.title.value()), .url = std::move(url)};
  draft.people.source = std::move(source.people.own);
}

void read_source(Draft& draft, const Element& element) {
  if (has_element_child(element.node)) return read_source_feed(draft, element);
  std::string_view url = trimmed(attribute_of(element.node, "url"));
  if (url.empty()) url = trimmed(attribute_of(element.node, "href"));
  draft.source = ItemSource{.title = title_to_text(value_of(element.node)),
                            .url = url.empty() ? std::string{} : element.base.resolve(url)};
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
    table.add(vocabulary, "published", read_date<&Draft::published, 0>);
    table.add(vocabulary, "issued", read_date<&Draft::published, 1>);
    table.add(vocabulary, "updated", read_date<&Draft::updated, 0>);
    table.add(vocabulary, "modified", read_date<&Draft::updated, 1>);
    table.add(vocabulary, "created", read_date<&Draft::created, 0>);
    table.add(vocabulary, "rights", read_rights);
    table.add(vocabulary, "copyright", read_rights);
    table.add(vocabulary, "generator", read_generator);
    table.add(vocabulary, "source", read_source);
  }
  table.add(core, "guid", read_guid);
  table.add(core, "language", read_language<0>);
  table.add(core, "pubdate", read_date<&Draft::published, 0>);
  table.add(core, "lastbuilddate", read_date<&Draft::updated, 0>);
  table.add(core, "date", read_date<&Draft::published, 5>);
  table.add(core, "abstract", read_tagline);
  table.add(core, "fullitem", read_content);
  table.add(core, "body", read_content);
  table.add(core, "ttl", read_ttl);
  table.add(core, "skiphours", read_skip_hours);
  table.add(core, "skipdays", read_skip_days);
  table.add(xhtml, "body", read_content);
  table.add(xhtml, "div", read_content);
}

}  // namespace tocsin::feed
