// SPDX-License-Identifier: Apache-2.0
#include "tocsin/options.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "base/unique_fd.hpp"

namespace tocsin::plugin {
namespace {

constexpr std::size_t secret_limit = std::size_t{64} << 10U;

template <typename Wanted>
Wanted get(const Options::Values& values, std::string_view name) {
  const auto it = values.find(name);
  if (it == values.end()) return {};
  const auto* value = std::get_if<Wanted>(&it->second);
  return value == nullptr ? Wanted{} : *value;
}

tl::unexpected<Error> refuse(const std::string& file, const std::string& why) {
  return fail(Errc::refused, file + ": " + why);
}

/// Reads what is open, so that what was checked is what is read.
Result<std::string> read_all(const UniqueFd& fd, const std::string& file) {
  std::string bytes;
  std::array<char, 4096> piece{};
  while (bytes.size() <= secret_limit) {
    const auto count = ::read(fd.get(), piece.data(), piece.size());
    if (count < 0) return refuse(file, std::generic_category().message(errno));
    if (count == 0) return bytes;
    bytes.append(piece.data(), static_cast<std::size_t>(count));
  }
  return refuse(file, "over 64 KiB");
}

Result<std::string> read_secret(const std::string& reference) {
  // What may be the secret, in the place of its file's name, is not repeated.
  if (reference.find("://") != std::string::npos || reference.starts_with("whsec_")) {
    return fail(Errc::refused,
                "names the file that holds the secret, and is not the secret itself");
  }
  const bool is_path = reference.find('/') != std::string::npos;
  const char* const folder =
      std::getenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe): one thread
  if (!is_path && folder == nullptr) {
    return fail(Errc::refused,
                "a path has a / in it, and for a credential $CREDENTIALS_DIRECTORY is not set");
  }
  const std::string file = is_path ? reference : std::string{folder} + "/" + reference;
  const UniqueFd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};  // NOLINT: its form
  if (!fd.is_open()) {
    const int number = errno;
    const std::string why = file + ": " + std::generic_category().message(number);
    return fail(number == ENOENT ? Errc::not_found : Errc::refused, why);
  }

  struct stat status {};

  if (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return refuse(file, "no file");
  constexpr mode_t others = S_IRWXO | S_IWGRP;
  if (is_path && (status.st_mode & others) != 0) {
    return refuse(file, "may be read or changed by others; chmod 0600");
  }
  auto bytes = read_all(fd, file);
  if (bytes && bytes->ends_with('\n')) bytes->pop_back();
  return bytes;
}

}  // namespace

std::string Options::text(std::string_view name) const {
  return get<std::string>(values_, name);
}

std::int64_t Options::integer(std::string_view name) const {
  return get<std::int64_t>(values_, name);
}

double Options::number(std::string_view name) const {
  return get<double>(values_, name);
}

bool Options::truth(std::string_view name) const {
  return get<bool>(values_, name);
}

std::chrono::milliseconds Options::duration(std::string_view name) const {
  return std::chrono::milliseconds{integer(name)};
}

std::uint64_t Options::size(std::string_view name) const {
  return static_cast<std::uint64_t>(integer(name));
}

std::vector<std::string> Options::texts(std::string_view name) const {
  return get<std::vector<std::string>>(values_, name);
}

Result<std::string> Options::secret(std::string_view name) const {
  if (is_dry_run_) return "<" + std::string{name} + ">";
  const std::string reference = text(name);
  if (reference.empty()) return {};
  auto read = read_secret(reference);
  if (read) return read;
  return wrong({.option = std::string{name}, .what = read.error().message}, read.error().code);
}

tl::unexpected<Error> Options::wrong(const Mistake& mistake, Errc code) const {
  const auto found = places_.find(mistake.option);
  if (found == places_.end() || found->second.empty()) {
    return fail(code, "--" + mistake.option + ": " + mistake.what);
  }
  const auto& places = found->second;
  const std::size_t at = mistake.at ? *mistake.at + 1 : 0;
  const std::string& place = at < places.size() ? places[at] : places.front();
  return fail(code, place + ": error: " + mistake.option + ": " + mistake.what);
}

bool Options::has_place(std::string_view message) const {
  for (const auto& [name, places] : places_) {
    for (const std::string& place : places) {
      if (message.starts_with(place + ": ")) return true;
    }
  }
  return false;
}

}  // namespace tocsin::plugin
