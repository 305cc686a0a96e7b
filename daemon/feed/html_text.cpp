// SPDX-License-Identifier: Apache-2.0
#include "feed/html_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "feed/ascii.hpp"
#include "feed/entities.hpp"

namespace tocsin::feed {
namespace {

constexpr std::size_t longest_element = 16;

using Names = std::string_view;

// Elements that start a new line. "br" and "hr" are among them.
constexpr Names block_elements =
    " address article aside blockquote body br caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr "
    "html iframe legend li main menu nav noframes noscript ol optgroup option p pre section "
    "summary table tbody td tfoot th thead title tr ul ";

constexpr Names inline_elements =
    " a abbr acronym applet area audio b base basefont bdi bdo big blink button canvas cite code "
    "col colgroup data datalist del dfn em embed font i img input ins kbd label link map mark "
    "marquee meta meter nobr object output param picture progress q rp rt ruby s samp script "
    "select small source span strike strong style sub sup svg template textarea time track tt u "
    "var video wbr ";

// Elements whose content is not for readers.
constexpr Names hidden_elements = " script style template textarea select object applet svg ";

bool is_among(std::string_view name, Names names) {
  std::array<char, longest_element + 2> padded{};
  if (name.empty() || name.size() > longest_element) return false;
  padded.front() = ' ';
  std::transform(name.begin(), name.end(), padded.begin() + 1, to_lower);
  padded.at(name.size() + 1) = ' ';
  return names.find(std::string_view{padded.data(), name.size() + 2}) != Names::npos;
}

/// What stands at a '<'.
struct Markup {
  std::size_t length = 0;  ///< 0: the '<' is text.
  std::string_view name;   ///< Of the element; empty for comments and the like.
  bool is_close = false;
};

/// Finds the '>' that ends a tag, past quoted values; a quote that does not end soon is no quote.
std::size_t tag_end(std::string_view html, std::size_t at) {
  constexpr std::size_t longest_value = 16 * 1024;  // keeps stray quotes from costing quadratic time
  while (at < html.size() && html[at] != '>') {
    const char c = html[at++];
    if ((c == '"' || c == '\'') && html[at - 2] == '=') {
      const std::size_t length = html.substr(at, longest_value).find(c);
      if (length == std::string_view::npos) return html.find('>', at);
      at += length + 1;
    }
  }
  return at < html.size() ? at : std::string_view::npos;
}

/// "<!-- … -->", "<!…>", "<?…>"; an unclosed comment ends with the text.
Markup read_declaration(std::string_view html, std::size_t at) {
  const bool is_comment = html.substr(at).starts_with("<!--");
  const std::string_view close = is_comment ? "-->" : ">";
  const std::size_t end = html.find(close, at + 2);
  return {.length = (end == std::string_view::npos ? html.size() : end + close.size()) - at,
          .name = {},
          .is_close = false};
}

Markup read_markup(std::string_view html, std::size_t at) {
  if (at + 1 >= html.size()) return {};
  const char second = html[at + 1];
  if (second == '!' || second == '?') return read_declaration(html, at);
  const bool is_close = second == '/';
  const std::size_t first = at + (is_close ? 2 : 1);
  std::size_t end = first;
  while (end < html.size() && (is_alnum(html[end]) || html[end] == ':' || html[end] == '-')) ++end;
  if (end == first || !is_alpha(html[first])) return {};
  const std::size_t close = tag_end(html, end);
  if (close == std::string_view::npos) return {};
  return {.length = close + 1 - at, .name = html.substr(first, end - first), .is_close = is_close};
}

class TextWriter {
 public:
  enum class Mode : std::uint8_t { body, title };

  TextWriter(std::string_view html, Mode mode) : html_{html}, mode_{mode} {
    out_.reserve(html.size());
  }

  [[nodiscard]] std::string run() {
    while (at_ < html_.size()) step();
    return std::move(out_);
  }

 private:
  void step() {
    const std::size_t end = std::min(html_.find_first_of("<& \t\r\n\f", at_), html_.size());
    if (end > at_) put(html_.substr(at_, end - at_));
    at_ = end;
    if (at_ == html_.size()) return;
    if (html_[at_] == '<') {
      take_markup();
    } else if (html_[at_] == '&') {
      take_reference();
    } else {
      ++at_;
      gap_ = std::max(gap_, Gap::space);
    }
  }

  void take_markup() {
    const Markup markup = has_tags_ ? read_markup(html_, at_) : Markup{};
    // Without an end here there is none further on: asking at every '<' would be quadratic.
    if (markup.length == 0 && html_.find('>', at_) == std::string_view::npos) has_tags_ = false;
    const bool is_block = is_among(markup.name, block_elements);
    const bool is_text = markup.length == 0 ||
                         (mode_ == Mode::title && !markup.name.empty() && !is_block &&
                          !is_among(markup.name, inline_elements));
    if (is_text) {
      put("<");
      ++at_;
      return;
    }
    at_ += markup.length;
    if (is_block) gap_ = std::max(gap_, mode_ == Mode::title ? Gap::space : Gap::line);
    if (!markup.is_close && is_among(markup.name, hidden_elements)) skip_element(markup.name);
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
    if (mode_ == Mode::title && reference.utf8 == "&") {
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
                          reference.utf8 == "\t" || reference.utf8 == " ";
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

std::string title_to_text(std::string_view html) {
  return TextWriter{html, TextWriter::Mode::title}.run();
}

std::string fold_space(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (!is_space(c)) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace tocsin::feed
