// SPDX-License-Identifier: Apache-2.0
#include "app/input.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace tocsin::app {
namespace {

constexpr std::size_t chunk = std::size_t{256} * 1024;

std::string shown_name(const std::string& path) {
  return path == "-" ? "stdin" : path;
}

tl::unexpected<Error> failure(const std::string& name, int error) {
  Errc code = Errc::system;
  if (error == ENOENT || error == ENOTDIR) code = Errc::not_found;
  if (error == EACCES || error == EPERM) code = Errc::refused;
  if (error == ENOSPC || error == EROFS) code = Errc::no_space;
  return fail(code, name + ": " + std::generic_category().message(error));
}

/// A file to read from; a closed one stands for stdin.
Result<UniqueFd> open_file(const std::string& path) {
  if (path == "-") return UniqueFd{};
  UniqueFd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
  if (!file.is_open()) return failure(path, errno);

  struct stat status {};

  if (::fstat(file.get(), &status) == 0 && S_ISDIR(status.st_mode)) return failure(path, EISDIR);
  return file;
}

/// Appends at most `chunk` bytes; 0 at the end, -1 with errno on failure.
ssize_t read_some(const UniqueFd& file, std::string& bytes) {
  const std::size_t before = bytes.size();
  bytes.resize(before + chunk);
  ssize_t count = 0;
  do {
    count = ::read(file.is_open() ? file.get() : STDIN_FILENO, bytes.data() + before, chunk);
  } while (count < 0 && errno == EINTR);
  bytes.resize(before + (count > 0 ? static_cast<std::size_t>(count) : 0));
  return count;
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  auto file = open_file(path);
  if (!file) return fail(file.error());
  std::string bytes;
  for (;;) {
    const ssize_t count = read_some(*file, bytes);
    if (count < 0) return failure(shown_name(path), errno);
    if (bytes.size() > limit) {
      return fail(Errc::too_large,
                  shown_name(path) + ": longer than " + std::to_string(limit) + " bytes");
    }
    if (count == 0) return bytes;
  }
}

Result<void> write_file(const std::string& path, std::string_view bytes) {
  constexpr mode_t mode = 0666;  // what the umask leaves of it
  const UniqueFd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)};
  if (!file.is_open()) return failure(path, errno);
  while (!bytes.empty()) {
    const ssize_t count = ::write(file.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure(path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Result<LineReader> LineReader::open(const std::string& path) {
  auto file = open_file(path);
  if (!file) return fail(file.error());
  return LineReader{shown_name(path), std::move(*file)};
}

Result<bool> LineReader::fill() {
  if (is_at_end_) return false;
  buffer_.erase(0, at_);
  at_ = 0;
  const ssize_t count = read_some(file_, buffer_);
  if (count < 0) return failure(name_, errno);
  is_at_end_ = count == 0;
  return !is_at_end_;
}

Result<bool> LineReader::skip_line() {
  for (;;) {
    const std::size_t end = buffer_.find('\n', at_);
    if (end != std::string::npos) {
      at_ = end + 1;
      return true;
    }
    at_ = buffer_.size();
    auto more = fill();
    if (!more || !*more) return more;
  }
}

Result<std::optional<std::string_view>> LineReader::next() {
  std::size_t end = buffer_.find('\n', at_);
  while (end == std::string::npos) {
    const std::size_t pending = buffer_.size() - at_;
    if (pending > line_limit) {
      ++line_;
      if (const auto skipped = skip_line(); !skipped) return fail(skipped.error());
      return fail(Errc::too_large,
                  name_ + ":" + std::to_string(line_) + ": line longer than 4 MiB");
    }
    auto more = fill();
    if (!more) return fail(more.error());
    if (!*more) break;
    end = buffer_.find('\n', pending);
  }
  if (end == std::string::npos && at_ == buffer_.size()) return std::nullopt;
  std::string_view line = std::string_view{buffer_}.substr(at_, end - at_);
  at_ = end == std::string::npos ? buffer_.size() : end + 1;
  ++line_;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace tocsin::app
