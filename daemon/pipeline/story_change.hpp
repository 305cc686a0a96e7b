// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/store.hpp"
#include "story/story_book.hpp"

namespace tocsin::pipeline {

/// What an editor wants done to stories.
struct StoryOrder {
  enum class Kind : std::uint8_t {
    split,  ///< `items` leave `story` and become a story of their own.
    merge   ///< All of `story` goes over into `into`.
  };

  Kind kind = Kind::split;
  std::string story;
  std::string into = {};
  std::vector<store::ItemId> items = {};
  std::string author;
  std::string reason = {};
};

struct StoryChanged {
  std::string story;  ///< The story that lost items.
  std::string into;   ///< The story that has them now.
  std::vector<store::ItemId> moved;
};

/// Carries out an order in the open transaction and in the book, and writes it into the history.
///
/// What was sent stays with the story that sent it: a story split off alerts anew at its next item,
/// and of two merged ones the frame and first alert of `into` count, topic by topic, those of the
/// other where `into` sent nothing. `not_found` and `invalid_input` change nothing; after any other
/// failure the book is ahead of the store and must be read back.
[[nodiscard]] Result<StoryChanged> change_stories(store::Store& store,
                                                  store::Transaction& transaction,
                                                  story::StoryBook& stories,
                                                  const StoryOrder& order, Time now);

}  // namespace tocsin::pipeline
