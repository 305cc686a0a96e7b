// SPDX-License-Identifier: Apache-2.0
// adaptivecards.io/explorer/RichTextBlock.html: a TextRun, other than a TextBlock, is no Markdown.
// learn.microsoft.com/connectors/teams, "Message size limit": about 28 KB, and four requests a
// second
// (learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook).
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "chat/payload.hpp"

namespace tocsin::chat {
namespace {

using nlohmann::json;

/// "<at>" is nothing without an entity of its own; parted it does not even look like one.
std::string parted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += c;
    if (c == '<') out += "\u200B";
  }
  return out;
}

json run(std::string_view text) {
  return {{"type", "TextRun"}, {"text", parted(text)}};
}

json block(json runs) {
  return {{"type", "RichTextBlock"}, {"inlines", std::move(runs)}};
}

json subtle(const std::string& text) {
  json one = run(text);
  one["isSubtle"] = true;
  return block(json::array({std::move(one)}));
}

/// A run that opens a page.
json link_run(std::string_view text, const std::string& url) {
  json one = run(text);
  if (!url.empty()) one["selectAction"] = {{"type", "Action.OpenUrl"}, {"url", url}};
  return one;
}

json body_of(const outbound::Message& message) {
  json headline = link_run(outbound::plain(message.headline), message.url);
  headline["weight"] = "Bolder";
  headline["size"] = "Medium";
  json body =
      json::array({subtle(outbound::heading(message)), block(json::array({std::move(headline)}))});
  json runs = json::array();
  for (const plugin::Segment& one : message.text) {
    runs.push_back(run(one.text));
    if (one.is_hit) runs.back()["weight"] = "Bolder";
  }
  if (!runs.empty()) body.push_back(block(std::move(runs)));
  for (const outbound::ListedItem& one : message.items) {
    body.push_back(block(json::array({link_run(one.title, one.url), run(" " + one.source)})));
  }
  if (message.more > 0) body.push_back(subtle(fmt::format("and {} more", message.more)));
  body.push_back(subtle(outbound::credit(message)));
  return body;
}

}  // namespace

std::string teams_payload(const outbound::Message& message) {
  json card{{"$schema", "http://adaptivecards.io/schemas/adaptive-card.json"},
            {"type", "AdaptiveCard"},
            {"version", "1.4"},
            {"fallbackText", parted(outbound::plain(message.headline))},
            {"body", body_of(message)}};
  if (!message.url.empty()) {
    card["actions"] = json::array(
        {{{"type", "Action.OpenUrl"}, {"title", "Open the source"}, {"url", message.url}}});
  }
  const json attachment{{"contentType", "application/vnd.microsoft.card.adaptive"},
                        {"contentUrl", nullptr},
                        {"content", std::move(card)}};
  const json payload{{"type", "message"}, {"attachments", json::array({attachment})}};
  return payload.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace tocsin::chat
