// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "topics/gate.hpp"

namespace tocsin::topics {

/// One symbol of a `when`.
struct GateSymbol {
  enum class Kind : std::uint8_t {
    open,
    close,
    comma,
    both,      ///< AND
    either,    ///< OR
    negation,  ///< NOT
    near,      ///< NEAR/n, ONEAR/n
    at_least,  ///< "2 OF"
    field,     ///< "title:"
    name,      ///< A word, "=IS", "return*", "@alias".
    quoted,    ///< "a phrase", without the quotation marks; `number` is its slop, or 0.
    pattern,   ///< /a regular expression/, without the slashes.
    end,
  };

  Kind kind = Kind::end;
  std::string_view text;  ///< As written, for a name or a quoted phrase: what to look for.
  std::size_t byte = 0;   ///< Where it starts in the expression.
  std::size_t number = 0;
  bool is_ordered = false;
  bool ignores_case = false;  ///< Of a pattern: /…/i.
  Field field = Field::title;
};

/// Cuts a `when` into symbols, the last of which is `end`.
[[nodiscard]] tl::expected<std::vector<GateSymbol>, GateMistake> gate_symbols(
    std::string_view when);

/// Characters of UTF-8 before the byte.
[[nodiscard]] std::size_t character_at(std::string_view text, std::size_t byte);

}  // namespace tocsin::topics
