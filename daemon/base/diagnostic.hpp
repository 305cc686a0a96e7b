// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace tocsin {

/// One mistake in a file that a person wrote.
struct Diagnostic {
  enum class Level { error, warning };

  std::string file;
  unsigned line = 0;    ///< From 1; 0 when the mistake has no place in the file.
  unsigned column = 0;  ///< From 1, in characters; 0 when unknown.
  std::string message;  ///< One line, with a suggestion where there is one.
  Level level = Level::error;
};

using Diagnostics = std::vector<Diagnostic>;

/// "config/tocsin.toml:12:3: error: unknown key 'intervall'; did you mean 'interval'?"
[[nodiscard]] std::string to_line(const Diagnostic& diagnostic);

[[nodiscard]] bool has_errors(const Diagnostics& diagnostics);

}  // namespace tocsin
