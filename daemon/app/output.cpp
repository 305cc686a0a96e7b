// SPDX-License-Identifier: Apache-2.0
#include "app/output.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "app/command.hpp"
#include "base/utf8.hpp"

namespace tocsin::app {

bool Output::write(std::string_view text) {
  constexpr std::size_t enough = std::size_t{64} * 1024;
  if (!is_open()) return false;
  pending_ += text;
  return pending_.size() < enough || flush();
}

bool Output::line(std::string_view text) {
  return write(text) && write("\n");
}

bool Output::flush() {
  std::string_view rest = pending_;
  while (is_open() && !rest.empty()) {
    const ssize_t count = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (count >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  pending_.clear();
  return is_open();
}

int Output::finish(int code) {
  flush();
  if (is_open() || error_ == EPIPE) return code;
  return complain(Exit::failed, "stdout: " + std::generic_category().message(error_));
}

std::string shown(std::string_view text, std::size_t limit) {
  const std::string escaped = escape_for_line(text, limit);
  std::string line;
  for (std::size_t at = 0; at < escaped.size(); ++at) {
    const bool is_quoting = escaped[at] == '\\' && at + 1 < escaped.size() &&
                            (escaped[at + 1] == '"' || escaped[at + 1] == '\\');
    if (is_quoting) ++at;
    line += escaped[at];
  }
  return line;
}

std::string emphasised(std::string_view text) {
  static const bool is_plain = [] {
    const char* const no_colour = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe)
    return ::isatty(STDOUT_FILENO) == 0 || (no_colour != nullptr && *no_colour != '\0');
  }();
  return is_plain ? std::string{text} : "\x1b[1m" + std::string{text} + "\x1b[0m";
}

}  // namespace tocsin::app
