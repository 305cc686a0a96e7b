// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tocsin::feed {

/// The text a reader would see of a piece of HTML: tags, comments, script and style dropped,
/// references decoded, white space folded, a newline at each block element's edge. Never fails:
/// what is no markup is text. Linear in the length of `html`.
[[nodiscard]] std::string html_to_text(std::string_view html);

/// How often a title was encoded on its way into the feed: Atom says so, RSS leaves it open.
enum class Encoded : std::uint8_t { once, perhaps_twice };

/// A one-line title: as `html_to_text`, but only elements HTML knows count as tags ("vector<int>"
/// stays), and a reference that may have been encoded twice is decoded ("AT&amp;T" → "AT&T").
[[nodiscard]] std::string title_to_text(std::string_view html,
                                        Encoded times = Encoded::perhaps_twice);

/// White space folded to single spaces and trimmed; nothing else is touched.
[[nodiscard]] std::string fold_space(std::string_view text);

}  // namespace tocsin::feed
