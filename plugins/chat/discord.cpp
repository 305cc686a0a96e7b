// SPDX-License-Identifier: Apache-2.0
// discord.com/developers/docs/resources/message#embed-object-embed-limits: title 256, description
// 4,096, footer 2,048, all together 6,000 characters. A message's texts are at most half as long
// before they are escaped.
#include <nlohmann/json.hpp>

#include "chat/markdown.hpp"
#include "chat/payload.hpp"

namespace tocsin::chat {
namespace {

/// By severity, from red to grey.
int color_of(int severity) {
  if (severity <= 2) return 0xC62828;
  if (severity <= 4) return 0xEF6C00;
  return severity <= 6 ? 0x1565C0 : 0x616161;
}

}  // namespace

std::string discord_payload(const outbound::Message& message) {
  using nlohmann::json;
  std::string description = markdown(message.text);
  if (!message.items.empty()) description = markdown_list(message);
  json embed{{"title", escape_markdown(outbound::plain(message.headline))},
             {"color", color_of(message.severity)},
             {"author", {{"name", outbound::heading(message)}}},
             {"footer", {{"text", outbound::credit(message)}}}};
  if (!description.empty()) embed["description"] = description;
  if (!message.url.empty()) embed["url"] = message.url;
  const json payload{{"embeds", json::array({std::move(embed)})},
                     {"allowed_mentions", {{"parse", json::array()}}}};
  return payload.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace tocsin::chat
