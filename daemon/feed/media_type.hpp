// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tocsin::feed {

/// Atom's type attribute as "text", "html", "xhtml" or a media type in lower case; "text" when
/// empty.
[[nodiscard]] std::string text_type_of(std::string_view declared);

/// True for media types whose content is characters: text/*, */xml, *+xml, and message/*.
[[nodiscard]] bool is_textual_media_type(std::string_view type);

/// RFC 4648 base64, white space skipped; empty when it is none, or when it decodes to no UTF-8.
[[nodiscard]] std::optional<std::string> from_base64_text(std::string_view text);

}  // namespace tocsin::feed
