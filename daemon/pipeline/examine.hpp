// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "feed/feed.hpp"
#include "store/item_row.hpp"
#include "topics/rule_set.hpp"

namespace tocsin::pipeline {

/// What the subscription list and the settings say of a feed, as far as its alerts show it.
struct FeedInfo {
  std::string key;
  std::string title;
  std::string url;
  std::string kind;                 ///< agency, paper, official, blog, or empty.
  std::vector<std::string> topics;  ///< Ids it is matched against; empty: all.
};

/// Most bytes of an item's fields that are stored; what is longer is cut at a character.
struct FieldLimits {
  static constexpr std::size_t title = 1024;
  static constexpr std::size_t summary = std::size_t{16} * 1024;
  static constexpr std::size_t content = std::size_t{256} * 1024;
  static constexpr std::size_t link = std::size_t{8} * 1024;
  static constexpr std::size_t name = 256;  ///< An author, a category, a language.
  static constexpr std::size_t names = 32;  ///< Authors or categories of one item.
};

/// Fingerprints of the items of a feed's last committed document, sorted. What is among them is
/// neither read in full nor matched nor looked up again: of most documents, all but an item or two.
using SeenItems = std::vector<std::uint64_t>;

/// One item of a document, read, identified and matched; the ledger decides the rest.
struct ExaminedItem {
  /// Without id, first_seen, last_seen, late, baseline, revision and story; of one that was seen
  /// before only feed, identity, digest and dates.
  store::ItemRow row;
  std::uint64_t fingerprint = 0;       ///< Of its identity and text.
  std::vector<topics::Match> matches;  ///< Those that fired; borrow `Examination::rules`.
  std::vector<topics::Match> near;     ///< Those that came near, when `Document::near` asks.
  bool is_usable = true;               ///< False: neither guid nor link nor text.
  bool link_is_unique = false;
  bool is_seen = false;  ///< Stood in the feed's last document with the same text; not matched.
};

/// What a worker made of one document.
struct Examination {
  std::shared_ptr<const topics::RuleSet> rules;
  feed::Channel channel;
  std::vector<ExaminedItem> items;  ///< Oldest first by date, then in reverse document order.
  std::vector<std::string> warnings;
};

/// Bytes of one successful poll.
struct Document {
  std::string_view bytes;
  std::string_view url;
  std::string_view content_type;
  const SeenItems* seen = nullptr;  ///< Null: match everything.
  double near = 0;                  ///< Share of a threshold from which a miss is near; 0: none is.
};

/// Parses, identifies, cuts to the limits and matches. Pure: any thread.
[[nodiscard]] Result<Examination> examine(const FeedInfo& feed, const Document& document,
                                          std::shared_ptr<const topics::RuleSet> rules);

/// As above for a feed that is parsed already: how replay enters.
[[nodiscard]] Examination examine(const FeedInfo& feed, feed::Feed parsed,
                                  std::shared_ptr<const topics::RuleSet> rules,
                                  const Document& document = {});

/// Who published the item, for counting outlets: its link's host, else its feed's key.
[[nodiscard]] std::string outlet_of(const store::ItemRow& item);

/// The fields of a stored item as the rules see them. Borrows the item and the other strings.
[[nodiscard]] topics::ItemFields fields_of(const store::ItemRow& item, std::string_view author,
                                           std::string_view category, std::string_view source);

}  // namespace tocsin::pipeline
