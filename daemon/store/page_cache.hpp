// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tocsin::store {

/// SQLite's own choice for a new file.
inline constexpr unsigned bytes_of_page = 4096;

/// Keeps SQLite's page cache from being read through at every other commit, in databases of pages
/// of `bytes_of_page` bytes: it must have no other. To be called before SQLite is first used in the
/// process; later it is refused, and no matter. Whether it was taken, the first time.
///
/// A page split whose new pages are out of order puts one of them aside for a moment, under the
/// number of the page at 1 GiB, and the highest number is what a commit has the cache search for
/// pages past the file's end: all of it, .2 ms for 16 MiB. Here the page is put aside under 0,
/// which no page has.
bool keep_page_cache_short();

}  // namespace tocsin::store
