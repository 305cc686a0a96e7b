// SPDX-License-Identifier: Apache-2.0
#include "feed/xml_tree.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <vector>

#include "feed/ascii.hpp"
#include "feed/references.hpp"
#include "feed/xml_names.hpp"

namespace tocsin::feed {
namespace {

// Elements deeper than this are put beside their parent: no feed nests so far, and lists of open
// elements stay short.
constexpr std::size_t deepest = 256;

constexpr std::size_t most_attributes = 256;  // of one element; the rest are read and dropped

bool ends_name(char c) {
  return is_space(c) || c == '>' || c == '/' || c == '=' || c == '<';
}

bool is_item(std::string_view name) {
  const std::string_view local = local_of(name);
  return equals_lower(local, "item") || equals_lower(local, "entry");
}

/// Elements of HTML that never have content.
bool is_void(std::string_view name) {
  constexpr std::array<std::string_view, 6> names{"br", "hr", "img", "input", "meta", "wbr"};
  return std::any_of(names.begin(), names.end(),
                     [name](std::string_view known) { return equals_lower(name, known); });
}

template <std::size_t count>
bool is_one_of(const std::array<std::string_view, count>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [name](std::string_view known) { return equals_lower(name, known); });
}

/// What items stand in.
bool holds_items(std::string_view name) {
  constexpr std::array<std::string_view, 5> names{"channel", "feed", "rss", "rdf", "items"};
  return is_one_of(names, local_of(name));
}

/// What the fields of a feed stand in.
bool holds_fields(std::string_view name) {
  return is_item(name) || holds_items(name) || equals_lower(local_of(name), "source");
}

/// Fields that nothing but an item, a feed or its source holds, whatever is still open.
bool is_certain_field(std::string_view name) {
  constexpr std::array<std::string_view, 7> names{"guid", "pubdate", "enclosure", "comments",
                                                  "id",   "updated", "published"};
  return is_one_of(names, name);
}

/// Elements of a feed that hold one line of text, or nothing, and never each other.
bool is_line(std::string_view name) {
  constexpr std::array<std::string_view, 4> names{"title", "link", "category", "atom:link"};
  return is_one_of(names, name) || is_certain_field(name);
}

/// Elements of modules that say all in their attributes, or hold others of their own module.
bool is_shell(std::string_view name) {
  constexpr std::array<std::string_view, 4> names{"content", "thumbnail", "image", "category"};
  return name.find(':') != name.npos && is_one_of(names, local_of(name));
}

class TreeBuilder {
 public:
  TreeBuilder(pugi::xml_document& document, std::string_view text) : text_{text} {
    open_.push_back(document);
  }

  void run() {
    while (at_ < text_.size()) {
      const std::size_t end = std::min(text_.find('<', at_), text_.size());
      if (end > at_) add_text(text_.substr(at_, end - at_));
      at_ = end;
      if (at_ < text_.size()) take_markup();
    }
  }

 private:
  void take_markup() {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("<![CDATA[")) return take_cdata();
    if (rest.starts_with("<?")) return skip_past("?>");
    if (rest.starts_with("<!")) return skip_past(">");
    if (rest.starts_with("</")) return take_end_tag();
    take_start_tag();
  }

  void skip_past(std::string_view close) {
    const std::size_t end = text_.find(close, at_);
    at_ = end == std::string_view::npos ? text_.size() : end + close.size();
  }

  void take_cdata() {
    const std::size_t begin = at_ + 9;
    const std::size_t end = std::min(text_.find("]]>", begin), text_.size());
    if (open_.size() > 1) {
      const std::string value{text_.substr(begin, end - begin)};
      open_.back().append_child(pugi::node_cdata).set_value(value.c_str());
    }
    at_ = std::min(end + 3, text_.size());
  }

  void add_text(std::string_view text) {
    if (open_.size() == 1) return;
    open_.back().append_child(pugi::node_pcdata).set_value(decoded(text).c_str());
  }

  std::string_view take_name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && !ends_name(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  void take_start_tag() {
    ++at_;
    const std::string_view name = take_name();
    close_before(name);
    pugi::xml_node node = open_.back().append_child(std::string{name}.c_str());
    if (take_attributes(node) || is_void(name)) return;
    if (open_.size() >= deepest) {
      ++too_deep_[name];
      return;
    }
    open_.push_back(node);
    ++open_names_[name];
    names_.push_back(name);
  }

  /// True when the tag closes itself.
  bool take_attributes(pugi::xml_node& node) {
    std::size_t behind_value = at_;  // the '/' of href=http://a/ is the value's
    for (std::size_t count = 0;; ++count) {
      skip_space();
      if (at_ == text_.size() || text_[at_] == '<') return false;
      if (text_[at_] == '>') {
        const bool is_slash = text_[at_ - 1] == '/' && at_ > behind_value;
        ++at_;
        return is_slash;
      }
      const std::size_t before = at_;
      const std::string_view name = take_name();
      const std::string value = take_value();
      behind_value = at_;
      if (!name.empty() && count < most_attributes) {
        node.append_attribute(std::string{name}.c_str()).set_value(value.c_str());
      }
      if (at_ == before) ++at_;  // a stray '/' or '='
    }
  }

  std::string take_value() {
    skip_space();
    if (at_ == text_.size() || text_[at_] != '=') return {};
    ++at_;
    skip_space();
    if (at_ == text_.size()) return {};
    const char quote = text_[at_];
    const bool is_quoted = quote == '"' || quote == '\'';
    const std::size_t begin = at_ + (is_quoted ? 1 : 0);
    // A value does not run into the next tag, even if its quote was forgotten.
    const std::size_t end = is_quoted
                                ? text_.find_first_of(std::array{quote, '<', '\0'}.data(), begin)
                                : text_.find_first_of(" \t\r\n>", begin);
    at_ = std::min(end, text_.size());
    const std::string_view value = text_.substr(begin, at_ - begin);
    if (is_quoted && at_ < text_.size() && text_[at_] == quote) ++at_;
    return decoded(value);
  }

  void take_end_tag() {
    at_ += 2;
    const std::string_view name = take_name();
    at_ = std::min(text_.find_first_of("><", at_), text_.size());
    if (at_ < text_.size() && text_[at_] == '>') ++at_;
    if (const auto deeper = too_deep_.find(name); deeper != too_deep_.end()) {
      if (--deeper->second == 0) too_deep_.erase(deeper);
      return;
    }
    const auto found = open_names_.find(name);
    if (found == open_names_.end() || found->second == 0) return;
    while (names_.back() != name) close_last();
    close_last();
  }

  /// Closes what cannot go on where `name` begins: its end tag was forgotten, and without this a
  /// title would run on into the link, or an open category of the channel swallow the items.
  void close_before(std::string_view name) {
    if (is_item(name)) {
      if (!close_down_to(holds_items)) close_items();
    } else if (is_certain_field(name)) {
      close_down_to(holds_fields);
    } else if (!names_.empty() && (is_line(names_.back()) || is_shell(names_.back()))) {
      constexpr std::array<std::string_view, 4> others{"description", "summary", "author",
                                                       "content"};
      if (is_line(name) || is_one_of(others, name)) close_last();
    }
  }

  /// Closes all inside the innermost element that `holds`; false when none is open.
  bool close_down_to(bool (*holds)(std::string_view)) {
    const auto holder = std::find_if(names_.rbegin(), names_.rend(), holds);
    if (holder == names_.rend()) return false;
    const auto keep = static_cast<std::size_t>(names_.rend() - holder);
    while (names_.size() > keep) close_last();
    return true;
  }

  /// Items do not nest: one that begins ends the one before, whatever was left open in it.
  void close_items() {
    const auto outermost = std::find_if(names_.begin(), names_.end(), is_item);
    const auto keep = static_cast<std::size_t>(outermost - names_.begin());
    while (names_.size() > keep) close_last();
  }

  void close_last() {
    too_deep_.clear();
    --open_names_[names_.back()];
    names_.pop_back();
    open_.pop_back();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<pugi::xml_node> open_;     // the document first
  std::vector<std::string_view> names_;  // of open_, without the document
  std::unordered_map<std::string_view, std::size_t> open_names_;
  std::unordered_map<std::string_view, std::size_t> too_deep_;  // beside the last of open_
};

}  // namespace

bool parse_strictly(pugi::xml_document& document, std::string& text) {
  // White space between inline tags of XHTML is content, so it is kept.
  constexpr unsigned flags = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_ws_pcdata |
                             pugi::parse_wconv_attribute | pugi::parse_eol;
  const pugi::xml_parse_result result =
      document.load_buffer_inplace(text.data(), text.size(), flags, pugi::encoding_utf8);
  return result.status == pugi::status_ok;
}

void parse_leniently(pugi::xml_document& document, std::string_view text) {
  document.reset();
  TreeBuilder{document, text}.run();
}

}  // namespace tocsin::feed
