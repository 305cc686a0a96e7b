// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tocsin::feed {

/// The '>' that ends the tag whose name ends at `at`, past values in quotes; npos when there is
/// none. A quote opens a value only behind '=', white space between aside, and only if it ends
/// soon.
[[nodiscard]] std::size_t tag_end(std::string_view html, std::size_t at);

/// One start or end tag of an HTML page. The views are into the page.
struct HtmlTag {
  std::string_view name;        ///< As written; of any case.
  std::string_view attributes;  ///< What stands between the name and the ">".
  bool is_close = false;
  std::size_t begin = 0;  ///< Of its "<".
  std::size_t end = 0;    ///< Behind its ">".

  [[nodiscard]] bool is(std::string_view lower_name) const;

  /// The value of an attribute, references decoded; empty when there is none.
  [[nodiscard]] std::string attribute(std::string_view lower_name) const;
};

/// The tags of a page one after the other, past comments and the text of script and style. Linear
/// in the page's length; never fails.
class HtmlTags {
 public:
  explicit HtmlTags(std::string_view html) : html_{html} {}

  /// False at the end of the page.
  [[nodiscard]] bool next(HtmlTag& tag);

 private:
  [[nodiscard]] bool skip_declaration();
  [[nodiscard]] bool read_tag(HtmlTag& tag);
  void skip_text_of(const HtmlTag& tag);

  std::string_view html_;
  std::size_t at_ = 0;
};

}  // namespace tocsin::feed
