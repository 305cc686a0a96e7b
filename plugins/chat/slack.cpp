// SPDX-License-Identifier: Apache-2.0
// docs.slack.dev/reference/block-kit/blocks/rich-text-block: text there is never markup. Of the
// text beside the blocks, which becomes the notification:
// docs.slack.dev/messaging/formatting-message-text
// ("Escaping text"), recommended at most 4,000 characters.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "chat/payload.hpp"

namespace tocsin::chat {
namespace {

using nlohmann::json;
using outbound::Message;

json text_element(const std::string& text, bool is_bold) {
  json element{{"type", "text"}, {"text", text}};
  if (is_bold) element["style"] = {{"bold", true}};
  return element;
}

/// A link whose text is never anything but that.
json link_element(const std::string& text, const std::string& url) {
  if (url.empty()) return text_element(text, true);
  return {{"type", "link"}, {"url", url}, {"text", text}, {"style", {{"bold", true}}}};
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else {
      out += c;
    }
  }
  return out;
}

json elements_of(const Message& message) {
  json elements = json::array();
  elements.push_back(text_element(outbound::heading(message) + "\n", false));
  elements.push_back(link_element(outbound::plain(message.headline), message.url));
  if (!message.text.empty()) elements.push_back(text_element("\n", false));
  for (const plugin::Segment& one : message.text) {
    elements.push_back(text_element(one.text, one.is_hit));
  }
  for (const outbound::ListedItem& one : message.items) {
    elements.push_back(text_element("\n• ", false));
    elements.push_back(link_element(one.title, one.url));
    if (!one.source.empty()) elements.push_back(text_element(" " + one.source, false));
  }
  if (message.more > 0) {
    elements.push_back(text_element(fmt::format("\nand {} more", message.more), false));
  }
  elements.push_back({{"type", "text"},
                      {"text", "\n" + outbound::credit(message)},
                      {"style", {{"italic", true}}}});
  return elements;
}

}  // namespace

std::string slack_payload(const Message& message) {
  json section{{"type", "rich_text_section"}, {"elements", elements_of(message)}};
  json block{{"type", "rich_text"}, {"elements", json::array({std::move(section)})}};
  const json payload{
      {"text", escaped(outbound::heading(message) + ": " + outbound::plain(message.headline))},
      {"mrkdwn", false},
      {"unfurl_links", false},
      {"unfurl_media", false},
      {"blocks", json::array({std::move(block)})}};
  return payload.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace tocsin::chat
