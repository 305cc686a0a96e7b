// SPDX-License-Identifier: Apache-2.0
// A disk that turns read-only under a running process, and writable again: a file system does so to
// whoever has files open on it after an error, and no kernel lets a test do and undo it.
//
// Preloaded into the process. While the file $TOCSIN_TEST_READ_ONLY_WHILE is there, every call that
// would change something below $TOCSIN_TEST_READ_ONLY_FOLDER fails with EROFS.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

namespace {

bool is_below_folder(const char* path) {
  const char* const folder = std::getenv("TOCSIN_TEST_READ_ONLY_FOLDER");
  return folder != nullptr && std::strncmp(path, folder, std::strlen(folder)) == 0;
}

bool is_read_only() {
  const char* const marker = std::getenv("TOCSIN_TEST_READ_ONLY_WHILE");
  const int before = errno;
  const bool is_there = marker != nullptr && ::access(marker, F_OK) == 0;
  errno = before;
  return is_there;
}

bool refuses(const char* path) {
  return is_below_folder(path) && is_read_only();
}

bool refuses(int fd) {
  char name[64];
  char path[PATH_MAX];
  ::snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  const int before = errno;
  const ssize_t size = ::readlink(name, path, sizeof path - 1);
  errno = before;
  if (size < 0) return false;
  path[size] = '\0';
  return refuses(path);
}

template <typename Function>
Function* next(Function* /*ours*/, const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

int denied() {
  errno = EROFS;
  return -1;
}

bool changes(int flags) {
  return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
}

mode_t mode_of(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

extern "C" {

#define TOCSIN_OPEN(function)                             \
  int function(const char* path, int flags, ...) {        \
    va_list arguments;                                    \
    va_start(arguments, flags);                           \
    const mode_t mode = mode_of(flags, arguments);        \
    va_end(arguments);                                    \
    if (changes(flags) && refuses(path)) return denied(); \
    static auto* const real = next(&function, #function); \
    return real(path, flags, mode);                       \
  }
TOCSIN_OPEN(open)
TOCSIN_OPEN(open64)

#define TOCSIN_PWRITE(function, offset_type)                                     \
  ssize_t function(int fd, const void* bytes, size_t size, offset_type offset) { \
    if (refuses(fd)) return denied();                                            \
    static auto* const real = next(&function, #function);                        \
    return real(fd, bytes, size, offset);                                        \
  }
TOCSIN_PWRITE(pwrite, off_t)
TOCSIN_PWRITE(pwrite64, off64_t)

#define TOCSIN_TRUNCATE(function, offset_type)            \
  int function(int fd, offset_type size) noexcept {       \
    if (refuses(fd)) return denied();                     \
    static auto* const real = next(&function, #function); \
    return real(fd, size);                                \
  }
TOCSIN_TRUNCATE(ftruncate, off_t)
TOCSIN_TRUNCATE(ftruncate64, off64_t)

ssize_t write(int fd, const void* bytes, size_t size) {
  if (refuses(fd)) return denied();
  static auto* const real = next(&write, "write");
  return real(fd, bytes, size);
}

int unlink(const char* path) noexcept {
  if (refuses(path)) return denied();
  static auto* const real = next(&unlink, "unlink");
  return real(path);
}

int rename(const char* from, const char* to) noexcept {
  if (refuses(from) || refuses(to)) return denied();
  static auto* const real = next(&rename, "rename");
  return real(from, to);
}

}  // extern "C"
