// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "topics/gate.hpp"
#include "topics/item_language.hpp"
#include "topics/occurrences.hpp"
#include "topics/phrase_index.hpp"
#include "topics/rule_set.hpp"
#include "topics/scored_text.hpp"
#include "topics/tally.hpp"
#include "topics/topic.hpp"

namespace tocsin::topics {

/// One thing a topic looks for, and what it is for.
struct Slot {
  enum class Role : std::uint8_t { term, required, excluded };

  Role role = Role::term;
  std::uint16_t phrase_count = 0;  ///< Any of so many of `CompiledTopic::phrases`, in their order.
  std::uint32_t index = 0;         ///< Of the term, the required group, or the exclusion.
};

/// A topic beside its slots and its parsed gate. The topic is borrowed, and looked at only when it
/// may fire: what its score takes stands here, close together.
struct CompiledTopic {
  /// Calls `take` with each slot and its phrases.
  template <typename Take>
  void for_each_slot(const Take& take) const {
    const std::uint32_t* next = phrases.data();
    for (const Slot& slot : slots) {
      take(slot, std::span{next, slot.phrase_count});
      next += slot.phrase_count;
    }
  }

  const Topic* topic = nullptr;
  std::vector<Slot> slots;             ///< Terms, then required groups, then exclusions.
  std::vector<std::uint32_t> phrases;  ///< Of slot after slot: numbers in the phrase index.
  std::vector<double> weights;         ///< Of the terms.
  double positive = 0;                 ///< Σ of the positive weights.
  double threshold = 0;                ///< This and the next as in the topic.
  double average_length = 0;
  double saturation = 0;
  std::size_t tongue = 0;  ///< Which of the rule set's indexes has its phrases.
  std::optional<Gate> gate;
};

/// Where compiling a topic puts its phrases.
struct IndexParts {
  PhraseIndex& phrases;
  TermIndex& terms;
  std::uint32_t group = 0;  ///< Of the topic, among those whose formulas are about alike.
};

/// Resolves every reference of a topic. Each mistake is handed to `tell`.
[[nodiscard]] CompiledTopic compile_topic(const Topic& topic, std::uint32_t number,
                                          const IndexParts& parts,
                                          const std::function<void(std::string)>& tell);

/// True when the item's language is known and the topic does not list it. Compared by the primary
/// subtag: "en-GB" is "en".
[[nodiscard]] bool is_foreign(const Topic& topic, std::string_view language);

/// One item as its rules see it. Borrows all.
struct Reading {
  const ItemFields& item;
  const ScoredText& text;
  const Occurrences& occurrences;
  ItemLanguage& language;
};

/// The verdict of one topic, with its evidence.
[[nodiscard]] Match judge(const CompiledTopic& topic, const Reading& reading);

/// The same, or nothing when the topic does not fire; that is found out before anything is noted.
[[nodiscard]] std::optional<Match> judge_firing(const CompiledTopic& topic, const Reading& reading);

}  // namespace tocsin::topics
