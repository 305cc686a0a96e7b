// SPDX-License-Identifier: Apache-2.0
#include "feed/vocabulary.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "feed/ascii.hpp"
#include "feed/dates.hpp"
#include "feed/html_links.hpp"
#include "feed/html_text.hpp"
#include "feed/limits.hpp"
#include "feed/media_type.hpp"
#include "feed/xml_text.hpp"

namespace tocsin::feed {
namespace {

const HandlerTable& handlers() {
  static const HandlerTable table = [] {
    HandlerTable made;
    add_core_handlers(made);
    add_link_handlers(made);
    add_people_handlers(made);
    add_module_handlers(made);
    return made;
  }();
  return table;
}

/// The content of an Atom xhtml construct: its one div is a wrapper and no part of it, but may say
/// what its links are relative to.
std::string xhtml_of(const pugi::xml_node& node, LinkBase& base, std::string& storage) {
  pugi::xml_node only;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() == pugi::node_pcdata && trimmed(child.value()).empty()) continue;
    if (only || child.type() != pugi::node_element) return inner_markup(node, &base);
    only = child;
  }
  const std::string_view name = only.name();
  const bool is_div = name == "div" || name.ends_with(":div");
  if (!is_div) return inner_markup(node, &base);
  if (const auto own = only.attribute("xml:base")) base = base.below(own.value(), storage);
  return inner_markup(only, &base);
}

Text atom_text(const Element& element) {
  const std::string_view declared = trimmed(attribute_of(element.node, "type"));
  const std::string_view mode = attribute_of(element.node, "mode");
  std::string type = text_type_of(declared);
  if (type == "html" && mode == "xml" && has_element_child(element.node)) type = "xhtml";
  if (type == "xhtml") {
    LinkBase base = element.base;
    std::string own_base;
    std::string value = xhtml_of(element.node, base, own_base);
    resolve_links(value, base);
    return {.value = std::move(value), .type = std::move(type), .is_encoded_once = true};
  }
  std::string value = value_of(element.node);
  // Elements inside what claims to be text or escaped markup are markup all the same.
  if (type == "text" && has_element_child(element.node)) type = "xhtml";
  const bool is_media = type.find('/') != std::string::npos && !is_textual_media_type(type);
  if (mode == "base64" || is_media) {
    // An image is no text; what only claims to be base64 is kept.
    value = from_base64_text(value).value_or(is_media ? std::string{} : value);
  }
  if (type == "html" || type == "xhtml") resolve_links(value, element.base);
  return {.value = std::move(value), .type = std::move(type), .is_encoded_once = true};
}

}  // namespace

void HandlerTable::add(Vocabulary vocabulary, std::string_view local, Handler handler) {
  handlers_[static_cast<std::size_t>(vocabulary)].emplace(local, handler);
}

Handler HandlerTable::find(const Name& name) const {
  const auto& of_vocabulary = handlers_[static_cast<std::size_t>(name.vocabulary)];
  const auto found = of_vocabulary.find(name.local);
  return found == of_vocabulary.end() ? nullptr : found->second;
}

std::size_t HandlerTable::Hash::operator()(std::string_view name) const {
  if (name.empty()) return 0;
  const auto byte = [](char c) {
    return static_cast<std::size_t>(static_cast<unsigned char>(to_lower(c)));
  };
  return (name.size() * 31 + byte(name.front())) * 31 + byte(name.back());
}

bool HandlerTable::Equal::operator()(std::string_view name, std::string_view other) const {
  return std::equal(name.begin(), name.end(), other.begin(), other.end(),
                    [](char a, char b) { return to_lower(a) == to_lower(b); });
}

void read_element(Draft& draft, const Element& element) {
  if (const Handler handler = handlers().find(element.name)) handler(draft, element);
}

Text text_of(const Element& element) {
  if (element.name.vocabulary == Vocabulary::atom) return atom_text(element);
  // RSS says nothing of its texts' type; what it carries is HTML, escaped or not.
  return {.value = html_of(element), .type = "html"};
}

std::string html_of(const Element& element) {
  std::string value = value_of(element.node);
  resolve_links(value, element.base);
  return value;
}

void offer_date(Ranked<DateText>& date, int rank, std::string raw) {
  constexpr int unreadable = 100;
  if (raw.empty()) return;
  const std::optional<Time> time = parse_date(raw);
  date.offer(time ? rank : rank + unreadable, {.raw = std::move(raw), .time = time});
}

void offer_language(Draft& draft, int rank, std::string_view tag) {
  tag = trimmed(tag);
  if (!tag.empty() && tag.size() <= longest_language) draft.language.offer(rank, std::string{tag});
}

void add_link(Draft& draft, Link link) {
  if (draft.links.size() < most_links) draft.links.push_back(std::move(link));
}

void add_category(Draft& draft, Category category) {
  constexpr std::size_t most = 256;  // looking each one up is quadratic
  const bool is_known = std::any_of(
      draft.categories.begin(), draft.categories.end(), [&category](const Category& known) {
        return known.term == category.term && known.scheme == category.scheme &&
               known.label == category.label;
      });
  if (!is_known && draft.categories.size() < most) draft.categories.push_back(std::move(category));
}

std::string plain_of(const Text& text) {
  const bool is_markup = text.type == "html" || text.type == "xhtml";
  if (!is_markup) return fold_space(text.value);
  return title_to_text(text.value, text.is_encoded_once ? Encoded::once : Encoded::perhaps_twice);
}

std::optional<std::int64_t> length_from(std::string_view text) {
  text = trimmed(text);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

LinkBase Walk::base_of(const pugi::xml_node& node, std::string& storage) const {
  for (auto attribute = node.first_attribute(); attribute; attribute = attribute.next_attribute()) {
    if (std::string_view{attribute.name()} == "xml:base") {
      return base_.below(attribute.value(), storage);
    }
  }
  return base_;
}

}  // namespace tocsin::feed
