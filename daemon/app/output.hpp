// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tocsin::app {

/// Results on their way to stdout, gathered into large writes.
///
/// A reader that went away (`tocsin match … | head`) ends the output in silence; any other failure
/// is told by `finish`.
class Output {
 public:
  /// False once nobody reads any more: the caller may stop.
  bool write(std::string_view text);

  /// `text` and a line end.
  bool line(std::string_view text);

  /// Sends what is gathered, for whoever watches live.
  bool flush();

  /// Sends the rest. Returns `code`, or 1 with a line on stderr when the output is incomplete.
  [[nodiscard]] int finish(int code);

  [[nodiscard]] bool is_open() const { return error_ == 0; }

 private:
  std::string pending_;
  int error_ = 0;  ///< errno of the write that failed.
};

/// `text` as one line that cannot act on a terminal: controls and deceptive characters escaped,
/// quotes kept, at most `limit` bytes of it.
[[nodiscard]] std::string shown(std::string_view text, std::size_t limit = 200);

/// `text` in bold on a terminal, unless $NO_COLOR is set; plain elsewhere.
[[nodiscard]] std::string emphasised(std::string_view text);

}  // namespace tocsin::app
