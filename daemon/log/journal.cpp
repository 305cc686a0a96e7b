// SPDX-License-Identifier: Apache-2.0
#include "log/journal.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace tocsin::log {

Result<Journal> Journal::open(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return fail(Errc::invalid_input, "journal: path of its socket is too long");
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  UniqueFd socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  const auto* target = reinterpret_cast<const sockaddr*>(&address);
  if (!socket.is_open() || ::connect(socket.get(), target, sizeof address) != 0) {
    return fail(Errc::unreachable, "journal: " + std::generic_category().message(errno));
  }
  return Journal{std::move(socket)};
}

bool Journal::send(const Pairs& pairs) const {
  std::string datagram;
  for (const auto& [key, value] : pairs) {
    datagram += key;
    datagram += '=';
    datagram += value;
    datagram += '\n';
  }
  const auto sent =
      ::send(socket_.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent == static_cast<ssize_t>(datagram.size());
}

bool is_stderr_the_journal() {
  // Read once, at start, before other threads; nobody sets it later.
  const char* const named = std::getenv("JOURNAL_STREAM");  // NOLINT(concurrency-mt-unsafe)

  struct stat status {};

  if (named == nullptr || ::fstat(STDERR_FILENO, &status) != 0) return false;
  return named == std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

}  // namespace tocsin::log
