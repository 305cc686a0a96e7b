// SPDX-License-Identifier: Apache-2.0
#include "support/crash_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <span>
#include <utility>

namespace tocsin::test {

namespace {

constexpr std::size_t sector = 512;
constexpr int path_limit = 512;

/// SQLite allocates these bytes itself; the first member must be its own struct.
struct CrashFile {
  sqlite3_file base;
  CrashVfs* vfs;
  std::shared_ptr<CrashVfs::Image> image;
  std::string* delete_on_close;
  bool is_holding;  // a lock, as each connection does from its first look at the file on
};

CrashFile& as_ours(sqlite3_file* file) {
  return *reinterpret_cast<CrashFile*>(file);
}

CrashVfs& as_ours(sqlite3_vfs* vfs) {
  return *static_cast<CrashVfs*>(vfs->pAppData);
}

sqlite3_vfs& default_vfs() {
  return *sqlite3_vfs_find(nullptr);
}

void play(std::vector<unsigned char>& bytes, const CrashVfs::Change& change) {
  if (change.is_truncation) return bytes.resize(change.offset);
  const auto end = change.offset + change.bytes.size();
  if (bytes.size() < end) bytes.resize(end);
  std::copy(change.bytes.begin(), change.bytes.end(),
            bytes.begin() + static_cast<std::ptrdiff_t>(change.offset));
}

int lock_file(sqlite3_file* file, int level) {
  auto& ours = as_ours(file);
  const std::size_t others = ours.image->holders - (ours.is_holding ? 1 : 0);
  if (level == SQLITE_LOCK_EXCLUSIVE && others > 0) return SQLITE_BUSY;
  if (!std::exchange(ours.is_holding, true)) ++ours.image->holders;
  return SQLITE_OK;
}

int unlock_file(sqlite3_file* file, int level) {
  auto& ours = as_ours(file);
  if (level == SQLITE_LOCK_NONE && std::exchange(ours.is_holding, false)) --ours.image->holders;
  return SQLITE_OK;
}

int close_file(sqlite3_file* file) {
  auto& ours = as_ours(file);
  unlock_file(file, SQLITE_LOCK_NONE);
  if (ours.delete_on_close != nullptr) {
    static_cast<void>(ours.vfs->remove(*ours.delete_on_close));
    delete ours.delete_on_close;
  }
  ours.image.~shared_ptr();
  return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* into, int amount, sqlite3_int64 offset) {
  auto& ours = as_ours(file);
  if (!ours.vfs->has_power()) return SQLITE_IOERR_READ;
  const auto& bytes = ours.image->seen;
  const auto wanted = static_cast<std::size_t>(amount);
  const auto begin = std::min(static_cast<std::size_t>(offset), bytes.size());
  const auto there = std::min(wanted, bytes.size() - begin);
  std::memset(into, 0, wanted);
  if (there > 0) std::memcpy(into, bytes.data() + begin, there);
  return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* from, int amount, sqlite3_int64 offset) {
  const std::span bytes{static_cast<const unsigned char*>(from), static_cast<std::size_t>(amount)};
  auto& ours = as_ours(file);
  return ours.vfs->change(*ours.image, {.offset = static_cast<std::size_t>(offset),
                                        .bytes = {bytes.begin(), bytes.end()}});
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  auto& ours = as_ours(file);
  return ours.vfs->change(
      *ours.image, {.offset = static_cast<std::size_t>(size), .bytes = {}, .is_truncation = true});
}

int sync_file(sqlite3_file* file, int) {
  return as_ours(file).vfs->sync(*as_ours(file).image);
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(as_ours(file).image->seen.size());
  return SQLITE_OK;
}

int check_lock(sqlite3_file*, int* is_locked) {
  *is_locked = 0;
  return SQLITE_OK;
}

int control_file(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}

int sector_size(sqlite3_file*) {
  return static_cast<int>(sector);
}

// As the unix VFS says of a disk: a write changes no byte beside its own.
int characteristics(sqlite3_file*) {
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int map_shared(sqlite3_file* file, int region, int size, int extend, void volatile** into) {
  auto& regions = as_ours(file).image->shared;
  const auto index = static_cast<std::size_t>(region);
  *into = nullptr;
  if (regions.size() <= index && extend == 0) return SQLITE_OK;
  while (regions.size() <= index) {
    regions.push_back(std::make_unique<unsigned char[]>(static_cast<std::size_t>(size)));
  }
  *into = regions[index].get();
  return SQLITE_OK;
}

int lock_shared(sqlite3_file*, int, int, int) {
  return SQLITE_OK;
}

void shared_barrier(sqlite3_file*) {}

int unmap_shared(sqlite3_file* file, int is_last) {
  if (is_last != 0) as_ours(file).image->shared.clear();
  return SQLITE_OK;
}

constexpr sqlite3_io_methods methods{2,
                                     close_file,
                                     read_file,
                                     write_file,
                                     truncate_file,
                                     sync_file,
                                     file_size,
                                     lock_file,
                                     unlock_file,
                                     check_lock,
                                     control_file,
                                     sector_size,
                                     characteristics,
                                     map_shared,
                                     lock_shared,
                                     shared_barrier,
                                     unmap_shared,
                                     nullptr,
                                     nullptr};

int open_in_vfs(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  auto& disk = as_ours(vfs);
  file->pMethods = nullptr;
  const std::string name = path == nullptr ? disk.temporary_name() : path;
  if (!disk.has_power()) return SQLITE_CANTOPEN;
  if ((flags & SQLITE_OPEN_CREATE) == 0 && !disk.exists(name)) return SQLITE_CANTOPEN;
  const bool is_temporary = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
  new (file) CrashFile{.base = {&methods},
                       .vfs = &disk,
                       .image = disk.open_file(name),
                       .delete_on_close = is_temporary ? new std::string{name} : nullptr,
                       .is_holding = false};
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int delete_in_vfs(sqlite3_vfs* vfs, const char* path, int) {
  return as_ours(vfs).remove(path);
}

int access_in_vfs(sqlite3_vfs* vfs, const char* path, int, int* is_there) {
  *is_there = as_ours(vfs).exists(path) ? 1 : 0;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* path, int size, char* into) {
  return sqlite3_snprintf(size, into, "%s", path) == into ? SQLITE_OK : SQLITE_CANTOPEN;
}

int randomness(sqlite3_vfs*, int size, char* into) {
  return default_vfs().xRandomness(&default_vfs(), size, into);
}

int sleep_in_vfs(sqlite3_vfs*, int microseconds) {
  return default_vfs().xSleep(&default_vfs(), microseconds);
}

int current_time(sqlite3_vfs*, double* days) {
  return default_vfs().xCurrentTime(&default_vfs(), days);
}

int last_error(sqlite3_vfs*, int, char*) {
  return 0;
}

}  // namespace

CrashVfs::CrashVfs(std::uint64_t seed)
    : name_{"crash-" + std::to_string(seed)},
      random_{seed},
      vfs_{std::make_unique<sqlite3_vfs>()} {
  vfs_->iVersion = 1;
  vfs_->szOsFile = sizeof(CrashFile);
  vfs_->mxPathname = path_limit;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = this;
  vfs_->xOpen = open_in_vfs;
  vfs_->xDelete = delete_in_vfs;
  vfs_->xAccess = access_in_vfs;
  vfs_->xFullPathname = full_path;
  vfs_->xRandomness = randomness;
  vfs_->xSleep = sleep_in_vfs;
  vfs_->xCurrentTime = current_time;
  vfs_->xGetLastError = last_error;
  sqlite3_vfs_register(vfs_.get(), 0);
}

CrashVfs::~CrashVfs() {
  sqlite3_vfs_unregister(vfs_.get());
}

void CrashVfs::lose_power_after(std::size_t operations) {
  operations_left_ = operations;
}

bool CrashVfs::spend_operation() {
  if (operations_left_ > 0 && --operations_left_ == 0) has_power_ = false;
  return has_power_;
}

std::shared_ptr<CrashVfs::Image> CrashVfs::open_file(const std::string& path) {
  auto& image = files_[path];
  if (!image) image = std::make_shared<Image>();
  return image;
}

int CrashVfs::remove(const std::string& path) {
  if (!has_power_ || !spend_operation()) return SQLITE_IOERR_DELETE;
  return files_.erase(path) > 0 ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
}

int CrashVfs::change(Image& image, Change change) {
  if (!has_power_) return SQLITE_IOERR_WRITE;
  if (is_read_only_) return SQLITE_READONLY;
  if (writes_left_ == 1 && !change.is_truncation) return SQLITE_FULL;
  if (writes_left_ > 1) --writes_left_;
  // The write that the power loss cuts off may have reached the drive: it is noted before.
  play(image.seen, change);
  image.unsynced.push_back(std::move(change));
  return spend_operation() ? SQLITE_OK : SQLITE_IOERR_WRITE;
}

int CrashVfs::sync(Image& image) {
  if (!has_power_ || !spend_operation()) return SQLITE_IOERR_FSYNC;
  ++syncs_;
  for (const auto& change : image.unsynced) play(image.durable, change);
  image.unsynced.clear();
  return SQLITE_OK;
}

void CrashVfs::settle(Image& image) {
  std::bernoulli_distribution is_kept{0.5};
  for (const auto& change : image.unsynced) {
    if (change.is_truncation) {
      if (is_kept(random_)) play(image.durable, change);
      continue;
    }
    for (std::size_t at = 0; at < change.bytes.size();) {
      const auto to_boundary = sector - (change.offset + at) % sector;
      const auto size = std::min(to_boundary, change.bytes.size() - at);
      const auto begin = change.bytes.begin() + static_cast<std::ptrdiff_t>(at);
      if (is_kept(random_)) {
        play(image.durable, {.offset = change.offset + at,
                             .bytes = {begin, begin + static_cast<std::ptrdiff_t>(size)}});
      }
      at += size;
    }
  }
  image.unsynced.clear();
  image.seen = image.durable;
  image.shared.clear();
}

void CrashVfs::restore_power() {
  for (auto& [path, image] : files_) settle(*image);
  operations_left_ = 0;
  has_power_ = true;
}

std::string CrashVfs::temporary_name() {
  return "temporary-" + std::to_string(++temporaries_);
}

}  // namespace tocsin::test
