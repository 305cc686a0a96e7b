// SPDX-License-Identifier: Apache-2.0
#include "feed/identity.hpp"

#include <string_view>
#include <unordered_map>

#include "base/digest.hpp"
#include "base/url.hpp"
#include "base/utf8.hpp"
#include "feed/feed.hpp"
#include "feed/html_text.hpp"

namespace tocsin::feed {
namespace {

constexpr std::size_t key_digits = 32;

/// The first 200 characters (02-ingest, "Identity"); at most 4 bytes each.
std::string_view head_of(std::string_view text) {
  constexpr std::size_t characters = 200;
  std::size_t at = 0;
  std::size_t count = 0;
  while (at < text.size() && count < characters) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
    ++count;
  }
  return text.substr(0, at);
}

using Counts = std::unordered_map<std::string_view, std::size_t>;

/// The first letter of each kind keeps a guid from meeting a link that reads the same.
std::string key_of(const Item& item, const std::string& link, const Counts& guids,
                   const Counts& links) {
  if (!item.id.empty() && guids.at(item.id) == 1) {
    return sha256_hex_of_parts({"guid", item.id}, key_digits);
  }
  if (!item.id.empty()) return sha256_hex_of_parts({"guid+link", item.id, link}, key_digits);
  const bool has_text = !item.title.empty() || !item.text.empty();
  const bool is_own_link = !link.empty() && links.at(link) == 1;
  if (is_own_link || (!link.empty() && !has_text)) {
    return sha256_hex_of_parts({"link", link}, key_digits);
  }
  const std::string text = fold_space(item.text);
  // A link that several items share is the feed's, and tells none of them.
  if (!link.empty()) {
    return sha256_hex_of_parts({"link+text", link, fold_space(item.title), head_of(text)},
                               key_digits);
  }
  return sha256_hex_of_parts({"text", fold_space(item.title), head_of(text)}, key_digits);
}

}  // namespace

std::vector<Identity> identify(const Feed& feed) {
  std::vector<Identity> identities(feed.items.size());
  Counts guids;
  for (std::size_t i = 0; i < feed.items.size(); ++i) {
    ++guids[feed.items[i].id];
    identities[i].canonical_link = canonical_link(feed.items[i].link);
  }
  Counts links;
  for (const Identity& identity : identities) ++links[identity.canonical_link];
  for (std::size_t i = 0; i < feed.items.size(); ++i) {
    const Item& item = feed.items[i];
    Identity& identity = identities[i];
    const std::string& link = identity.canonical_link;
    identity.key = key_of(item, link, guids, links);
    identity.link_is_unique = !link.empty() && links.at(link) == 1;
    identity.text_digest =
        sha256_hex_of_parts({fold_space(item.title), fold_space(item.text)}, key_digits);
    identity.is_usable =
        !item.id.empty() || !link.empty() || !item.title.empty() || !item.text.empty();
  }
  return identities;
}

}  // namespace tocsin::feed
