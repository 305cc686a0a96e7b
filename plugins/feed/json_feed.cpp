// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "base/time_format.hpp"
#include "plugins/feed/item.hpp"

namespace tocsin::feed_plugin {
namespace {

using Json = nlohmann::ordered_json;

Json item_json(const Item& item) {
  Json one{{"id", item.id}};
  if (!item.url.empty()) one["url"] = item.url;
  one["title"] = item.title;
  if (!item.summary.empty()) one["summary"] = item.summary;
  one["content_text"] = item.text;
  one["date_published"] = to_rfc3339(item.published);
  one["date_modified"] = to_rfc3339(item.committed);
  for (const std::string& author : item.authors) one["authors"].push_back({{"name", author}});
  one["tags"] = {item.topic};
  if (!item.language.empty()) one["language"] = item.language;
  one["_tocsin"] = {{"about", "https://tocsin.example/docs/plugins/feed"},
                    {"topic", item.topic},
                    {"severity", item.severity},
                    {"source", item.source},
                    {"sequence", item.seq}};
  return one;
}

}  // namespace

std::string json_feed(const Head& head, const std::vector<Item>& items) {
  Json feed{{"version", "https://jsonfeed.org/version/1.1"}, {"title", head.title}};
  if (!head.own_url.empty()) feed["feed_url"] = head.own_url;
  feed["items"] = Json::array();
  for (const Item& item : items) feed["items"].push_back(item_json(item));
  return feed.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tocsin::feed_plugin
