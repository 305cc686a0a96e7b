// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tocsin::text {

/// The language of plain UTF-8 as a tag such as "en" or "zh"; empty when it cannot be told with
/// confidence, as for a few words or for several languages in one text. Looks at the first 4 KiB.
[[nodiscard]] std::string detect_language(std::string_view utf8);

}  // namespace tocsin::text
