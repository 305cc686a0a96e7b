// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "base/diagnostic.hpp"
#include "settings/rows.hpp"

namespace tocsin::settings {

/// Writes mistakes at their place in one file. Borrows both.
class Reporter {
 public:
  Reporter(const std::string& file, Diagnostics& diagnostics)
      : file_{file},
        diagnostics_{diagnostics} {}

  void error(const toml::source_region& place, std::string message) const;
  void warning(const toml::source_region& place, std::string message) const;

  /// "unknown key 'intervall'; did you mean 'interval'?"
  void unknown(const toml::key& key, std::string_view what,
               const std::vector<std::string>& known) const;

  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  const std::string& file_;
  Diagnostics& diagnostics_;
};

/// A value on its way from the file to its target: what must hold, and where to complain.
struct Reading {
  std::string_view name;
  const Rule& rule;
  const Reporter& report;
};

/// Checks `node` against the rule and stores it; a wrong one is reported and the target keeps its
/// default.
void read_value(const toml::node& node, const Reading& reading, Target target);

template <typename Owner>
void read_value(const toml::node& node, const Row<Owner>& row, Target target,
                const Reporter& report) {
  read_value(node, Reading{row.name, row.rule, report}, target);
}

}  // namespace tocsin::settings
