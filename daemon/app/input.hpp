// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace tocsin::app {

/// The bytes of a file, or of stdin for "-". `not_found`, `refused` without the permission,
/// `too_large` beyond `limit`, `system` otherwise; the message names the file.
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t limit);

/// Writes a file anew, in place of what is there.
[[nodiscard]] Result<void> write_file(const std::string& path, std::string_view bytes);

/// Reads a file, or stdin for "-", line by line, however long it is.
class LineReader {
 public:
  /// Longer lines are `too_large`; the reader then stands behind them.
  static constexpr std::size_t line_limit = std::size_t{4} << 20U;

  [[nodiscard]] static Result<LineReader> open(const std::string& path);

  /// The next line without its end, valid until the next call; nothing at the end of the file.
  [[nodiscard]] Result<std::optional<std::string_view>> next();

  /// Number of the line `next` gave last, from 1.
  [[nodiscard]] std::size_t line() const { return line_; }

  /// The file as messages call it.
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  LineReader(std::string name, UniqueFd file) : name_{std::move(name)}, file_{std::move(file)} {}

  [[nodiscard]] Result<bool> fill();       ///< False at the end of the file.
  [[nodiscard]] Result<bool> skip_line();  ///< The rest of it; false at the end of the file.

  std::string name_;
  UniqueFd file_;  ///< Closed for stdin, which is not ours to close.
  std::string buffer_;
  std::size_t at_ = 0;
  std::size_t line_ = 0;
  bool is_at_end_ = false;
};

}  // namespace tocsin::app
