// SPDX-License-Identifier: Apache-2.0
#include "pipeline/seen_memory.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tocsin::pipeline {
namespace {

constexpr std::size_t most_merged = 10'000;

std::size_t bytes_of(std::string_view key, const SeenItems& seen) {
  constexpr std::size_t nodes_and_headers = 256;  // of list, map, string, vector and shared_ptr
  return nodes_and_headers + key.size() + seen.size() * sizeof(SeenItems::value_type);
}

}  // namespace

SeenItems merged(const SeenItems& before, SeenItems more) {
  SeenItems all;
  std::set_union(before.begin(), before.end(), more.begin(), more.end(), std::back_inserter(all));
  return all.size() > most_merged ? std::move(more) : all;
}

std::shared_ptr<const SeenItems> SeenMemory::find(std::string_view feed_key) {
  const auto known = by_key_.find(feed_key);
  if (known == by_key_.end()) return nullptr;
  feeds_.splice(feeds_.begin(), feeds_, known->second);
  return known->second->seen;
}

void SeenMemory::remember(std::string_view feed_key, SeenItems seen, bool is_delta) {
  if (const auto known = by_key_.find(feed_key); known != by_key_.end()) {
    if (is_delta) seen = merged(*known->second->seen, std::move(seen));
    forget(known->second);
  }
  bytes_ += bytes_of(feed_key, seen);
  feeds_.push_front(
      {.key = std::string{feed_key}, .seen = std::make_shared<const SeenItems>(std::move(seen))});
  by_key_.emplace(feeds_.front().key, feeds_.begin());
  while (bytes_ > limit_) forget(std::prev(feeds_.end()));
}

void SeenMemory::forget(Feeds::iterator feed) {
  bytes_ -= bytes_of(feed->key, *feed->seen);
  by_key_.erase(feed->key);
  feeds_.erase(feed);
}

}  // namespace tocsin::pipeline
