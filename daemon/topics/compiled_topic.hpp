// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "topics/gate.hpp"
#include "topics/phrase_index.hpp"
#include "topics/rule_set.hpp"
#include "topics/scored_text.hpp"
#include "topics/topic.hpp"

namespace tocsin::topics {

/// One thing a topic looks for, and what it is for.
struct Slot {
  enum class Role : std::uint8_t { term, required, excluded };

  Role role = Role::term;
  std::uint32_t index = 0;  ///< Of the term, the required group, or the exclusion.
};

/// A topic beside its slots and its parsed gate. The topic is borrowed.
struct CompiledTopic {
  const Topic* topic = nullptr;
  std::vector<Slot> slots;
  double positive = 0;  ///< Σ of the positive weights.
  std::optional<Gate> gate;
};

/// "This phrase stands for that slot of that topic."
struct Posting {
  std::uint32_t topic = 0;
  std::uint32_t slot = 0;
  double most = 0;  ///< The most it can add to the topic's score, however often it occurs.
};

/// Postings by the number of the phrase.
using Postings = std::vector<std::vector<Posting>>;

/// An occurrence seen from one topic.
struct SlotHit {
  std::uint32_t topic = 0;
  std::uint32_t slot = 0;
  PhraseHit place;
};

/// Where compiling a topic puts its phrases.
struct IndexParts {
  PhraseIndex& phrases;
  Postings& postings;
};

/// Resolves every reference of a topic. Each mistake is handed to `tell`.
[[nodiscard]] CompiledTopic compile_topic(const Topic& topic, std::uint32_t number,
                                          const IndexParts& parts,
                                          const std::function<void(std::string)>& tell);

/// True when the item's language is known and the topic does not list it. Compared by the primary
/// subtag: "en-GB" is "en".
[[nodiscard]] bool is_foreign(const Topic& topic, std::string_view language);

/// The verdict of one topic. `hits` are its own.
[[nodiscard]] Match judge(const CompiledTopic& topic, std::vector<SlotHit> hits,
                          const ScoredText& text, const ItemFields& item);

}  // namespace tocsin::topics
