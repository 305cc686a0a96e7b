// SPDX-License-Identifier: Apache-2.0
#include "store/page_cache.hpp"

#include <sqlite3.h>

namespace tocsin::store {

namespace {

/// SQLite's own cache, which does all the work.
sqlite3_pcache_methods2& standard() {
  static sqlite3_pcache_methods2 methods = {};
  return methods;
}

unsigned without_lock_page(unsigned page) {
  // SQLite's file format, 1.3: the page that holds the byte at 2^30 is never used. Of our page
  // size; with another one the cache is searched as ever.
  constexpr unsigned page_size = 4096;
  constexpr unsigned lock_page = (1U << 30U) / page_size + 1;
  return page == lock_page ? 0 : page;
}

void rekey(sqlite3_pcache* cache, sqlite3_pcache_page* page, unsigned from, unsigned to) {
  standard().xRekey(cache, page, without_lock_page(from), without_lock_page(to));
}

}  // namespace

void keep_page_cache_short() {
  if (sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &standard()) != SQLITE_OK) return;
  sqlite3_pcache_methods2 methods = standard();
  methods.xRekey = rekey;
  static_cast<void>(sqlite3_config(SQLITE_CONFIG_PCACHE2, &methods));
}

}  // namespace tocsin::store
