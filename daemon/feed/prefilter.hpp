// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tocsin::feed {

/// What the pre-filter made of a document, for pugixml to parse.
struct Filtered {
  std::string text;
  std::vector<std::string> warnings;  ///< What kinds of mending were needed; empty when none.
  bool is_broken = false;             ///< The document was not well-formed.
};

/// Makes XML of what nearly is: drops what stands before the first tag of a feed, C0 controls and
/// the document type (its simple internal entities are put in their places); escapes a bare '&' and
/// a '<' that starts no tag; writes HTML's named entities as characters; ends an open CDATA
/// section. A clean document comes back as it was, after one pass. The result is at most
/// `longest_document` and what the input had beyond it.
[[nodiscard]] Filtered prefilter(std::string_view text);

}  // namespace tocsin::feed
