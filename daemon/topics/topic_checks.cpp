// SPDX-License-Identifier: Apache-2.0
#include "topics/topic_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/utf8.hpp"
#include "topics/gate.hpp"
#include "topics/phrase.hpp"

namespace tocsin::topics {
namespace {

/// The longest level of a topic frame on the wire.
constexpr std::size_t longest_name = 100;

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z');
}

/// The line of `toml` from which `at` counts, from the column on.
std::string_view rest_of_line(std::string_view toml, const toml::source_position& at) {
  for (unsigned line = 1; line < at.line; ++line) {
    const std::size_t end = toml.find('\n');
    if (end == std::string_view::npos) return {};
    toml.remove_prefix(end + 1);
  }
  toml = toml.substr(0, toml.find('\n'));
  for (unsigned column = 1; column < at.column && !toml.empty(); ++column) {
    do {
      toml.remove_prefix(1);
    } while (!toml.empty() && (static_cast<unsigned char>(toml.front()) & 0xC0U) == 0x80U);
  }
  return toml;
}

/// Characters a string takes in the file before its character number `character`: its quotation
/// mark, and what escapes add.
std::size_t written_width(std::string_view raw, std::size_t character) {
  constexpr std::size_t short_code = 4;
  constexpr std::size_t long_code = 8;
  if (raw.starts_with("\'\'\'") || raw.starts_with("\"\"\"")) {
    return 2 + written_width(raw.substr(2), character);
  }
  std::size_t width = 1;
  if (!raw.starts_with('"')) return width + character;  // a literal string has no escapes
  std::size_t byte = 1;
  for (; character > 0 && byte < raw.size(); --character) {
    if (raw[byte] == '\\' && byte + 1 < raw.size()) {
      const char kind = raw[byte + 1];
      const std::size_t size = 2 + (kind == 'u' ? short_code : kind == 'U' ? long_code : 0);
      byte += size;
      width += size;
      continue;
    }
    do {
      ++byte;
    } while (byte < raw.size() && (static_cast<unsigned char>(raw[byte]) & 0xC0U) == 0x80U);
    ++width;
  }
  return width;
}

}  // namespace

bool is_id(std::string_view text) {
  if (text.empty() || text.size() > longest_name || text.front() == '-') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

std::string_view to_string(Status status) {
  constexpr std::array<std::string_view, 3> names{"experimental", "stable", "retired"};
  return names[static_cast<std::size_t>(status)];
}

bool is_rule_key(std::string_view key) {
  return key == "require" || key == "exclude" || key == "when";
}

void check_id(const PlacedText& id, Mistakes& mistakes) {
  if (is_id(id.text)) return;
  mistakes.add(id.at, fmt::format("id '{}' must be made of a–z, 0–9 and '-', not start with '-', "
                                  "and have at most {} characters",
                                  escape_for_line(id.text), longest_name));
}

void check_language(const PlacedText& language, Mistakes& mistakes) {
  const std::string_view text = language.text;
  const std::string_view primary = text.substr(0, text.find('-'));
  const bool is_tag = (primary.size() == 2 || primary.size() == 3) &&
                      std::all_of(primary.begin(), primary.end(), is_lower) &&
                      std::all_of(text.begin(), text.end(),
                                  [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
  if (is_tag) return;
  mistakes.add(language.at, fmt::format("'{}' is no language tag; write \"en\" or \"en-GB\"",
                                        escape_for_line(text)));
}

void check_medtop(const PlacedText& code, Mistakes& mistakes) {
  constexpr std::size_t digits = 8;
  if (code.text.size() == digits && std::all_of(code.text.begin(), code.text.end(), is_digit)) {
    return;
  }
  mistakes.add(code.at, fmt::format("'{}' is no IPTC Media Topic; write its 8 digits",
                                    escape_for_line(code.text)));
}

void check_alias_name(const PlacedText& name, Mistakes& mistakes) {
  if (is_id(name.text)) return;
  mistakes.add(name.at, fmt::format("alias name '{}' must be made of a–z, 0–9 and '-'",
                                    escape_for_line(name.text)));
}

void check_phrase(const PlacedText& phrase, std::string_view what, Mistakes& mistakes) {
  const auto parsed = parse_phrase(phrase.text);
  if (parsed) return;
  mistakes.add(phrase.at, fmt::format("'{}' of {} {}", escape_for_line(phrase.text), what,
                                      parsed.error().message));
}

void check_reference(const PlacedText& reference, std::string_view what, const Aliases& aliases,
                     Mistakes& mistakes) {
  const auto parsed = parse_reference(reference.text, aliases);
  if (parsed) return;
  mistakes.add(reference.at, fmt::format("{} '{}' {}", what, escape_for_line(reference.text),
                                         parsed.error().message));
}

void check_terms(const Topic& topic, const std::vector<PlacedText>& written, Mistakes& mistakes,
                 const toml::source_position& table) {
  std::map<std::string, std::string> spellings;
  for (const PlacedText& term : written) {
    const auto phrases = parse_reference(term.text, topic);
    if (!phrases) {
      mistakes.add(term.at, fmt::format("term '{}' {}", escape_for_line(term.text),
                                        phrases.error().message));
      continue;
    }
    if (term.text.starts_with('@')) continue;
    const auto [known, is_new] = spellings.try_emplace(spelling(phrases->front()), term.text);
    if (is_new) continue;
    mistakes.add(term.at, fmt::format("term '{}' reads the same as '{}'",
                                      escape_for_line(term.text), escape_for_line(known->second)));
  }
  const bool is_positive = std::any_of(topic.terms.begin(), topic.terms.end(),
                                       [](const Term& term) { return term.weight > 0; });
  if (!is_positive) mistakes.add(table, "no term has a weight above zero");
}

void check_condition(const PlacedText& condition, const ConditionPlace& place, Mistakes& mistakes) {
  const auto gate = Gate::parse(condition.text, place.aliases);
  if (gate) return;
  const std::string_view raw = rest_of_line(place.toml, condition.at);
  toml::source_position at = condition.at;
  if (raw == "\'\'\'" || raw == "\"\"\"") {
    at = {at.line + 1, 1 + static_cast<toml::source_index>(gate.error().character)};
  } else {
    at.column += static_cast<toml::source_index>(written_width(raw, gate.error().character));
  }
  mistakes.add(at, fmt::format("in '{}': {}", place.key, gate.error().message));
}

}  // namespace tocsin::topics
