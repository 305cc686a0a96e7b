// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "alert/alert.hpp"

namespace tocsin::pipeline {

/// A shortened text with the evidence that still stands in it.
struct Excerpt {
  std::string text;
  std::vector<alert::Evidence> evidence;  ///< Offsets are into `text`.
  bool is_cut = false;
};

/// The beginning of `text`, at most `limit` bytes, and the evidence within it.
[[nodiscard]] Excerpt head_of(std::string_view text, std::vector<alert::Evidence> evidence,
                              std::size_t limit);

/// The sentences of `text` that hold evidence, in order, those apart joined by " … ", at most
/// `limit` bytes. A sentence longer than a kilobyte is cut around its evidence.
[[nodiscard]] Excerpt sentences_with(std::string_view text, std::vector<alert::Evidence> evidence,
                                     std::size_t limit);

}  // namespace tocsin::pipeline
