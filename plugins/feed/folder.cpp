// SPDX-License-Identifier: Apache-2.0
#include "plugins/feed/folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace tocsin::feed_plugin {
namespace {

// Published for a web server that runs as somebody else, whatever our umask.
constexpr mode_t file_mode = 0644;
constexpr mode_t folder_mode = 0755;

tl::unexpected<Error> failed(const std::string& path) {
  const int number = errno;
  const bool is_full = number == ENOSPC || number == EDQUOT || number == EROFS;
  return fail(is_full ? Errc::no_space : Errc::system,
              path + ": " + std::generic_category().message(number));
}

UniqueFd open_at(int folder, const std::string& name, int flags) {
  return UniqueFd{::openat(folder, name.c_str(),
                           flags | O_CLOEXEC | O_NOFOLLOW,  // NOLINT: its form
                           file_mode)};
}

/// What is open here still has that name: nobody moved it away, or removed it.
bool is_still(const UniqueFd& fd, int folder, const std::string& name) {
  struct stat open {};

  struct stat named {};

  return fd.is_open() && ::fstat(fd.get(), &open) == 0 &&
         ::fstatat(folder, name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

bool has_bytes(int folder, const std::string& name, std::string_view bytes) {
  const UniqueFd file = open_at(folder, name, O_RDONLY);

  struct stat status {};

  if (!file.is_open() || ::fstat(file.get(), &status) != 0) return false;
  if (static_cast<std::size_t>(status.st_size) != bytes.size()) return false;
  std::array<char, 65536> piece{};
  while (!bytes.empty()) {
    const auto count = ::read(file.get(), piece.data(), piece.size());
    if (count <= 0) return false;
    const std::string_view read{piece.data(), static_cast<std::size_t>(count)};
    if (!bytes.starts_with(read)) return false;
    bytes.remove_prefix(read.size());
  }
  return true;
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

Result<Folder> Folder::open(std::string path) {
  UniqueFd fd = open_at(AT_FDCWD, path + "/.", O_RDONLY | O_DIRECTORY);
  if (!fd.is_open()) {
    auto error = failed(path);
    error.value().code = Errc::not_found;
    return error;
  }
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(Errc::busy, path + ": another plugin writes its feeds here");
  }
  return Folder{std::move(path), std::move(fd)};
}

Result<bool> Folder::prepare() {
  const bool is_other = !is_still(fd_, AT_FDCWD, path_ + "/.");
  if (is_other) {
    auto again = open(path_);
    if (!again) return fail(again.error());
    *this = std::move(*again);
  }
  if (is_still(topics_, fd_.get(), "topics")) return is_other;
  const bool is_new = ::mkdirat(fd_.get(), "topics", folder_mode) == 0;
  if (!is_new && errno != EEXIST) return failed(path_ + "/topics");
  topics_ = open_at(fd_.get(), "topics", O_RDONLY | O_DIRECTORY);
  if (!topics_.is_open()) return failed(path_ + "/topics");
  if (is_new && ::fchmod(topics_.get(), folder_mode) != 0) return failed(path_ + "/topics");
  return is_other || is_new;
}

Result<void> Folder::write(const std::string& name, std::string_view bytes) {
  const std::string shown = path_ + "/" + name;
  const auto slash = name.find('/');
  const int folder = slash == std::string::npos ? fd_.get() : topics_.get();
  const std::string file = slash == std::string::npos ? name : name.substr(slash + 1);
  if (has_bytes(folder, file, bytes)) return {};
  const std::string temporary = "." + file + ".new";
  const UniqueFd fd = open_at(folder, temporary, O_WRONLY | O_CREAT | O_TRUNC);
  if (!fd.is_open()) return failed(shown);
  const bool is_written = ::fchmod(fd.get(), file_mode) == 0 && write_all(fd.get(), bytes) &&
                          ::fsync(fd.get()) == 0 &&
                          ::renameat(folder, temporary.c_str(), folder, file.c_str()) == 0;
  if (is_written) return {};
  auto error = failed(shown);
  ::unlinkat(folder, temporary.c_str(), 0);
  return error;
}

Result<void> Folder::sync() {
  for (const UniqueFd* fd : {&topics_, &fd_}) {
    if (fd->is_open() && ::fsync(fd->get()) != 0) return failed(path_);
  }
  return {};
}

}  // namespace tocsin::feed_plugin
