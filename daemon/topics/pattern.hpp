// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace tocsin::topics {

/// What is wrong with a regular expression, and at which of its bytes.
struct PatternMistake {
  std::size_t byte = 0;
  std::string message;
};

/// A regular expression in RE2's syntax, searched for in the bytes of a field as they were written.
///
/// RE2 takes time in proportion to the text and to the size of the compiled expression, whatever
/// either holds, and both have limits here; std::regex has neither property. Immutable; any thread.
class Pattern {
 public:
  /// Longest expression, in bytes.
  static constexpr std::size_t max_bytes = 500;
  /// Largest compiled expression, in RE2's instructions: about one a letter, hundreds for a class
  /// such as \pL.
  static constexpr std::size_t max_size = 500;
  /// The first bytes of a field are looked at.
  static constexpr std::size_t looked_bytes = 4096;

  [[nodiscard]] static tl::expected<Pattern, PatternMistake> parse(std::string_view written,
                                                                   bool ignores_case);

  [[nodiscard]] bool occurs_in(std::string_view text) const;

  /// In RE2's instructions: no byte of a text costs more steps.
  [[nodiscard]] std::size_t size() const;

 private:
  class Impl;

  explicit Pattern(std::shared_ptr<const Impl> impl) : impl_{std::move(impl)} {}

  std::shared_ptr<const Impl> impl_;  ///< Shared because gates are copied with their topics.
};

}  // namespace tocsin::topics
