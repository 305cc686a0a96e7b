// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tocsin::bench {

/// Nanoseconds of the clock that all processes of a machine share.
[[nodiscard]] std::int64_t monotonic_ns();

/// Memory that a benchmark shares with its readers.
struct Board {
  static constexpr std::size_t most_readers = 8;
  static constexpr std::size_t most_items = 200'000;

  /// Frames that have arrived, by reader.
  std::array<std::atomic<std::uint64_t>, most_readers> received = {};
  std::atomic<std::uint64_t> live = 0;   ///< Of the first reader's, those that came by PUB.
  std::atomic<std::uint64_t> ready = 0;  ///< Readers that have seen `~head/`.
  std::atomic<bool> is_over = false;
  /// When the item whose guid is this number was handled by the first reader; 0: not yet.
  std::array<std::atomic<std::int64_t>, most_items> handled = {};
};

/// A child process with one reader that decodes (the plugin library) and others that only take
/// frames off their SUB sockets. To be made while this process has one thread.
class ReaderProcess {
 public:
  struct Options {
    std::string runtime_directory;  ///< Where `pub.sock` and `ctl.sock` will be.
    bool has_plugin = true;         ///< The first reader is the plugin library's.
    std::size_t bare = 7;           ///< Further readers, which do not decode.
    std::string filter = "alert/";
  };

  explicit ReaderProcess(const Options& options);
  ReaderProcess(const ReaderProcess&) = delete;
  ReaderProcess& operator=(const ReaderProcess&) = delete;
  ~ReaderProcess();  ///< Ends the child.

  [[nodiscard]] Board& board() { return *board_; }

  [[nodiscard]] std::size_t readers() const { return readers_; }

  /// The frames that the slowest reader has.
  [[nodiscard]] std::uint64_t slowest() const;

 private:
  Board* board_;
  std::size_t readers_;
  pid_t child_ = -1;
};

}  // namespace tocsin::bench
