// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "alert/alert.hpp"

namespace tocsin::alert {

/// `data.alert.kind` of a payload.
inline constexpr std::array<std::pair<Kind, std::string_view>, 6> kind_names{{
    {Kind::fresh, "new"},
    {Kind::updated, "updated"},
    {Kind::retracted, "retracted"},
    {Kind::digest, "digest"},
    {Kind::test, "test"},
    {Kind::operations, "operations"},
}};

/// `data.times.published_quality` of a payload.
inline constexpr std::array<std::pair<DateQuality, std::string_view>, 3> quality_names{{
    {DateQuality::ok, "ok"},
    {DateQuality::missing, "missing"},
    {DateQuality::future, "future"},
}};

template <typename Names, typename Value>
[[nodiscard]] constexpr std::string_view name_of(const Names& names, Value value) {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  return {};
}

template <typename Names>
[[nodiscard]] constexpr auto value_of(const Names& names, std::string_view wanted)
    -> std::optional<typename Names::value_type::first_type> {
  for (const auto& [value, name] : names) {
    if (name == wanted) return value;
  }
  return std::nullopt;
}

}  // namespace tocsin::alert
