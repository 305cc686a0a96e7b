// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "manifest/manifest.hpp"
#include "tocsin/options.hpp"
#include "tocsin/plugin.hpp"

namespace tocsin::plugin {

/// What a plugin's command line says, read by its manifest.
struct Arguments {
  Config config = {};
  Options options{Options::Values{}};
  std::optional<std::string> dry_run = {};  ///< The file of alerts.
  bool says_from = false;                   ///< Where to begin is the user's wish.
};

/// Where the file of the instance has what is set, by $TOCSIN_OPTIONS_AT; empty without it.
[[nodiscard]] Options::Places places_of_environment();

/// The arguments, or the exit status when there is nothing left to do: help was shown, or a
/// mistake, which was told on standard error.
struct Parsed {
  std::optional<Arguments> arguments = {};
  int status = 0;
};

[[nodiscard]] Parsed parse_arguments(int argc, const char* const* argv,
                                     const manifest::Manifest& manifest);

/// The prefix that `--topic` means: "floods" → "alert/floods/", "ops/" as it is.
[[nodiscard]] std::string prefix_of(const std::string& topic);

/// "earliest", "ack", "latest", a number, or a time in RFC 3339.
[[nodiscard]] Result<From> from_of(const std::string& text);

}  // namespace tocsin::plugin
