// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace tocsin::manifest {

enum class Type : std::uint8_t { string, integer, number, boolean, duration, size, strings };

/// Durations are milliseconds, sizes bytes.
using Value = std::variant<std::string, std::int64_t, double, bool, std::vector<std::string>>;

/// One option of a plugin, as `[options.<name>]` in its manifest says.
struct OptionSpec {
  std::string name = {};
  Type type = Type::string;
  std::string help = {};
  std::optional<Value> fallback = {};     ///< `default`
  std::optional<Value> example = {};      ///< Stands in a dry run for what is required and not set.
  std::vector<std::string> choices = {};  ///< Of a string.
  std::optional<double> low = {};         ///< `min`, `max`: as the value counts, ends included.
  std::optional<double> high = {};
  bool is_required = false;
  bool is_secret = false;  ///< The value names a file or a systemd credential.
};

/// "string", "integer", …; and the type of that name.
[[nodiscard]] std::string_view name_of(Type type);
[[nodiscard]] std::optional<Type> type_of(std::string_view name);

/// What a value of the type looks like: `a duration such as "15m"`.
[[nodiscard]] std::string description_of(Type type);

/// A value as the command line writes it; of `strings` one of them. `invalid_input` says what it
/// must be, without the option's name.
[[nodiscard]] Result<Value> parse_value(const OptionSpec& spec, std::string_view text);

/// What is wrong with a value that has the option's type: bounds, choices. Empty when nothing is.
[[nodiscard]] std::string wrong_with(const OptionSpec& spec, const Value& value);

/// The value as parse_value() reads it; of `strings` each of them.
[[nodiscard]] std::vector<std::string> words_of(const OptionSpec& spec, const Value& value);

/// True for what may name an option: [a-z0-9][a-z0-9-]*, at most 64 bytes, and none that every
/// plugin has (`name`, `connect`, `dry-run`, …).
[[nodiscard]] bool is_option_name(std::string_view name);

/// Those of them that cap what a subscriber gets: `max-per-hour`, `cap-window`, `let-through`. An
/// instance's file sets them at its head, written with `_`.
[[nodiscard]] const std::vector<OptionSpec>& cap_options();

/// The options that the library gives to every plugin.
[[nodiscard]] const std::vector<std::string>& common_options();

}  // namespace tocsin::manifest
