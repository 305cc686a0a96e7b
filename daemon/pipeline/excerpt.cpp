// SPDX-License-Identifier: Apache-2.0
#include "pipeline/excerpt.hpp"

#include <algorithm>
#include <utility>

#include "base/utf8.hpp"
#include "text/tokenize.hpp"

namespace tocsin::pipeline {
namespace {

constexpr std::string_view gap = " … ";
constexpr std::size_t longest_sentence = 1024;

/// A stretch of the source and the evidence inside it.
struct Piece {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::vector<alert::Evidence> evidence;
};

bool is_inside_character(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80;
}

/// A long sentence becomes a window around its first evidence, at character borders.
Piece narrowed(std::string_view text, Piece piece) {
  if (piece.end - piece.begin <= longest_sentence) return piece;
  const std::size_t centre = piece.evidence.front().start;
  const std::size_t before = longest_sentence / 4;
  piece.begin = std::max(piece.begin, centre > before ? centre - before : 0);
  piece.end = std::min(piece.end, piece.begin + longest_sentence);
  while (is_inside_character(text, piece.begin)) ++piece.begin;
  while (is_inside_character(text, piece.end)) --piece.end;
  std::erase_if(piece.evidence, [&piece](const alert::Evidence& evidence) {
    return evidence.start < piece.begin || evidence.end > piece.end;
  });
  return piece;
}

std::vector<Piece> pieces_of(std::string_view text, const std::vector<alert::Evidence>& evidence) {
  std::vector<Piece> pieces;
  auto next = evidence.begin();
  for (const text::Span& sentence : text::sentences(text)) {
    Piece piece{.begin = sentence.begin, .end = sentence.end, .evidence = {}};
    while (next != evidence.end() && next->start < sentence.end) {
      // Evidence that runs over a sentence's end takes the following words along.
      piece.end = std::max<std::size_t>(piece.end, next->end);
      piece.evidence.push_back(*next++);
    }
    if (!piece.evidence.empty()) pieces.push_back(narrowed(text, std::move(piece)));
  }
  return pieces;
}

void sort_by_place(std::vector<alert::Evidence>& evidence) {
  std::stable_sort(
      evidence.begin(), evidence.end(),
      [](const alert::Evidence& a, const alert::Evidence& b) { return a.start < b.start; });
}

}  // namespace

Excerpt head_of(std::string_view text, std::vector<alert::Evidence> evidence, std::size_t limit) {
  const std::string_view head = truncate_utf8(text, limit);
  std::erase_if(evidence, [&head](const alert::Evidence& one) { return one.end > head.size(); });
  return {.text = std::string{head},
          .evidence = std::move(evidence),
          .is_cut = head.size() < text.size()};
}

Excerpt sentences_with(std::string_view text, std::vector<alert::Evidence> evidence,
                       std::size_t limit) {
  sort_by_place(evidence);
  Excerpt excerpt;
  std::size_t last_end = 0;
  for (Piece& piece : pieces_of(text, evidence)) {
    const std::string_view words = text.substr(piece.begin, piece.end - piece.begin);
    const bool is_apart = !excerpt.text.empty();
    if (excerpt.text.size() + words.size() + gap.size() > limit) {
      excerpt.is_cut = true;
      break;
    }
    if (is_apart) excerpt.text += piece.begin > last_end + 2 ? gap : std::string_view{" "};
    const std::size_t shift = excerpt.text.size();
    excerpt.text += words;
    for (alert::Evidence& one : piece.evidence) {
      one.start = static_cast<std::uint32_t>(one.start - piece.begin + shift);
      one.end = static_cast<std::uint32_t>(one.end - piece.begin + shift);
      excerpt.evidence.push_back(std::move(one));
    }
    last_end = piece.end;
  }
  excerpt.is_cut = excerpt.is_cut || excerpt.text.size() < text.size();
  return excerpt;
}

}  // namespace tocsin::pipeline
