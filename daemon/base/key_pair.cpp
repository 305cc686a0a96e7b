// SPDX-License-Identifier: Apache-2.0
#include "base/key_pair.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>

#include "base/unique_fd.hpp"

namespace tocsin {
namespace {

constexpr std::size_t file_limit = 4096;
constexpr std::size_t key_length = 40;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// The value of `name = "value"`; nothing for any other line.
std::optional<std::string_view> value_in(std::string_view line, std::string_view name) {
  if (!line.starts_with(name)) return std::nullopt;
  line = trimmed(line.substr(name.size()));
  if (!line.starts_with('=')) return std::nullopt;
  line = trimmed(line.substr(1));
  if (line.size() < 2 || line.front() != '"' || line.back() != '"') return std::nullopt;
  return line.substr(1, line.size() - 2);
}

Error failure(Errc code, const std::string& path, const std::string& why) {
  return {code, path + ": " + why};
}

}  // namespace

bool is_curve_key(std::string_view text) {
  constexpr std::string_view marks = ".-:+=^!/*?&<>()[]{}@%$#";
  return text.size() == key_length && std::all_of(text.begin(), text.end(), [marks](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  marks.find(c) != std::string_view::npos;
         });
}

Result<KeyPair> parse_key_pair(std::string_view text) {
  KeyPair pair;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    if (const auto key = value_in(line, "public")) {
      pair.public_key = *key;
    } else if (const auto secret = value_in(line, "secret")) {
      pair.secret_key = *secret;
    } else {
      return fail(Errc::invalid_input, "a line is neither public = \"…\" nor secret = \"…\"");
    }
  }
  if (!is_curve_key(pair.public_key) || !is_curve_key(pair.secret_key)) {
    return fail(Errc::invalid_input, "it holds no pair of keys of 40 characters each");
  }
  return pair;
}

std::string render(const KeyPair& pair, std::string_view name) {
  return "# The key pair of " + std::string{name} +
         ". Whoever has this file is taken for it.\npublic = \"" + pair.public_key +
         "\"\nsecret = \"" + pair.secret_key + "\"\n";
}

Result<KeyPair> load_key_pair(const std::string& path) {
  constexpr mode_t others = S_IRWXO | S_IWGRP;
  const UniqueFd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  const auto why_not = [] {
    return std::generic_category().message(errno);
  };
  if (!file.is_open()) {
    const auto code = errno == ENOENT ? Errc::not_found : Errc::refused;
    return fail(failure(code, path, why_not()));
  }

  struct stat status {};

  if (::fstat(file.get(), &status) != 0) return fail(failure(Errc::system, path, why_not()));
  if (!S_ISREG(status.st_mode)) return fail(failure(Errc::refused, path, "is not a file"));
  if ((status.st_mode & others) != 0) {
    return fail(failure(Errc::refused, path, "may be read or changed by others; chmod 0600"));
  }
  std::array<char, file_limit + 1> bytes{};
  const auto read = ::read(file.get(), bytes.data(), bytes.size());
  if (read < 0) return fail(failure(Errc::system, path, why_not()));
  const auto size = static_cast<std::size_t>(read);
  if (size > file_limit) return fail(failure(Errc::too_large, path, "over 4 KiB"));
  auto pair = parse_key_pair({bytes.data(), size});
  if (!pair) return fail(failure(pair.error().code, path, pair.error().message));
  return pair;
}

}  // namespace tocsin
