// SPDX-License-Identifier: Apache-2.0
#include "store/backup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "base/crash_point.hpp"
#include "base/unique_fd.hpp"
#include "store/connection.hpp"

namespace tocsin::store {
namespace {

constexpr mode_t copy_mode = 0644;  // as SQLite gives its files, less the umask

tl::unexpected<Error> failure(std::string_view what, const std::string& path, int code) {
  const auto kind = code == EROFS || code == ENOSPC ? Errc::no_space : Errc::system;
  return fail(kind, fmt::format("cannot {} '{}': {}", what, path, std::strerror(code)));
}

Result<void> sync_to_disk(const std::string& path) {
  const UniqueFd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.is_open() && ::fsync(file.get()) == 0) return {};
  return failure("sync", path, errno);
}

std::string folder_of(const std::string& path) {
  const auto folder = std::filesystem::path{path}.parent_path().string();
  return folder.empty() ? "." : folder;
}

bool is_same_file(int file, const std::string& path) {
  struct stat open {};

  struct stat named {};

  return ::fstat(file, &open) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         open.st_ino == named.st_ino && open.st_dev == named.st_dev;
}

/// A database, or the zeros that one starts as: what an attempt that died leaves.
bool can_be_a_copy(int file) {
  constexpr std::string_view magic{"SQLite format 3\0", 16};
  std::array<char, magic.size()> bytes{};
  const ssize_t size = ::pread(file, bytes.data(), bytes.size(), 0);
  if (size < 0) return false;
  const std::string_view start{bytes.data(), static_cast<std::size_t>(size)};
  return start == magic || start.find_first_not_of('\0') == std::string_view::npos;
}

/// The copy while it is made, ours alone by a lock on it; removed unless it got its name.
class Part {
 public:
  static Result<Part> take(const std::string& path) {
    Part part{path + ".part"};
    part.file_ =
        UniqueFd{::open(part.name_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, copy_mode)};
    if (!part.file_.is_open()) return failure("write", part.name_, errno);
    // Between the two its owner may have finished and named it `path`.
    if (::flock(part.file_.get(), LOCK_EX | LOCK_NB) != 0 ||
        !is_same_file(part.file_.get(), part.name_)) {
      return fail(Errc::busy, fmt::format("another process writes the backup '{}'", path));
    }
    if (!can_be_a_copy(part.file_.get())) {
      return fail(Errc::busy, fmt::format("'{}' exists and is no unfinished backup", part.name_));
    }
    part.is_ours_ = true;
    if (::ftruncate(part.file_.get(), 0) != 0) return failure("write", part.name_, errno);
    part.remove_journals();
    return part;
  }

  Part(Part&& other) noexcept
      : name_{std::move(other.name_)},
        file_{std::move(other.file_)},
        is_ours_{std::exchange(other.is_ours_, false)} {}

  Part& operator=(Part&&) = delete;
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;

  ~Part() {
    if (!is_ours_) return;
    ::unlink(name_.c_str());
    remove_journals();
  }

  [[nodiscard]] const std::string& name() const { return name_; }

  Result<void> rename_to(const std::string& path) {
    int done = ::renameat2(AT_FDCWD, name_.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE);
    // Not every file system can refuse; there the look before the copy has to do.
    if (done != 0 && errno == EINVAL) done = std::rename(name_.c_str(), path.c_str());
    if (done != 0) return failure("write", path, errno);
    is_ours_ = false;
    return {};
  }

 private:
  explicit Part(std::string name) : name_{std::move(name)} {}

  /// Of an attempt that died; a journal would be played back into the new copy.
  void remove_journals() const {
    for (const char* suffix : {"-journal", "-wal", "-shm"}) ::unlink((name_ + suffix).c_str());
  }

  std::string name_;
  UniqueFd file_;
  bool is_ours_ = false;
};

}  // namespace

Result<void> copy_to(Connection& connection, const std::string& path) {
  auto part = Part::take(path);
  if (!part) return fail(part.error());
  if (std::filesystem::exists(path)) {
    return fail(Errc::busy, fmt::format("backup '{}' exists already", path));
  }
  if (auto copied = connection.run("VACUUM INTO ?", part->name()); !copied) return copied;
  crash_point("backup.copied");
  auto copy = Connection::open(part->name(), StoreOptions{}, false);
  if (!copy) return fail(std::move(copy.error()));
  if (auto blanked = (*copy)->script("UPDATE log SET epoch = ''"); !blanked) return blanked;
  copy->reset();
  if (auto synced = sync_to_disk(part->name()); !synced) return synced;
  crash_point("backup.synced");
  if (auto named = part->rename_to(path); !named) return named;
  crash_point("backup.named");
  return sync_to_disk(folder_of(path));
}

}  // namespace tocsin::store
