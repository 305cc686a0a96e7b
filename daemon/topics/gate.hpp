// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "topics/phrase.hpp"
#include "topics/scored_text.hpp"

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
    all,       ///< AND
    any,       ///< OR
    none,      ///< NOT: the only child does not hold.
    near,      ///< Both children, which are phrases or OR of phrases, within `number` words.
    at_least,  ///< `number` OF the children.
  };

  Kind kind = Kind::phrase;
  std::vector<GateNode> children;
  std::vector<Phrase> phrases;
  std::optional<Field> field;
  std::size_t number = 0;
  bool is_ordered = false;  ///< ONEAR: the first child stands before the second.
};

/// A parsed `when`: a condition on an item beside its score. Immutable; any thread.
class Gate {
 public:
  /// Longest expression, in bytes, and how deep its parentheses go.
  static constexpr std::size_t max_bytes = 4000;
  static constexpr std::size_t max_depth = 50;

  /// Parses the grammar of docs/reference/topics.md. "@alias" is looked up in `topic`.
  [[nodiscard]] static tl::expected<Gate, GateMistake> parse(std::string_view when,
                                                             const Topic& topic);

  [[nodiscard]] bool holds(const ScoredText& text, const ItemFields& item) const;

 private:
  explicit Gate(GateNode root) : root_{std::move(root)} {}

  GateNode root_;
};

}  // namespace tocsin::topics
