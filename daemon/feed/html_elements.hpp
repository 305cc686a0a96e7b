// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace tocsin::feed {

/// What an element of HTML means to the text around it.
enum class ElementKind : std::uint8_t {
  unknown,
  phrase,  ///< Stands inside a line.
  block,   ///< Starts a line of its own.
  hidden,  ///< Its content is not for readers.
};

/// Case aside; `name` holds letters, digits, ':' and '-' only.
[[nodiscard]] ElementKind kind_of_element(std::string_view name);

}  // namespace tocsin::feed
