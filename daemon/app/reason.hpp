// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tocsin::app {

/// Of the reason that a person gives with an order or a feedback, in bytes.
inline constexpr std::size_t longest_reason = 1000;

/// What is wrong with a reason; empty when nothing is.
[[nodiscard]] inline std::string mistake_in_reason(std::string_view reason) {
  if (reason.size() <= longest_reason) return {};
  return "a reason has at most " + std::to_string(longest_reason) + " bytes, and this one has " +
         std::to_string(reason.size());
}

}  // namespace tocsin::app
