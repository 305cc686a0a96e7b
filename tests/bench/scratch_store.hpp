// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include "base/result.hpp"

namespace tocsin::bench {

/// A folder below the current one: /tmp may be memory, where a sync costs nothing.
class ScratchFolder {
 public:
  ScratchFolder() { std::filesystem::create_directory(path_); }

  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] std::string database() const { return path_ + "/tocsin.db"; }

  /// For sockets, whose paths must be short.
  [[nodiscard]] std::string path() const { return std::filesystem::absolute(path_).string(); }

 private:
  std::string path_ = "bench-" + std::to_string(::getpid());
};

/// The value, or an exception with the error's text, which ends the benchmark.
template <typename Value>
Value must(Result<Value> result) {
  if (!result) throw std::runtime_error{result.error().message};
  return std::move(*result);
}

inline void must(const Result<void>& result) {
  if (!result) throw std::runtime_error{result.error().message};
}

}  // namespace tocsin::bench
