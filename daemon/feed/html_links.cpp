// SPDX-License-Identifier: Apache-2.0
#include "feed/html_links.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/byte_block.hpp"
#include "feed/ascii.hpp"

namespace tocsin::feed {
namespace {

/// The attributes of HTML that hold one URL.
bool holds_url(std::string_view name) {
  constexpr std::array<std::string_view, 13> names{
      "href",     "src",    "cite",    "action",  "poster",     "data",      "longdesc",
      "codebase", "usemap", "profile", "classid", "formaction", "background"};
  return std::any_of(names.begin(), names.end(),
                     [name](std::string_view known) { return equals_lower(name, known); });
}

/// RFC 3986 §4.2: no scheme in front.
bool is_relative(std::string_view url) {
  if (url.empty() || url.find_first_of("<>") != std::string_view::npos) return false;
  if (!is_alpha(url.front())) return true;
  std::size_t at = 1;
  while (at < url.size() &&
         (is_alnum(url[at]) || url[at] == '+' || url[at] == '-' || url[at] == '.')) {
    ++at;
  }
  return at == url.size() || url[at] != ':';
}

class LinkResolver {
 public:
  LinkResolver(std::string_view html, const LinkBase& base) : html_{html}, base_{base} {}

  /// The new text; empty when nothing had to change.
  [[nodiscard]] std::string run() {
    while ((at_ = html_.find('<', at_)) != std::string_view::npos) {
      ++at_;
      if (html_.substr(at_).starts_with("!--")) {
        at_ = std::min(html_.find("-->", at_), html_.size());
      } else if (at_ < html_.size() && is_alpha(html_[at_])) {
        read_tag();
      }
    }
    if (copied_ == 0) return {};
    out_ += html_.substr(copied_);
    return std::move(out_);
  }

 private:
  void read_tag() {
    while (true) {
      at_ = find_marked(html_, at_, '>', [](ByteBlock here, ByteBlock) -> ByteBlock {
        return (here == '=') | (here == '>') | (here == '<');
      });
      if (at_ == html_.size() || html_[at_] != '=') return;
      const std::string_view name = name_before(at_++);
      const std::string_view value = take_value();
      if (holds_url(name) && is_relative(trimmed(value))) put(value);
      if (equals_lower(name, "srcset")) read_candidates(value);
    }
  }

  /// A srcset: addresses, each with a width or density behind it, and commas between (WHATWG HTML
  /// §4.8.4.2.1). A comma inside an address is part of it.
  void read_candidates(std::string_view rest) {
    constexpr std::string_view gaps = " \t\r\n\f,";
    while (true) {
      rest.remove_prefix(std::min(rest.find_first_not_of(gaps), rest.size()));
      if (rest.empty()) return;
      const std::size_t end = std::min(rest.find_first_of(gaps.substr(0, 5)), rest.size());
      std::string_view url = rest.substr(0, end);
      rest.remove_prefix(end);
      const bool is_bare = url.back() == ',';
      while (url.back() == ',') url.remove_suffix(1);
      if (is_relative(url)) put(url);
      if (!is_bare) rest.remove_prefix(std::min(rest.find(','), rest.size()));
    }
  }

  [[nodiscard]] std::string_view name_before(std::size_t equals) const {
    std::size_t end = equals;
    while (end > 0 && is_space(html_[end - 1])) --end;
    std::size_t begin = end;
    while (begin > 0 && is_alpha(html_[begin - 1])) --begin;
    // "data-src" is no src; behind a quoted value, a blank may be missing.
    const bool is_whole = begin > 0 && (is_space(html_[begin - 1]) || html_[begin - 1] == '"' ||
                                        html_[begin - 1] == '\'' || html_[begin - 1] == '/');
    return is_whole ? html_.substr(begin, end - begin) : std::string_view{};
  }

  /// Goes behind the value; one whose quote does not close is skipped with all that follows.
  std::string_view take_value() {
    while (at_ < html_.size() && is_space(html_[at_])) ++at_;
    if (at_ == html_.size()) return {};
    const char quote = html_[at_];
    const bool is_quoted = quote == '"' || quote == '\'';
    const std::size_t begin = at_ + (is_quoted ? 1 : 0);
    const std::size_t end = is_quoted
                                ? html_.find(quote, begin)
                                : std::min(html_.find_first_of(" \t\r\n\f>", begin), html_.size());
    if (end == std::string_view::npos) {
      at_ = html_.size();
      return {};
    }
    at_ = end + (is_quoted ? 1 : 0);
    return html_.substr(begin, end - begin);
  }

  void put(std::string_view value) {
    const auto from = static_cast<std::size_t>(value.data() - html_.data());
    out_ += html_.substr(copied_, from - copied_);
    append_quoted(base_.resolve(value));
    copied_ = from + value.size();
  }

  /// A base may hold quotation marks, which would end the attribute.
  void append_quoted(std::string_view url) {
    for (std::size_t end = url.find_first_of("\"'"); end != url.npos;
         end = url.find_first_of("\"'")) {
      out_ += url.substr(0, end);
      out_ += url[end] == '"' ? "%22" : "%27";
      url.remove_prefix(end + 1);
    }
    out_ += url;
  }

  std::string_view html_;
  const LinkBase& base_;
  std::size_t at_ = 0;
  std::size_t copied_ = 0;  // of html_, how much is in out_ already
  std::string out_;
};

}  // namespace

void resolve_links(std::string& html, const LinkBase& base) {
  if (base.is_empty() || html.find('<') == std::string::npos) return;
  std::string resolved = LinkResolver{html, base}.run();
  if (!resolved.empty()) html = std::move(resolved);
}

}  // namespace tocsin::feed
