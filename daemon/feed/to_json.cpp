// SPDX-License-Identifier: Apache-2.0
#include "feed/to_json.hpp"

#include <nlohmann/json.hpp>

#include "base/time_format.hpp"
#include "feed/feed.hpp"

namespace tocsin::feed {
namespace {

using json = nlohmann::ordered_json;

json of(const std::optional<Time>& time) {
  return time ? json(to_rfc3339(*time)) : json(nullptr);
}

json of(const Person& person) {
  return {{"name", person.name}, {"email", person.email}, {"url", person.url}};
}

json of(const Category& category) {
  return {{"term", category.term}, {"scheme", category.scheme}, {"label", category.label}};
}

json of(const Enclosure& enclosure) {
  return {{"url", enclosure.url},
          {"type", enclosure.type},
          {"length", enclosure.length ? json(*enclosure.length) : json(nullptr)}};
}

json of(const Link& link) {
  return {{"rel", link.rel}, {"href", link.href}, {"type", link.type}};
}

json of(const Content& content) {
  return {{"value", content.value}, {"type", content.type}};
}

json of(const std::optional<ItemSource>& source) {
  if (!source) return nullptr;
  return {{"title", source->title}, {"url", source->url}};
}

json of(const Item& item);

template <typename T>
json list_of(const std::vector<T>& values) {
  json list = json::array();
  for (const T& value : values) list.push_back(of(value));
  return list;
}

/// The first author in one string, for readers that want no list.
std::string author_of(const std::vector<Person>& authors) {
  if (authors.empty()) return {};
  const Person& first = authors.front();
  if (!first.name.empty()) return first.name;
  return first.email.empty() ? first.url : first.email;
}

json of(const Channel& channel) {
  return {{"title", channel.title},
          {"link", channel.link},
          {"description", channel.description},
          {"id", channel.id},
          {"language", channel.language},
          {"updated", of(channel.updated)},
          {"published", of(channel.published)},
          {"authors", list_of(channel.authors)},
          {"author", author_of(channel.authors)},
          {"categories", list_of(channel.categories)},
          {"image", channel.image},
          {"self", channel.self},
          {"hub", channel.hub},
          {"rights", channel.rights},
          {"generator", channel.generator},
          {"ttl", channel.ttl ? json(channel.ttl->count()) : json(nullptr)}};
}

json of(const Item& item) {
  return {{"id", item.id},
          {"guid_is_link", item.guid_is_link},
          {"link", item.link},
          {"title", item.title},
          {"title_type", item.title_type},
          {"summary", item.summary},
          {"content", list_of(item.content)},
          {"text", item.text},
          {"published", of(item.published)},
          {"updated", of(item.updated)},
          {"created", of(item.created)},
          {"published_raw", item.published_raw},
          {"updated_raw", item.updated_raw},
          {"authors", list_of(item.authors)},
          {"author", author_of(item.authors)},
          {"categories", list_of(item.categories)},
          {"enclosures", list_of(item.enclosures)},
          {"links", list_of(item.links)},
          {"comments", item.comments},
          {"source", of(item.source)}};
}

}  // namespace

std::string to_json(const Feed& feed, int indent) {
  const json document = {{"format", to_string(feed.format)},
                         {"encoding", feed.encoding},
                         {"bozo", feed.bozo},
                         {"warnings", feed.warnings},
                         {"feed", of(feed.channel)},
                         {"items", list_of(feed.items)}};
  // Every string is clean by now; should one not be, a replacement character beats an exception.
  return document.dump(indent, ' ', false, json::error_handler_t::replace);
}

}  // namespace tocsin::feed
