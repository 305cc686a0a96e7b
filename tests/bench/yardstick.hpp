// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// What `feed::parse` is measured against: the least that reading a feed with pugixml can cost.
/// None of it knows a format, a namespace, a charset or a date.
namespace tocsin::bench {

/// Parses with pugixml's defaults and goes through every node, copying each text.
/// Returns the bytes of text it met.
[[nodiscard]] std::size_t parse_and_walk(std::string_view xml);

/// As `parse_and_walk`, and cuts from each text whatever stands between '<' and '>'.
[[nodiscard]] std::size_t parse_walk_and_strip(std::string_view xml);

}  // namespace tocsin::bench
