// SPDX-License-Identifier: Apache-2.0
#include "base/digest.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace tocsin {

namespace {

/// Looked up once: the calls that take no algorithm look for it by its name, behind locks, each
/// time, which takes as long as the digest of a short text.
const EVP_MD* sha256() {
  static const EVP_MD* const algorithm = [] {
    const EVP_MD* const found = ::EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return found != nullptr ? found : ::EVP_sha256();  // which is looked up at each use
  }();
  return algorithm;
}

}  // namespace

std::string sha256_hex(std::string_view bytes, std::size_t digits) {
  constexpr std::size_t digest_size = 32;
  std::array<unsigned char, digest_size> digest{};
  // Items and alerts are told apart by digests: without one nothing may go on.
  if (::EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, sha256(), nullptr) != 1) {
    throw std::runtime_error{"OpenSSL computes no SHA-256"};
  }
  constexpr std::string_view figures = "0123456789abcdef";
  std::string hex(std::min(digits, 2 * digest_size), '0');
  for (std::size_t i = 0; i < hex.size(); ++i) {
    const unsigned byte = digest.at(i / 2);
    hex[i] = figures[i % 2 == 0 ? byte >> 4U : byte & 0xFU];
  }
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
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  ::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data(), &size);
  return {digest.begin(), digest.begin() + size};
}

}  // namespace tocsin
