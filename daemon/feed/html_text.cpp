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

enum class Kind : std::uint8_t {
  unknown,
  phrase,  // stands inside a line
  block,   // starts a line of its own
  hidden,  // its content is not for readers
};

struct Known {
  std::string_view name;
  Kind kind;
};

using E = Known;

constexpr std::array elements{
    // sorted by name
    E{"a", Kind::phrase},       E{"abbr", Kind::phrase},      E{"acronym", Kind::phrase},
    E{"address", Kind::block},  E{"applet", Kind::hidden},    E{"area", Kind::phrase},
    E{"article", Kind::block},  E{"aside", Kind::block},      E{"audio", Kind::phrase},
    E{"b", Kind::phrase},       E{"base", Kind::phrase},      E{"basefont", Kind::phrase},
    E{"bdi", Kind::phrase},     E{"bdo", Kind::phrase},       E{"big", Kind::phrase},
    E{"blink", Kind::phrase},   E{"blockquote", Kind::block}, E{"body", Kind::block},
    E{"br", Kind::block},       E{"button", Kind::phrase},    E{"canvas", Kind::phrase},
    E{"caption", Kind::block},  E{"center", Kind::block},     E{"cite", Kind::phrase},
    E{"code", Kind::phrase},    E{"col", Kind::phrase},       E{"colgroup", Kind::phrase},
    E{"data", Kind::phrase},    E{"datalist", Kind::phrase},  E{"dd", Kind::block},
    E{"del", Kind::phrase},     E{"details", Kind::block},    E{"dfn", Kind::phrase},
    E{"dialog", Kind::block},   E{"dir", Kind::block},        E{"div", Kind::block},
    E{"dl", Kind::block},       E{"dt", Kind::block},         E{"em", Kind::phrase},
    E{"embed", Kind::phrase},   E{"fieldset", Kind::block},   E{"figcaption", Kind::block},
    E{"figure", Kind::block},   E{"font", Kind::phrase},      E{"footer", Kind::block},
    E{"form", Kind::block},     E{"frame", Kind::block},      E{"frameset", Kind::block},
    E{"h1", Kind::block},       E{"h2", Kind::block},         E{"h3", Kind::block},
    E{"h4", Kind::block},       E{"h5", Kind::block},         E{"h6", Kind::block},
    E{"head", Kind::block},     E{"header", Kind::block},     E{"hgroup", Kind::block},
    E{"hr", Kind::block},       E{"html", Kind::block},       E{"i", Kind::phrase},
    E{"iframe", Kind::block},   E{"img", Kind::phrase},       E{"input", Kind::phrase},
    E{"ins", Kind::phrase},     E{"kbd", Kind::phrase},       E{"label", Kind::phrase},
    E{"legend", Kind::block},   E{"li", Kind::block},         E{"link", Kind::phrase},
    E{"main", Kind::block},     E{"map", Kind::phrase},       E{"mark", Kind::phrase},
    E{"marquee", Kind::phrase}, E{"menu", Kind::block},       E{"meta", Kind::phrase},
    E{"meter", Kind::phrase},   E{"nav", Kind::block},        E{"nobr", Kind::phrase},
    E{"noframes", Kind::block}, E{"noscript", Kind::block},   E{"object", Kind::hidden},
    E{"ol", Kind::block},       E{"optgroup", Kind::block},   E{"option", Kind::block},
    E{"output", Kind::phrase},  E{"p", Kind::block},          E{"param", Kind::phrase},
    E{"picture", Kind::phrase}, E{"pre", Kind::block},        E{"progress", Kind::phrase},
    E{"q", Kind::phrase},       E{"rp", Kind::phrase},        E{"rt", Kind::phrase},
    E{"ruby", Kind::phrase},    E{"s", Kind::phrase},         E{"samp", Kind::phrase},
    E{"script", Kind::hidden},  E{"section", Kind::block},    E{"select", Kind::hidden},
    E{"small", Kind::phrase},   E{"source", Kind::phrase},    E{"span", Kind::phrase},
    E{"strike", Kind::phrase},  E{"strong", Kind::phrase},    E{"style", Kind::hidden},
    E{"sub", Kind::phrase},     E{"summary", Kind::block},    E{"sup", Kind::phrase},
    E{"svg", Kind::hidden},     E{"table", Kind::block},      E{"tbody", Kind::block},
    E{"td", Kind::block},       E{"template", Kind::hidden},  E{"textarea", Kind::hidden},
    E{"tfoot", Kind::block},    E{"th", Kind::block},         E{"thead", Kind::block},
    E{"time", Kind::phrase},    E{"title", Kind::block},      E{"tr", Kind::block},
    E{"track", Kind::phrase},   E{"tt", Kind::phrase},        E{"u", Kind::phrase},
    E{"ul", Kind::block},       E{"var", Kind::phrase},       E{"video", Kind::phrase},
    E{"wbr", Kind::phrase},
};

Kind kind_of(std::string_view name) {
  std::array<char, longest_element> lower{};
  if (name.empty() || name.size() > longest_element) return Kind::unknown;
  std::transform(name.begin(), name.end(), lower.begin(), to_lower);
  const std::string_view wanted{lower.data(), name.size()};
  const auto* found =
      std::lower_bound(elements.begin(), elements.end(), wanted,
                       [](const Known& known, std::string_view text) { return known.name < text; });
  return found != elements.end() && found->name == wanted ? found->kind : Kind::unknown;
}

/// What stands at a '<'.
struct Markup {
  std::size_t length = 0;  ///< 0: the '<' is text.
  std::string_view name;   ///< Of the element; empty for comments and the like.
  bool is_close = false;
  bool is_endless = false;  ///< A tag with no '>' behind it, so none later has one either.
};

/// Finds the '>' that ends a tag, past quoted values; a quote that does not end soon is no quote.
std::size_t tag_end(std::string_view html, std::size_t at) {
  constexpr std::size_t longest_value =
      16 * 1024;  // keeps stray quotes from costing quadratic time
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
          .name = {}};
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
  // "<a@b.example>" is no link; what else a name holds makes it an unknown one.
  const bool is_odd =
      end < html.size() && html[end] != '>' && html[end] != '/' && !is_space(html[end]);
  if (is_odd) end = std::min(html.find_first_of("> \t\r\n\f", end), html.size());
  const std::size_t close = tag_end(html, end);
  if (close == std::string_view::npos) return {.length = 0, .name = {}, .is_endless = true};
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
    if (markup.is_endless) has_tags_ = false;  // asking at every '<' would be quadratic
    const Kind kind = kind_of(markup.name);
    const bool is_text = markup.length == 0 ||
                         (mode_ == Mode::title && !markup.name.empty() && kind == Kind::unknown);
    if (is_text) {
      put("<");
      ++at_;
      return;
    }
    at_ += markup.length;
    if (kind == Kind::block) gap_ = std::max(gap_, mode_ == Mode::title ? Gap::space : Gap::line);
    if (!markup.is_close && kind == Kind::hidden) skip_element(markup.name);
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
