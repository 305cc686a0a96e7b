// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace tocsin::feed {

/// The longest document that is read, decompressed and in UTF-8: the fetcher's own cap.
inline constexpr std::size_t longest_document = 10UL * 1024 * 1024;

/// More items than any feed has; the rest are left out with a warning.
inline constexpr std::size_t most_items = 100'000;

/// Warnings tell kinds of mending, not places, so there are few of them.
inline constexpr std::size_t most_warnings = 32;

/// More people than an item or a feed has; the rest are left out.
inline constexpr std::size_t most_people = 256;

/// More links, categories or enclosures than an item has; the rest are left out.
inline constexpr std::size_t most_links = 256;

/// A language tag over this is none; BCP 47 tags in use end at 35. Items take the feed's over.
inline constexpr std::size_t longest_language = 64;

}  // namespace tocsin::feed
