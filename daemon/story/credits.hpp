// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tocsin::story {

/// Whose text it is, as far as headline and text are concerned. Borrowed for the call.
struct Published {
  std::string_view title;
  std::string_view text;
  std::string_view outlet;  ///< The host it was published at, "www.courier.example".
  std::string_view source;  ///< The feed's title, "The Courier - World".
};

/// An item without what its trade put around it. Borrows what it was made from.
struct Uncredited {
  std::string_view title;
  std::string_view place;  ///< Of a dateline, "KESSEL, March 4"; may be empty.
  std::string_view text;
  std::string_view agency;  ///< The first agency credited, "reuters"; static. Empty: none.
};

/// Takes off datelines, by-lines, agencies' credits and outlets' names, which tell nothing of the
/// event and make strangers look alike: "(AP) —", "— Reuters", "(Reporting by …; Editing by …)",
/// "Associated Press writer … contributed to this report", "(Mit Material von dpa)", "| BBC News",
/// "By Joan Pryce, PA Media" on a line of its own. An agency that a sentence speaks of ("told
/// Reuters") is no credit. An item that an agency published itself (apnews.com) is credited to it.
[[nodiscard]] Uncredited without_credits(const Published& published);

/// The agency that `words` are a mark of, lower case; empty for none. "(AP)", "Agence
/// France-Presse", "mit Material von dpa".
[[nodiscard]] std::string_view agency_in(std::string_view words);

}  // namespace tocsin::story
