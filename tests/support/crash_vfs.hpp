// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

struct sqlite3_vfs;

namespace tocsin::test {

/// A SQLite VFS on a simulated disk that forgets, at a power loss, what was not synced.
///
/// A write reaches the disk's cache at once and its platter with the file's next xSync. A power
/// loss keeps of the unsynced writes a random subset, sector by sector, as a drive that reorders
/// and tears them would; creating and deleting a file last at once. After the loss every call fails
/// until restore_power(). Locks tell only the last connection that it is the last: several must
/// take turns. Thread: one. Time, sleep and random bytes come from the default VFS.
class CrashVfs {
 public:
  explicit CrashVfs(std::uint64_t seed);
  CrashVfs(const CrashVfs&) = delete;
  CrashVfs& operator=(const CrashVfs&) = delete;
  ~CrashVfs();

  /// For StoreOptions::vfs.
  [[nodiscard]] const std::string& name() const { return name_; }

  /// The power goes with the `operations`-th write, truncation, deletion or sync from now on.
  void lose_power_after(std::size_t operations);

  /// The disk is full from the `writes`-th write from now on; 0 makes room again.
  void fill_disk_after(std::size_t writes) { writes_left_ = writes; }

  /// From now on nothing may be written, as when a kernel that sees errors mounts a disk anew.
  void set_read_only(bool read_only) { is_read_only_ = read_only; }

  [[nodiscard]] bool has_power() const { return has_power_; }

  /// What the power loss left is the disk's content now. Every connection must be closed.
  void restore_power();

  [[nodiscard]] std::size_t syncs() const { return syncs_; }

  /// One change of a file since its last sync.
  struct Change {
    std::size_t offset = 0;  ///< The new size of a truncation.
    std::vector<unsigned char> bytes;
    bool is_truncation = false;
  };

  /// A file as the running system sees it, and as the platter holds it.
  struct Image {
    std::vector<unsigned char> seen;
    std::vector<unsigned char> durable;
    std::vector<Change> unsynced;
    std::vector<std::unique_ptr<unsigned char[]>> shared;  ///< The WAL index: memory, not disk.
    std::size_t holders = 0;                               ///< Files open on it that hold a lock.
  };

  // What the C functions behind the VFS call.
  [[nodiscard]] std::shared_ptr<Image> open_file(const std::string& path);

  [[nodiscard]] bool exists(const std::string& path) const { return files_.contains(path); }

  [[nodiscard]] int remove(const std::string& path);
  [[nodiscard]] int change(Image& image, Change change);
  [[nodiscard]] int sync(Image& image);
  [[nodiscard]] std::string temporary_name();

 private:
  [[nodiscard]] bool spend_operation();
  void settle(Image& image);

  std::string name_;
  std::mt19937_64 random_;
  std::map<std::string, std::shared_ptr<Image>> files_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  std::size_t operations_left_ = 0;  ///< 0: the power stays.
  std::size_t writes_left_ = 0;      ///< 0: the disk has room.
  std::size_t syncs_ = 0;
  std::size_t temporaries_ = 0;
  bool has_power_ = true;
  bool is_read_only_ = false;
};

}  // namespace tocsin::test
