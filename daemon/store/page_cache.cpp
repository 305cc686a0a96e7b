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
  // SQLite's file format, "The Lock-Byte Page": the one that holds the byte at 2^30 is never used.
  constexpr unsigned lock_page = (1U << 30U) / bytes_of_page + 1;
  return page == lock_page ? 0 : page;
}

void rekey(sqlite3_pcache* cache, sqlite3_pcache_page* page, unsigned from, unsigned to) {
  standard().xRekey(cache, page, without_lock_page(from), without_lock_page(to));
}

}  // namespace

bool keep_page_cache_short() {
  static const bool is_taken = [] {
    if (sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &standard()) != SQLITE_OK) return false;
    sqlite3_pcache_methods2 methods = standard();
    methods.xRekey = rekey;
    return sqlite3_config(SQLITE_CONFIG_PCACHE2, &methods) == SQLITE_OK;
  }();
  return is_taken;
}

}  // namespace tocsin::store
