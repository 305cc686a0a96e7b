// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/result.hpp"

namespace tocsin::feed {

/// Of the prefix in tocsin:id.
inline constexpr std::string_view opml_namespace = "https://tocsin.example/ns/opml";

/// Folders in more folders than this give no tag.
inline constexpr std::size_t most_tags = 16;

/// One feed of a subscription list.
struct Subscription {
  std::string id;                 ///< tocsin:id; empty when the list gives none.
  std::string url;                ///< xmlUrl; of "feed:https://…" what follows the colon.
  std::string title;              ///< title, else text.
  std::string site;               ///< htmlUrl.
  std::vector<std::string> tags;  ///< The folders it stands in, outermost first.
  unsigned line = 0;
  std::size_t offset = 0;  ///< Of its "<", in bytes of the list's UTF-8 text.

  /// The feed's key in the store: its id, else its URL as listed.
  [[nodiscard]] const std::string& key() const { return id.empty() ? url : id; }
};

/// Reads OPML 1.0–2.0. Outlines without xmlUrl are folders; a feed may stand in another feed's
/// outline, whose title is no tag of it. A bad outline (no http URL, a key twice) is a diagnostic
/// and is left out; `invalid_input`, with its own diagnostic, when the file is no OPML at all.
/// Diagnostics have line and column.
[[nodiscard]] Result<std::vector<Subscription>> read_opml(std::string_view bytes,
                                                          const std::string& file_name,
                                                          Diagnostics& diagnostics);

/// Reads what other programs exported, as far as it goes: as `read_opml`, but text that is no XML
/// is mended first, with a warning, references that were written twice are undone in URLs, those of
/// HTML become characters in titles, and `url` does for `xmlUrl` in an outline that calls itself a
/// feed. Lines are unknown where the text was mended.
[[nodiscard]] Result<std::vector<Subscription>> read_foreign_opml(std::string_view bytes,
                                                                  const std::string& file_name,
                                                                  Diagnostics& diagnostics);

/// OPML 2.0 with the tags as folders.
[[nodiscard]] std::string write_opml(const std::vector<Subscription>& subscriptions);

}  // namespace tocsin::feed
