// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tocsin::feed {

/// Where one element of an XML text stands. Offsets are bytes of that text.
struct ElementPlace {
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  std::size_t begin = 0;  ///< Of its "<".
  std::size_t inner = 0;  ///< Behind its start tag.
  std::size_t close = 0;  ///< Of the "<" of its end tag; `end` when it closes itself.
  std::size_t end = 0;    ///< Behind all of it.
  std::size_t parent = none;
  std::size_t first_child = none;
  std::size_t last_child = none;
  std::string_view name;

  [[nodiscard]] bool closes_itself() const { return close == end; }
};

/// Every element of a well-formed text in document order, the root first. `invalid_input` for what
/// is not well-formed, or too odd to be edited. Linear.
[[nodiscard]] Result<std::vector<ElementPlace>> element_places(std::string_view text);

/// The value of an attribute of the element at `place` in `text`, its prefix and case aside,
/// references decoded; empty when there is none.
[[nodiscard]] std::string attribute_at(std::string_view text, const ElementPlace& place,
                                       std::string_view lower_name);

}  // namespace tocsin::feed
