// SPDX-License-Identifier: Apache-2.0
#include "webhook/signature.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/base64.hpp"
#include "base/digest.hpp"

namespace tocsin::webhook {
namespace {

// github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md, "Signature scheme".
constexpr std::string_view prefix = "whsec_";
constexpr std::size_t shortest_key = 24;
constexpr std::size_t longest_key = 64;
constexpr std::size_t most_secrets = 10;

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view blank = " \t\r";
  const auto first = line.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(blank) - first + 1);
}

Result<std::string> key_of(std::string_view secret) {
  if (!secret.starts_with(prefix)) {
    return fail(Errc::invalid_input, "a secret begins with whsec_");
  }
  auto key = from_base64(secret.substr(prefix.size()));
  if (!key) return fail(Errc::invalid_input, "what follows whsec_ is no base64");
  if (key->size() < shortest_key || key->size() > longest_key) {
    return fail(Errc::invalid_input, fmt::format("a secret has {} to {} bytes, and this {}",
                                                 shortest_key, longest_key, key->size()));
  }
  return std::move(*key);
}

}  // namespace

Result<std::vector<std::string>> parse_secrets(std::string_view text) {
  std::vector<std::string> keys;
  for (unsigned number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    auto key = key_of(line);
    if (!key) {
      return fail(key.error().code, fmt::format("line {}: {}", number, key.error().message));
    }
    keys.push_back(std::move(*key));
  }
  if (keys.empty()) return fail(Errc::invalid_input, "there is no secret in it");
  if (keys.size() > most_secrets) {
    return fail(Errc::invalid_input, fmt::format("over {} secrets", most_secrets));
  }
  return keys;
}

std::string sign(const std::vector<std::string>& keys, const Signed& what) {
  const std::string text = fmt::format("{}.{}.{}", what.id, what.timestamp.count(), what.body);
  std::string signatures;
  for (const std::string& key : keys) {
    if (!signatures.empty()) signatures += ' ';
    signatures += "v1," + to_base64(hmac_sha256(key, text));
  }
  return signatures;
}

}  // namespace tocsin::webhook
