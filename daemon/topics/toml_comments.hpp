// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::topics {

/// One "# …" of a TOML file; toml++ throws them away.
struct TomlComment {
  unsigned line = 0;      ///< From 1.
  bool is_alone = false;  ///< Nothing else stands on its line.
  std::string text;       ///< From "#" on, without white space at the end.
};

/// The comments of a well-formed TOML file, in order. A "#" inside of a string is none.
[[nodiscard]] std::vector<TomlComment> toml_comments(std::string_view toml);

}  // namespace tocsin::topics
