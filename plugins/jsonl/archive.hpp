// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace tocsin::jsonl {

enum class Fsync : std::uint8_t { every, interval, none };

struct ArchiveOptions {
  std::string folder = {};
  std::uint64_t max_size = std::uint64_t{64} << 20U;
  bool is_daily = true;
  std::size_t keep = 0;  ///< Closed files; 0: all.
  Fsync fsync = Fsync::interval;
};

/// The id of the alert in a line of an archive; nothing where there is none.
[[nodiscard]] std::optional<std::string> id_in(std::string_view line);

/// A folder of files with one alert a line: `alerts.jsonl`, which grows, and those closed before,
/// `alerts-<day>-<number>.jsonl`, whose names sort as they came to be.
///
/// Opening mends what a crash left: a last line without its end is cut off, since the alert comes
/// again. Alerts among the last `remembered_bytes` of the files are known and not written a second
/// time. A lock in the folder keeps a second archive out.
///
/// Thread: one. Owns the files; borrows the clock.
class Archive {
 public:
  static constexpr std::size_t remembered_bytes = std::size_t{32} << 20U;

  [[nodiscard]] static Result<Archive> open(ArchiveOptions options, const Clock& clock);

  /// Adds an alert unless its id is known. After an error nothing of it stays in the file.
  [[nodiscard]] Result<void> add(std::string_view id, std::string_view payload);

  /// Forces to the disk what was written since, unless the policy is `none`. After an error the
  /// archive takes nothing more: what was not forced is gone from it, and must not be acknowledged.
  [[nodiscard]] Result<void> sync();

  [[nodiscard]] bool is_broken() const { return is_broken_; }

  [[nodiscard]] std::string file() const { return options_.folder + "/alerts.jsonl"; }

 private:
  Archive(ArchiveOptions options, const Clock& clock, UniqueFd lock)
      : options_{std::move(options)},
        clock_{&clock},
        lock_{std::move(lock)} {}

  [[nodiscard]] Result<void> open_file();
  [[nodiscard]] Result<void> mend();
  void remember_old();
  void remember(std::string_view bytes);
  [[nodiscard]] Result<void> rotate_if_due(std::size_t more);
  [[nodiscard]] Result<void> close_file();
  void remove_oldest() const;

  ArchiveOptions options_;
  const Clock* clock_;
  UniqueFd lock_;
  UniqueFd fd_;
  std::uint64_t size_ = 0;
  std::string day_;           ///< On which the file was last written to, "20170428".
  std::uint64_t synced_ = 0;  ///< Of it, what is surely on the disk.
  bool is_dirty_ = false;
  bool is_broken_ = false;  ///< What was written could not be kept; nothing more is.
  std::unordered_set<std::string> known_;
};

}  // namespace tocsin::jsonl
