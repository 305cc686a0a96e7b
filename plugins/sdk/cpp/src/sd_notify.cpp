// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/sd_notify.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "base/unique_fd.hpp"

namespace tocsin::plugin {
namespace {

std::string variable(const char* name) {
  const char* const value =
      std::getenv(name);  // NOLINT(concurrency-mt-unsafe): at the start, one thread
  return value == nullptr ? std::string{} : std::string{value};
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

ServiceManager::ServiceManager() : socket_{variable("NOTIFY_SOCKET")} {
  const std::string pid = variable("WATCHDOG_PID");
  const bool is_ours = pid.empty() || number(pid) == ::getpid();
  const auto limit = number(variable("WATCHDOG_USEC"));
  if (!is_ours || !limit || *limit <= 0) return;
  watchdog_ =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::microseconds{*limit / 2});
}

void ServiceManager::tell(const std::string& state) const {
  sockaddr_un address{};
  if (socket_.size() < 2 || socket_.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::copy(socket_.begin(), socket_.end(), std::begin(address.sun_path));
  if (socket_.front() == '@') address.sun_path[0] = '\0';  // the abstract name space
  const UniqueFd fd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  if (!fd.is_open()) return;
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  // A manager that does not listen is no reason to stop.
  static_cast<void>(::sendto(fd.get(), state.data(), state.size(), MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&address), length));  // NOLINT
}

}  // namespace tocsin::plugin
