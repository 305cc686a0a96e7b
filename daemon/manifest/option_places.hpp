// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/instance.hpp"

namespace tocsin::manifest {

/// The variable that tells a plugin where the file of its instance sets its options, so that what
/// the plugin itself finds wrong can be named at its place (docs/reference/plugins.md).
inline constexpr const char* places_variable = "TOCSIN_OPTIONS_AT";

/// "desk.toml:7:9" by the option's name; behind that of a list those of its texts.
using OptionPlaces = std::map<std::string, std::vector<std::string>, std::less<>>;

/// The variable's value: the file on the first line, then a line for each option with numbers in
/// pairs, "command 5:11 5:12 5:28". Empty where the file's name has a line break. `overridden` are
/// words of the command line that come after the file's: options that they set have no place.
[[nodiscard]] std::string write_places(const Instance& instance, const std::string& file,
                                       const std::vector<std::string>& overridden);

/// The other way round; lines that are not so are passed over.
[[nodiscard]] OptionPlaces read_places(std::string_view text);

}  // namespace tocsin::manifest
