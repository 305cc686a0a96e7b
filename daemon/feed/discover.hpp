// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "feed/feed.hpp"

namespace tocsin::feed {

/// How a page told of a feed, the surest first.
enum class Hint : std::uint8_t {
  declared,  ///< <link rel="alternate" type="application/rss+xml">, or rel="feed".
  possible,  ///< The same with a type that other things have too: application/json, text/xml.
  linked,    ///< <a href> that looks like a feed.
  guessed,   ///< The page does not say; many sites have a feed there.
};

/// "declared", "possible", "linked", "guessed".
[[nodiscard]] std::string_view to_string(Hint hint);

/// Where a page's feed may be.
struct FeedCandidate {
  std::string url;    ///< http or https, without fragment.
  std::string title;  ///< As the page calls it; may be empty.
  std::string type;   ///< The media type that the page gives, in lower case; may be empty.
  Hint hint = Hint::guessed;
  bool is_comments = false;  ///< Readers' comments, not news.
};

/// More are left out: no page needs them, and each is fetched.
inline constexpr std::size_t most_candidates = 32;

/// The feeds that an HTML page tells of, the likeliest first and those of comments last, each once.
/// `origin.url` is where the page came from, after redirects; nothing is found when it is no web
/// address. At most 2 MiB of the page are read. Never fails; linear in the page's length.
[[nodiscard]] std::vector<FeedCandidate> discover_feeds(std::string_view page,
                                                        const Origin& origin);

}  // namespace tocsin::feed
