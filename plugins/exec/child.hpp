// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace tocsin::exec {

using Instant = std::chrono::steady_clock::time_point;

struct Limits {
  std::chrono::milliseconds timeout{30'000};
  std::chrono::milliseconds grace{2'000};  ///< Between SIGTERM and SIGKILL.
  std::size_t output = std::size_t{64} << 10U;
};

/// How a program ended.
struct Ended {
  bool was_slow = false;  ///< It was ended by us: for its time …
  bool was_loud = false;  ///< … or for what it wrote.
  int code = -1;          ///< Its exit status; -1 when a signal ended it.
  int signal = 0;
  std::string said = {};  ///< The last line it wrote.
};

/// A program that runs, in a process group of its own. Its standard input is a file with `input` in
/// it; its standard output and error are one stream, of which the last line is kept.
///
/// When the program has ended, whatever it left running in its group is killed; so is the whole
/// group when the Child ends first, or takes too long, or writes too much. The program itself also
/// dies with the thread that started it.
class Child {
 public:
  /// `words` and `environment` as execve() takes them. The error tells why it cannot start.
  [[nodiscard]] static Result<Child> start(const std::vector<std::string>& words,
                                           const std::vector<std::string>& environment,
                                           std::string_view input, Limits limits);

  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  /// Takes what was written, ends what is over a limit. A value once the program has ended.
  [[nodiscard]] std::optional<Ended> look(Instant now);

 private:
  Child(pid_t pid, UniqueFd output, Limits limits);

  void read_output();
  void keep_order(Instant now);

  pid_t pid_;  ///< 0: no more.
  UniqueFd output_;
  Limits limits_;
  Instant began_;
  std::optional<Instant> told_to_end_;
  std::size_t written_ = 0;
  std::string line_;  ///< The one being written.
  std::string last_line_;
  bool was_slow_ = false;
  bool was_loud_ = false;
};

}  // namespace tocsin::exec
