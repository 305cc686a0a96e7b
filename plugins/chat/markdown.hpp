// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "outbound/message.hpp"

namespace tocsin::chat {

/// Text that Mattermost and Discord show as it is: punctuation of Markdown gets a backslash, and an
/// invisible space parts what would make a mention, a link or an emoji. At most twice as long.
[[nodiscard]] std::string escape_markdown(std::string_view text);

/// The same with the hits bold.
[[nodiscard]] std::string markdown(const std::vector<plugin::Segment>& segments);

/// "[title](url)", or the title alone where there is no URL. `title` is Markdown already.
[[nodiscard]] std::string markdown_link(const std::string& title, std::string_view url);

/// A digest's items, a line each: "- [title](url) source", as far as 3,000 bytes go, and how many
/// there are besides.
[[nodiscard]] std::string markdown_list(const outbound::Message& message);

}  // namespace tocsin::chat
