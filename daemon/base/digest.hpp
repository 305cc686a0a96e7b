// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace tocsin {

/// SHA-256 of `bytes`, lower-case hexadecimal, the first `digits` of 64.
[[nodiscard]] std::string sha256_hex(std::string_view bytes, std::size_t digits = 64);

/// SHA-256 over several parts, each preceded by its length, so that ("ab","c") and ("a","bc")
/// differ.
[[nodiscard]] std::string sha256_hex_of_parts(std::initializer_list<std::string_view> parts,
                                              std::size_t digits = 64);

/// HMAC-SHA256 (RFC 2104): 32 bytes, which may be any.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view bytes);

}  // namespace tocsin
