// SPDX-License-Identifier: Apache-2.0
#include "base/digest.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace tocsin {

std::string sha256_hex(std::string_view bytes, std::size_t digits) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  // The one-shot call takes unsigned char; text is bytes all the same.
  ::SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  constexpr std::string_view figures = "0123456789abcdef";
  std::string hex;
  for (const unsigned char byte : digest) {
    hex += figures[byte >> 4U];
    hex += figures[byte & 0xFU];
  }
  hex.resize(std::min(digits, hex.size()));
  return hex;
}

std::string sha256_hex_of_parts(std::initializer_list<std::string_view> parts, std::size_t digits) {
  std::string joined;
  for (const std::string_view part : parts) {
    joined += std::to_string(part.size());
    joined += ':';
    joined += part;
  }
  return sha256_hex(joined, digits);
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  unsigned int size = 0;
  ::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data(), &size);
  return {digest.begin(), digest.begin() + size};
}

}  // namespace tocsin
