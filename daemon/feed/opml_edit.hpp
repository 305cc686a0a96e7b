// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "feed/opml.hpp"

namespace tocsin::feed {

// Edits the bytes of an OPML file and touches nothing else in them: comments, order, indentation,
// attributes it does not know, encoding and line ends stay. What comes back has been read again and
// holds exactly the feeds that were meant; where it would not, the edit is refused.
// Errors: `invalid_input` for a file that is no OPML, that is in an encoding which is no superset
// of ASCII, or for a feed that cannot be listed; `not_found`.

/// A list without feeds, to add the first to.
[[nodiscard]] std::string empty_opml();

/// The file with `feeds` at the end of the folders that their tags name; folders that are missing
/// are made. A feed without a title is called by its URL. Linear in the length of both.
[[nodiscard]] Result<std::string> add_outlines(std::string_view bytes,
                                               const std::vector<Subscription>& feeds);

/// The file without the feed of this key, and without its line when nothing else stands there. The
/// folder it stood in stays, even empty, and so does what stood in its outline: other feeds,
/// folders, comments, their bytes unchanged.
[[nodiscard]] Result<std::string> remove_outline(std::string_view bytes, std::string_view key);

}  // namespace tocsin::feed
