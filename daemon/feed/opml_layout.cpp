// SPDX-License-Identifier: Apache-2.0
#include "feed/opml_layout.hpp"

#include <algorithm>

#include "feed/ascii.hpp"
#include "feed/references.hpp"
#include "feed/xml_names.hpp"

namespace tocsin::feed {
namespace {

constexpr std::string_view blanks = " \t\r\n";

class PlaceReader {
 public:
  explicit PlaceReader(std::string_view text) : text_{text} {}

  Result<std::vector<ElementPlace>> run() {
    while ((at_ = text_.find('<', at_)) != std::string_view::npos) {
      const bool is_sound = take_markup();
      if (!is_sound) return failure();
    }
    if (!open_.empty() || places_.empty()) return failure();
    return std::move(places_);
  }

 private:
  static tl::unexpected<Error> failure() {
    return fail(Errc::invalid_input, "its markup is not plain enough to be edited");
  }

  bool take_markup() {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("<!--")) return skip_past("-->", 4);
    if (rest.starts_with("<![CDATA[")) return skip_past("]]>", 9);
    if (rest.starts_with("<?")) return skip_past("?>", 2);
    if (rest.starts_with("<!")) return skip_doctype();
    if (rest.starts_with("</")) return take_end_tag();
    return take_start_tag();
  }

  bool skip_past(std::string_view end, std::size_t from) {
    const std::size_t found = text_.find(end, at_ + from);
    if (found == std::string_view::npos) return false;
    at_ = found + end.size();
    return true;
  }

  /// With an internal subset of its own up to "]".
  bool skip_doctype() {
    const std::size_t bracket = text_.find_first_of("[>", at_);
    if (bracket == std::string_view::npos) return false;
    if (text_[bracket] == '[') at_ = std::min(text_.find(']', bracket), text_.size());
    return skip_past(">", 0);
  }

  bool take_end_tag() {
    const std::size_t end = text_.find('>', at_);
    if (end == std::string_view::npos || open_.empty()) return false;
    ElementPlace& place = places_[open_.back()];
    if (trimmed(text_.substr(at_ + 2, end - at_ - 2)) != place.name) return false;
    place.close = at_;
    place.end = end + 1;
    at_ = end + 1;
    open_.pop_back();
    return true;
  }

  bool take_start_tag() {
    const std::size_t name_end = text_.find_first_of(" \t\r\n/>", at_);
    const std::size_t end = tag_end(at_);
    if (end == std::string_view::npos || name_end > end) return false;
    ElementPlace place{.begin = at_, .inner = end + 1};
    place.name = text_.substr(at_ + 1, name_end - at_ - 1);
    const bool closes_itself = text_[end - 1] == '/';
    if (closes_itself) place.close = place.end = end + 1;
    const std::size_t index = places_.size();
    if (!open_.empty()) {
      place.parent = open_.back();
      ElementPlace& parent = places_[place.parent];
      parent.last_child = index;
      if (parent.first_child == ElementPlace::none) parent.first_child = index;
    }
    places_.push_back(place);
    if (!closes_itself) open_.push_back(index);
    at_ = end + 1;
    return !place.name.empty();
  }

  [[nodiscard]] std::size_t tag_end(std::size_t at) const {
    while ((at = text_.find_first_of("\"'>", at)) != std::string_view::npos) {
      if (text_[at] == '>') return at;
      at = text_.find(text_[at], at + 1);
      if (at == std::string_view::npos) break;
      ++at;
    }
    return std::string_view::npos;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<std::size_t> open_;
  std::vector<ElementPlace> places_;
};

}  // namespace

Result<std::vector<ElementPlace>> element_places(std::string_view text) {
  return PlaceReader{text}.run();
}

std::string attribute_at(std::string_view text, const ElementPlace& place,
                         std::string_view lower_name) {
  std::string_view tag = text.substr(place.begin, place.inner - place.begin);
  tag.remove_prefix(1 + place.name.size());
  for (;;) {
    const std::size_t equals = tag.find('=');
    if (equals == std::string_view::npos) return {};
    const std::string_view name = local_of(trimmed(tag.substr(0, equals)));
    const std::size_t quote = tag.find_first_not_of(blanks, equals + 1);
    if (quote == std::string_view::npos || (tag[quote] != '"' && tag[quote] != '\'')) return {};
    const std::size_t end = tag.find(tag[quote], quote + 1);
    if (end == std::string_view::npos) return {};
    if (equals_lower(name, lower_name)) return decoded(tag.substr(quote + 1, end - quote - 1));
    tag.remove_prefix(end + 1);
  }
}

}  // namespace tocsin::feed
