// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tocsin::feed {

/// `text` trimmed, with the "feed:" of subscription links taken off: "feed://a/b" and "feed:a/b"
/// are http, "feed:https://a/b" is what follows. Anything else comes back as it is.
[[nodiscard]] std::string web_address(std::string_view text);

}  // namespace tocsin::feed
