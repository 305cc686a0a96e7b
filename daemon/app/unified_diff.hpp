// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tocsin::app {

/// What leads from one text to the other, as `diff -u` writes it, three lines of context around
/// each change; "" for equal texts. `name` stands behind "a/" and "b/", so that `patch -p1` in its
/// folder applies it; an empty `before` is a file that is not there yet.
[[nodiscard]] std::string unified_diff(std::string_view before, std::string_view after,
                                       std::string_view name);

}  // namespace tocsin::app
