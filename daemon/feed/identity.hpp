// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace tocsin::feed {

struct Feed;

/// By what an item is known again within its feed.
struct Identity {
  std::string key;              ///< 32 hexadecimal digits: of the guid, guid+link, link, or text.
  std::string canonical_link;   ///< Empty when the item has no link.
  bool link_is_unique = false;  ///< No other item of this document has this canonical link.
  std::string text_digest;  ///< Of title and text, white space folded: a change of it is a change
                            ///< of the item.
  bool is_usable =
      false;  ///< False for an item with neither guid nor link nor text: it is rejected.
};

/// One identity per item of `feed.items`, in the same order (02-ingest, "Identity": guid; guid+link
/// where a guid repeats in the document; else canonical link, with title and text where several
/// items share it; else digest of title and first 200 characters).
[[nodiscard]] std::vector<Identity> identify(const Feed& feed);

}  // namespace tocsin::feed
