// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "topics/pattern.hpp"
#include "topics/phrase.hpp"
#include "topics/scored_text.hpp"
#include "topics/topic.hpp"

namespace tocsin::topics {

/// What is wrong with a `when`, and where.
struct GateMistake {
  std::size_t character = 0;  ///< From 0, in characters of the expression.
  std::string message;
};

/// One part of a parsed `when`.
struct GateNode {
  enum class Kind : std::uint8_t {
    phrase,    ///< One of `phrases` occurs in `field`, or anywhere in the scored text.
    sloppy,    ///< The words in `phrases` occur, no more than `number` moves out of place.
    pattern,   ///< `pattern` is found in `field`, or in the title, the summary or the content.
    all,       ///< AND
    any,       ///< OR
    none,      ///< NOT: the only child does not hold.
    near,      ///< Both children, which are phrases or OR of phrases, within `number` words.
    at_least,  ///< `number` OF the children.
  };

  Kind kind = Kind::phrase;
  std::vector<GateNode> children;
  std::vector<Phrase> phrases;
  std::optional<Pattern> pattern;
  std::optional<Field> field;
  std::size_t number = 0;
  bool is_ordered = false;  ///< ONEAR: the first child stands before the second.
};

/// What a `when` may hold at most, so that no item takes long.
struct GateLimits {
  static constexpr std::size_t bytes = 4000;
  static constexpr std::size_t depth = 50;      ///< Of parentheses and NOT, which count alike.
  static constexpr std::size_t parts = 1000;    ///< Words, phrases, operators, lists.
  static constexpr std::size_t words = 4000;    ///< With those of all names of the aliases.
  static constexpr std::size_t distances = 50;  ///< NEAR, ONEAR and phrases with slop.
  static constexpr std::size_t patterns = 8;
  static constexpr std::size_t pattern_size = 1000;  ///< Of all patterns, in RE2's instructions.
};

/// A parsed `when`: a condition on an item beside its score. Immutable; any thread.
class Gate {
 public:
  /// Parses the grammar of docs/reference/topics.md. "@alias" is looked up in `aliases`.
  [[nodiscard]] static tl::expected<Gate, GateMistake> parse(std::string_view when,
                                                             const Aliases& aliases);

  [[nodiscard]] static tl::expected<Gate, GateMistake> parse(std::string_view when,
                                                             const Topic& topic) {
    return parse(when, topic.aliases);
  }

  /// Makes its phrases stand for texts whose words have such stems.
  void stem(const std::string& stemmer);

  /// Holds where one of the phrases occurs in the scored text.
  [[nodiscard]] static Gate any_of(std::vector<Phrase> phrases);

  [[nodiscard]] bool holds(const ScoredText& text, const ItemFields& item) const;

  /// As above, and how many words and places were compared; a byte under a pattern counts as many
  /// times as the pattern has instructions, which is more than RE2 needs. For tests.
  [[nodiscard]] bool holds(const ScoredText& text, const ItemFields& item,
                           std::size_t& steps) const;

 private:
  explicit Gate(GateNode root) : root_{std::move(root)} {}

  GateNode root_;
};

}  // namespace tocsin::topics
