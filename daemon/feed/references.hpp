// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tocsin::feed {

/// Text or an attribute's value with its character references read; what is none stays as it is.
[[nodiscard]] std::string decoded(std::string_view text);

}  // namespace tocsin::feed
