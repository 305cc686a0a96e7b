// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <sstream>

#include <pugixml.hpp>

#include "base/time_format.hpp"
#include "plugins/feed/item.hpp"

namespace tocsin::feed_plugin {
namespace {

void add(pugi::xml_node parent, const char* name, const std::string& text) {
  parent.append_child(name).text().set(text.c_str());
}

void add_text(pugi::xml_node parent, const char* name, const std::string& text) {
  auto node = parent.append_child(name);
  node.append_attribute("type") = "text";
  node.text().set(text.c_str());
}

void add_link(pugi::xml_node parent, const char* relation, const std::string& url) {
  if (url.empty()) return;
  auto link = parent.append_child("link");
  link.append_attribute("rel") = relation;
  link.append_attribute("href") = url.c_str();
}

void add_author(pugi::xml_node parent, const std::string& name) {
  add(parent.append_child("author"), "name", name);
}

void add_entry(pugi::xml_node feed, const Item& item) {
  auto entry = feed.append_child("entry");
  if (!item.language.empty()) entry.append_attribute("xml:lang") = item.language.c_str();
  add(entry, "id", item.id);
  add_text(entry, "title", item.title);
  add_link(entry, "alternate", item.url);
  add(entry, "published", to_rfc3339(item.published));
  add(entry, "updated", to_rfc3339(item.committed));
  for (const std::string& author : item.authors) add_author(entry, author);
  if (item.authors.empty() && !item.source.empty()) add_author(entry, item.source);
  entry.append_child("category").append_attribute("term") = item.topic.c_str();
  if (!item.summary.empty()) add_text(entry, "summary", item.summary);
  add_text(entry, "content", item.text);
}

}  // namespace

std::string atom(const Head& head, const std::vector<Item>& items) {
  pugi::xml_document document;
  auto feed = document.append_child("feed");
  feed.append_attribute("xmlns") = "http://www.w3.org/2005/Atom";
  add(feed, "id", head.id);
  add_text(feed, "title", head.title);
  add_link(feed, "self", head.own_url);
  add_author(feed, head.title);
  Time updated{};  // 1970 for a feed without items: it never changed
  for (const Item& item : items) updated = std::max(updated, item.committed);
  add(feed, "updated", to_rfc3339(updated));
  for (const Item& item : items) add_entry(feed, item);
  std::ostringstream out;
  document.save(out, " ", pugi::format_indent, pugi::encoding_utf8);
  return out.str();
}

}  // namespace tocsin::feed_plugin
