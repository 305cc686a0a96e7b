// SPDX-License-Identifier: Apache-2.0
#include "store/state_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace tocsin::store {

namespace {

constexpr mode_t lock_mode = 0640;

/// The digits at the file's start, or "?" when the holder has not written them yet.
std::string holder_of(int file) {
  std::array<char, 16> bytes{};
  const auto size = ::pread(file, bytes.data(), bytes.size(), 0);
  std::string pid;
  for (ssize_t i = 0; i < size; ++i) {
    const char c = bytes.at(static_cast<std::size_t>(i));
    if (c < '0' || c > '9') break;
    pid += c;
  }
  return pid.empty() ? "?" : pid;
}

tl::unexpected<Error> system_failure(const std::string& what, int code) {
  const auto kind = code == EROFS || code == ENOSPC ? Errc::no_space : Errc::system;
  return fail(kind, fmt::format("{}: cannot lock: {}", what, std::strerror(code)));
}

bool write_pid(int file) {
  const auto line = fmt::format("{}\n", ::getpid());
  return ::ftruncate(file, 0) == 0 &&
         ::pwrite(file, line.data(), line.size(), 0) == static_cast<ssize_t>(line.size());
}

}  // namespace

Result<StateLock> StateLock::take(const std::string& folder) {
  return take_file(folder + "/lock", "state folder " + folder);
}

Result<StateLock> StateLock::take_socket(const std::string& path) {
  return take_file(path + ".lock", "socket " + path);
}

Result<StateLock> StateLock::take_file(const std::string& path, const std::string& what) {
  UniqueFd file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, lock_mode)};
  if (!file.is_open()) return system_failure(what, errno);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return system_failure(what, errno);
    return fail(Errc::busy, fmt::format("{} is held by pid {}", what, holder_of(file.get())));
  }
  // The file is never removed: a second process could lock one that a third has just unlinked.
  if (!write_pid(file.get())) return system_failure(what, errno);
  return StateLock{std::move(file)};
}

}  // namespace tocsin::store
