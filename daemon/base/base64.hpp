// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tocsin {

/// RFC 4648 §4, with padding and without line breaks.
[[nodiscard]] std::string to_base64(std::string_view bytes);

/// The bytes of what to_base64() wrote, and of nothing else: no white space, padding where it
/// belongs.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace tocsin
