// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tocsin::feed {

/// The WHATWG name of a charset label ("latin1" → "windows-1252"); lower case, trimmed.
[[nodiscard]] std::string charset_label(std::string_view label);

/// The ICU converter that reads what browsers read of a charset, by its WHATWG name.
[[nodiscard]] std::string_view converter_name(std::string_view charset);

}  // namespace tocsin::feed
