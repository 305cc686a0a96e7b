// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/result.hpp"
#include "manifest/option.hpp"

namespace tocsin::manifest {

inline constexpr std::size_t file_limit = std::size_t{64} << 10U;

enum class Delivery : std::uint8_t {
  durable,  ///< The daemon keeps a cursor under the instance's name.
  tail,     ///< What passes while it listens.
};

/// plugin.toml: what a plugin is, what it wants, which options it takes
/// (docs/reference/plugins.md).
struct Manifest {
  std::string name = {};
  std::string version = {};
  std::string summary = {};
  std::string program = {};  ///< A program beside `tocsin` or on the PATH …
  std::string exec = {};     ///< … or a file in the plugin's own folder; one of the two is empty.
  Delivery delivery = Delivery::durable;
  std::vector<std::string> filters = {"alert/"};
  std::vector<std::string> needs = {};  ///< "network", or nothing.
  std::vector<OptionSpec> options = {};

  /// Null when there is none of that name.
  [[nodiscard]] const OptionSpec* find(std::string_view option) const;
};

/// Mistakes are diagnostics at their line and column; with any the result is `invalid_input`, whose
/// message is the first.
[[nodiscard]] Result<Manifest> read_manifest(std::string_view toml, const std::string& file_name,
                                             Diagnostics& diagnostics);

/// True for what may name an instance or a plugin: [a-z0-9][a-z0-9-]*, at most 64 bytes.
[[nodiscard]] bool is_plugin_name(std::string_view name);

/// "durable", "tail".
[[nodiscard]] std::string_view name_of(Delivery delivery);

}  // namespace tocsin::manifest
