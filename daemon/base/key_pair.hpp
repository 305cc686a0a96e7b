// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tocsin {

/// A CURVE key pair, both halves as ZeroMQ writes them (Z85, 40 characters).
struct KeyPair {
  std::string public_key = {};
  std::string secret_key = {};  ///< Never shown, logged or sent.
};

/// True for 40 characters of Z85.
[[nodiscard]] bool is_curve_key(std::string_view text);

/// Reads the text of a key file: lines `public = "…"` and `secret = "…"`; other lines but comments
/// are mistakes. `invalid_input` shows nothing of the file.
[[nodiscard]] Result<KeyPair> parse_key_pair(std::string_view text);

/// The text of a key file; `name` stands in its comment.
[[nodiscard]] std::string render(const KeyPair& pair, std::string_view name);

/// Reads a key file of at most 4 KiB. `refused` when others than its owner and group may read it,
/// or others than its owner change it.
[[nodiscard]] Result<KeyPair> load_key_pair(const std::string& path);

}  // namespace tocsin
