// SPDX-License-Identifier: Apache-2.0
// developers.mattermost.com/integrate/webhooks/incoming: Markdown, where "@channel" calls
// everybody. A post has at most 16,383 characters, 4,000 on servers set up before 5.0.
#include <utility>

#include <nlohmann/json.hpp>

#include "chat/markdown.hpp"
#include "chat/payload.hpp"

namespace tocsin::chat {
namespace {

constexpr std::size_t post_limit = 4000;  // bytes: never fewer than characters
constexpr std::size_t short_text = 300;

std::string post_of(const outbound::Message& message) {
  std::string text =
      escape_markdown(outbound::heading(message)) + "\n#### " +
      markdown_link(escape_markdown(outbound::plain(message.headline)), message.url) + "\n";
  if (!message.text.empty()) text += markdown(message.text) + "\n";
  return text + markdown_list(message) + "\n" + escape_markdown(outbound::credit(message));
}

}  // namespace

std::string mattermost_payload(const outbound::Message& message) {
  std::string text = post_of(message);
  if (text.size() > post_limit) {
    outbound::Message shorter = message;
    shorter.text = outbound::cut_segments(std::move(shorter.text), short_text);
    text = post_of(shorter);
  }
  return nlohmann::json{{"text", text}}.dump(-1, ' ', false,
                                             nlohmann::json::error_handler_t::replace);
}

}  // namespace tocsin::chat
