// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tocsin::feed {

/// Text or an attribute's value with its character references read; what is none stays as it is.
[[nodiscard]] std::string decoded(std::string_view text);

/// The reference that stands for a character which XML's text or attributes cannot hold as it is;
/// empty for all others. Line feeds and tabs are such in attributes only (XML 1.0 §3.3.3).
[[nodiscard]] std::string_view reference_for(char c);

}  // namespace tocsin::feed
