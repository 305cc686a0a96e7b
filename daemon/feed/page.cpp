// SPDX-License-Identifier: Apache-2.0
#include "feed/page.hpp"

#include <algorithm>
#include <array>

#include "base/utf8.hpp"
#include "feed/charset.hpp"
#include "feed/html_tags.hpp"
#include "feed/html_text.hpp"

namespace tocsin::feed {
namespace {

constexpr std::size_t longest_page = 2UL * 1024 * 1024;
constexpr std::size_t longest_title = 1024;
constexpr std::size_t longest_language = 35;  // RFC 5646 §4.4.1 asks for no more

bool is_furniture(const HtmlTag& tag) {
  constexpr std::array<std::string_view, 5> names{"nav", "header", "footer", "aside", "form"};
  return std::any_of(names.begin(), names.end(), [&](auto name) { return tag.is(name); });
}

/// Gathers the pieces of the page that stand inside of an element and outside of furniture.
class Gatherer {
 public:
  Gatherer(std::string_view html, std::string_view element) : html_{html}, element_{element} {}

  /// The pieces, one below the other; empty when the page has no such element.
  std::string run() {
    HtmlTags tags{html_};
    HtmlTag tag;
    while (tags.next(tag)) {
      if (tag.is(element_)) {
        step(tag, inside_);
      } else if (is_furniture(tag)) {
        step(tag, furniture_);
      }
    }
    if (is_open()) keep_until(html_.size());
    return std::move(pieces_);
  }

 private:
  [[nodiscard]] bool is_open() const { return inside_ > 0 && furniture_ == 0; }

  /// Elements nest; an end tag without its start says nothing.
  void step(const HtmlTag& tag, std::size_t& depth) {
    const bool was_open = is_open();
    if (!tag.is_close) ++depth;
    if (tag.is_close && depth > 0) --depth;
    if (was_open) keep_until(tag.begin);
    from_ = tag.end;
  }

  void keep_until(std::size_t end) {
    if (end <= from_) return;
    pieces_ += html_.substr(from_, end - from_);
    pieces_ += "<br>";
  }

  std::string_view html_;
  std::string_view element_;
  std::string pieces_;
  std::size_t inside_ = 0;
  std::size_t furniture_ = 0;
  std::size_t from_ = 0;
};

std::string text_of(std::string_view html) {
  for (const std::string_view element : {"article", "main", "body"}) {
    std::string text = html_to_text(Gatherer{html, element}.run());
    if (!text.empty()) return text;
  }
  return html_to_text(html);
}

}  // namespace

Page read_page(std::string_view bytes, const Origin& origin) {
  Decoded decoded;
  decode(bytes.substr(0, longest_page), origin.content_type, decoded);
  Page page;
  HtmlTags tags{decoded.text};
  HtmlTag tag;
  std::size_t title_begin = 0;
  while (page.title.empty() && tags.next(tag)) {
    if (tag.is("html") && !tag.is_close) {
      const std::string language = tag.attribute("lang");
      page.language = clean_utf8(truncate_utf8(fold_space(language), longest_language));
    } else if (tag.is("title") && !tag.is_close) {
      title_begin = tag.end;
    } else if (title_begin > 0) {
      const auto title = decoded.text.substr(title_begin, tag.begin - title_begin);
      page.title = clean_utf8(truncate_utf8(title_to_text(title), longest_title));
      title_begin = 0;
    }
  }
  page.text = clean_utf8(text_of(decoded.text));
  return page;
}

}  // namespace tocsin::feed
