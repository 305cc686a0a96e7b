// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin::console {

/// How a found term is shown: by the terminal's own means, or by marks where there are none.
enum class Marks { style, quotes };

/// One character as it goes to the terminal, harmless: what could steer it is spelled out.
struct Glyph {
  std::string text;
  bool is_hit = false;  ///< Part of a found term.
};

using Glyphs = std::vector<Glyph>;

/// A stretch of bytes [start, end).
struct Span {
  std::size_t start = 0;
  std::size_t end = 0;

  bool operator==(const Span&) const = default;
};

/// The glyphs of `text`, with those within `hits` marked. Line breaks become spaces.
[[nodiscard]] Glyphs glyphs_of(std::string_view text, const std::vector<Span>& hits = {});

/// The same as plain text, for where nothing is found: names, addresses.
[[nodiscard]] std::string harmless(std::string_view text);

/// Sorted, none empty or past `size`, those that touch joined.
[[nodiscard]] std::vector<Span> merged(std::vector<Span> spans, std::size_t size);

/// The sentences of `text` that `hits` stand in, joined where they follow each other.
[[nodiscard]] std::vector<Span> sentences_around(std::string_view text,
                                                 const std::vector<Span>& hits);

/// Lines of at most `width` glyphs, broken at spaces where there are any.
[[nodiscard]] std::vector<Glyphs> wrapped(const Glyphs& glyphs, std::size_t width);

/// Columns that the glyphs take, each counted as one (an escape as its letters).
[[nodiscard]] std::size_t width_of(const Glyphs& glyphs);

}  // namespace tocsin::console
