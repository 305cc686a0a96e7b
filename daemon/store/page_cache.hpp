// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tocsin::store {

/// Keeps SQLite's page cache from being read through at every other commit. To be called before
/// SQLite is first used in the process; later it is refused, and no matter.
///
/// A page split whose new pages are out of order puts one of them aside for a moment, under the
/// number of the page at 1 GiB, and the highest number is what a commit has the cache search for
/// pages past the file's end: all of it, .2 ms for 40 MiB. Here the page is put aside under 0,
/// which no page has.
void keep_page_cache_short();

}  // namespace tocsin::store
