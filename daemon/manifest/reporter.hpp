// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "base/diagnostic.hpp"
#include "base/result.hpp"
#include "manifest/option.hpp"

namespace tocsin::manifest {

/// Reads one file and writes its mistakes at their place. Borrows both arguments.
class Reporter {
 public:
  Reporter(const std::string& file, Diagnostics& diagnostics)
      : file_{file},
        diagnostics_{diagnostics},
        already_{diagnostics.size()} {}

  void error(const toml::source_region& place, std::string message) const;

  /// "unknown key 'plugni'; did you mean 'plugin'?"
  void unknown(const toml::key& key, std::string_view what,
               const std::vector<std::string>& known) const;

  /// The file's table with `format = 1` at its head; what is wrong is reported.
  [[nodiscard]] std::optional<toml::table> parse(std::string_view toml, std::size_t limit) const;

  /// Nothing when all was well, else `invalid_input` with the first mistake.
  [[nodiscard]] Result<void> verdict() const;

  /// A text that is not empty, at most `limit` bytes, of one line; otherwise it is reported.
  void take(const toml::node& node, std::string_view name, std::string& into) const;

  /// A list of such texts.
  void take(const toml::node& node, std::string_view name, std::vector<std::string>& into) const;

  /// A value of the option's type; bounds and choices hold.
  [[nodiscard]] std::optional<Value> value(const toml::node& node, const OptionSpec& spec) const;

 private:
  const std::string& file_;
  Diagnostics& diagnostics_;
  std::size_t already_;
};

/// A topic frame's prefix as a subscription may carry it: ASCII, at most 200 bytes.
[[nodiscard]] bool is_filter(std::string_view text);

}  // namespace tocsin::manifest
