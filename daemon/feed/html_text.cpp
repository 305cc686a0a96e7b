// SPDX-License-Identifier: Apache-2.0
#include "feed/html_text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/byte_block.hpp"
#include "feed/ascii.hpp"
#include "feed/entities.hpp"
#include "feed/html_elements.hpp"
#include "feed/html_tags.hpp"

namespace tocsin::feed {
namespace {

ByteBlock special_in(ByteBlock bytes) {
  return (bytes == '<') | (bytes == '&') | (bytes < 0x20);
}

/// Where a stretch of text ends: at markup, references, controls (white space is among them), and
/// at a blank unless a plain character follows, so that words one blank apart are copied together.
std::size_t end_of_stretch(std::string_view html, std::size_t at) {
  return find_marked(html, at, '<', [](ByteBlock here, ByteBlock next) -> ByteBlock {
    return special_in(here) | ((here == ' ') & (special_in(next) | (next == ' ')));
  });
}

ByteBlock space_in(ByteBlock bytes) {
  return (bytes == ' ') | (bytes == '\t') | (bytes == '\n') | (bytes == '\r') | (bytes == '\f');
}

/// Where the first white space begins that is anything but one blank.
std::size_t end_of_folded(std::string_view text) {
  return find_marked(text, 0, 'x', [](ByteBlock here, ByteBlock next) -> ByteBlock {
    return space_in(here) & ((here != ' ') | space_in(next));
  });
}

/// What stands at a '<'.
struct Markup {
  std::size_t length = 0;  ///< 0: the '<' is text.
  std::string_view name;   ///< Of the element; empty for comments and the like.
  ElementKind kind = ElementKind::unknown;
  bool is_close = false;
  bool is_endless = false;  ///< A tag with no '>' behind it, so none later has one either.
};

/// "<!-- … -->", "<!…>", "<?…>"; an unclosed comment ends with the text.
Markup read_declaration(std::string_view html, std::size_t at) {
  const bool is_comment = html.substr(at).starts_with("<!--");
  const std::string_view close = is_comment ? "-->" : ">";
  const std::size_t end = html.find(close, at + 2);
  return {.length = (end == std::string_view::npos ? html.size() : end + close.size()) - at,
          .name = {}};
}

enum class Tags : std::uint8_t { any, known };

Markup read_markup(std::string_view html, std::size_t at, Tags tags) {
  if (at + 1 >= html.size()) return {};
  const char second = html[at + 1];
  if (second == '!' || second == '?') return read_declaration(html, at);
  const bool is_close = second == '/';
  const std::size_t first = at + (is_close ? 2 : 1);
  std::size_t end = first;
  while (end < html.size() && (is_alnum(html[end]) || html[end] == ':' || html[end] == '-')) ++end;
  if (end == first || !is_alpha(html[first])) return {};
  // "<a@b.example>" is no link; what else a name holds makes it an unknown one.
  const bool is_odd =
      end < html.size() && html[end] != '>' && html[end] != '/' && !is_space(html[end]);
  if (is_odd && tags == Tags::known) return {};
  if (is_odd) end = std::min(html.find_first_of("> \t\r\n\f", end), html.size());
  const std::string_view name = html.substr(first, end - first);
  const ElementKind kind = kind_of_element(name);
  if (kind == ElementKind::unknown && tags == Tags::known) return {};
  const std::size_t close = tag_end(html, end);
  if (close == std::string_view::npos) return {.length = 0, .name = {}, .is_endless = true};
  return {.length = close + 1 - at, .name = name, .kind = kind, .is_close = is_close};
}

class TextWriter {
 public:
  enum class Mode : std::uint8_t { body, title };

  TextWriter(std::string_view html, Mode mode, Encoded times = Encoded::once)
      : html_{html},
        mode_{mode},
        times_{times} {
    out_.reserve(html.size());
  }

  [[nodiscard]] std::string run() {
    while (at_ < html_.size()) step();
    return std::move(out_);
  }

 private:
  void step() {
    const char c = html_[at_];
    if (c == '<') {
      take_markup();
    } else if (c == '&') {
      take_reference();
    } else if (is_space(c)) {
      ++at_;
      gap_ = std::max(gap_, Gap::space);
    } else {
      take_text();
    }
  }

  /// Up to what ends it; at least one character, which may be a stray control.
  void take_text() {
    const std::size_t end = end_of_stretch(html_, at_ + 1);
    put(html_.substr(at_, end - at_));
    at_ = end;
  }

  void take_markup() {
    const Tags tags = mode_ == Mode::title ? Tags::known : Tags::any;
    const Markup markup = has_tags_ ? read_markup(html_, at_, tags) : Markup{};
    if (markup.is_endless) has_tags_ = false;  // asking at every '<' would be quadratic
    if (markup.length == 0) {
      put("<");
      ++at_;
      return;
    }
    at_ += markup.length;
    if (markup.kind == ElementKind::block) {
      gap_ = std::max(gap_, mode_ == Mode::title ? Gap::space : Gap::line);
    }
    if (!markup.is_close && markup.kind == ElementKind::hidden) skip_element(markup.name);
  }

  /// Goes to behind the end tag; an element never closed hides nothing.
  void skip_element(std::string_view name) {
    const std::string lower = lower_copy(name);
    if (std::find(unclosed_.begin(), unclosed_.end(), lower) != unclosed_.end()) return;
    const std::size_t start = at_;
    while ((at_ = html_.find("</", at_)) != std::string_view::npos) {
      at_ += 2;
      if (!starts_with_lower(html_.substr(at_), lower)) continue;
      at_ = std::min(html_.find('>', at_), html_.size() - 1) + 1;
      return;
    }
    unclosed_.push_back(lower);
    at_ = start;
  }

  void take_reference() {
    Reference reference = read_reference(html_.substr(at_), Semicolon::optional);
    if (reference.length == 0) {
      put("&");
      ++at_;
      return;
    }
    // A title's "&amp;eacute;" was encoded once too often on its way into the feed.
    if (times_ == Encoded::perhaps_twice && reference.utf8 == "&") {
      std::string again{"&"};
      again += html_.substr(at_ + reference.length, 34);
      const Reference inner = read_reference(again, Semicolon::required);
      if (inner.length > 0) {
        reference.length += inner.length - 1;
        reference.utf8 = inner.utf8;
      }
    }
    at_ += reference.length;
    const bool is_blank = reference.utf8 == "\xC2\xA0" || reference.utf8 == "\n" ||
                          reference.utf8 == "\r" || reference.utf8 == "\t" || reference.utf8 == " ";
    if (is_blank) {
      gap_ = std::max(gap_, Gap::space);
    } else {
      put(reference.utf8);
    }
  }

  void put(std::string_view text) {
    if (gap_ != Gap::none && !out_.empty() && !text.empty()) out_ += gap_ == Gap::line ? '\n' : ' ';
    if (!text.empty()) gap_ = Gap::none;
    out_ += text;
  }

  enum class Gap : std::uint8_t { none, space, line };

  std::string_view html_;
  Mode mode_;
  Encoded times_;
  std::size_t at_ = 0;
  Gap gap_ = Gap::none;  // white space that waits for text behind it
  bool has_tags_ = true;
  std::vector<std::string> unclosed_;  // hidden elements that never end, searched for once
  std::string out_;
};

}  // namespace

std::string html_to_text(std::string_view html) {
  return TextWriter{html, TextWriter::Mode::body}.run();
}

std::string title_to_text(std::string_view html, Encoded times) {
  return TextWriter{html, TextWriter::Mode::title, times}.run();
}

std::string fold_space(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (text = trimmed(text); !text.empty();) {
    const std::size_t end = end_of_folded(text);
    out += text.substr(0, end);
    text.remove_prefix(end);
    if (text.empty()) break;
    out += ' ';
    while (is_space(text.front())) text.remove_prefix(1);  // something else follows: it is trimmed
  }
  return out;
}

}  // namespace tocsin::feed
