// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/item_row.hpp"

namespace tocsin::store {

/// An item's membership in a story: what goes on being compared with it, and why it is there. It
/// outlives the item, as long as the story is kept.
struct StoryMember {
  std::int64_t place = 0;  ///< Grows in the order items were placed; given by add_story_member.
  ItemId item_id = 0;
  std::string story_id;
  std::string outlet;
  Time published{};
  Time seen{};  ///< When it was placed.
  int source = 0;
  std::string status;                  ///< first, corroborated, update, duplicate.
  std::string joined;                  ///< opened, copy, part, same-event, by-hand.
  double similarity = 0;               ///< Cosine with the story before it joined.
  int distance = -1;                   ///< Bits between the near-copies' signatures; −1: no copy.
  ItemId like = 0;                     ///< The near-copy.
  std::vector<std::string> shared;     ///< Words that weigh most in the similarity.
  std::string agency;                  ///< Whose copy it is.
  std::vector<std::string> new_names;  ///< Names that no earlier item of the story had.
  std::string features;                ///< As the story library encodes them.
};

/// A change to stories made by hand.
struct StoryChange {
  std::int64_t id = 0;             ///< Given by add_story_change.
  std::string kind;                ///< split or merge.
  std::string story_id;            ///< The story that lost items.
  std::string into;                ///< The story that has them now.
  std::vector<std::string> items;  ///< Numbers of the items that moved.
  std::string author;
  std::string reason;
  Time changed{};
};

}  // namespace tocsin::store
