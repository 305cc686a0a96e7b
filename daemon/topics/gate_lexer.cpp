// SPDX-License-Identifier: Apache-2.0
#include "topics/gate_lexer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/suggest.hpp"
#include "base/utf8.hpp"

namespace tocsin::topics {
namespace {

using Kind = GateSymbol::Kind;
using Symbols = std::vector<GateSymbol>;

constexpr std::array<Field, 8> fields{Field::title,    Field::summary,  Field::content,
                                      Field::author,   Field::category, Field::source,
                                      Field::language, Field::link};

/// A distance beyond the scored text means nothing.
constexpr std::size_t largest_number = scored_words;

std::optional<std::size_t> read_number(std::string_view digits) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  if (number == 0 || number > largest_number) return std::nullopt;
  return number;
}

class Lexer {
 public:
  explicit Lexer(std::string_view when) : when_{when} {}

  tl::expected<Symbols, GateMistake> run() {
    while (!mistake_ && at_ < when_.size()) step();
    if (mistake_) return tl::unexpected<GateMistake>(*mistake_);
    symbols_.push_back({.kind = Kind::end, .text = {}, .byte = when_.size()});
    return std::move(symbols_);
  }

 private:
  void step() {
    const char c = when_[at_];
    if (c == ' ' || c == '\t') {
      ++at_;
    } else if (c == '(') {
      add_sign(Kind::open);
    } else if (c == ')') {
      add_sign(Kind::close);
    } else if (c == ',') {
      add_sign(Kind::comma);
    } else if (c == '"') {
      read_quoted();
    } else if (c == '/') {
      refuse(at_, "a /regular expression/ is not supported yet");
    } else {
      read_run();
    }
  }

  void refuse(std::size_t byte, std::string message) {
    mistake_ = GateMistake{.character = character_at(when_, byte), .message = std::move(message)};
  }

  void add(Kind kind, std::string_view text, std::size_t byte) {
    symbols_.push_back({.kind = kind, .text = text, .byte = byte});
  }

  void add_sign(Kind kind) {
    add(kind, when_.substr(at_, 1), at_);
    ++at_;
  }

  void read_quoted() {
    const std::size_t close = when_.find('"', at_ + 1);
    if (close == std::string_view::npos) return refuse(at_, "the quotation mark is never closed");
    add(Kind::quoted, when_.substr(at_ + 1, close - at_ - 1), at_);
    at_ = close + 1;
    if (at_ < when_.size() && when_[at_] == '~') {
      refuse(at_, "a phrase with slop (~) is not supported yet; use NEAR/n");
    }
  }

  /// Whatever stands up to the next space, parenthesis, comma or quotation mark.
  void read_run() {
    const std::size_t end = std::min(when_.find_first_of(" \t(),\"", at_), when_.size());
    const std::string_view run = when_.substr(at_, end - at_);
    const std::size_t colon = run.find(':');
    if (colon != std::string_view::npos) return read_field(run.substr(0, colon));
    read_word(run);
    at_ = end;
  }

  void read_field(std::string_view name) {
    const auto* const found = std::find_if(
        fields.begin(), fields.end(), [name](Field field) { return to_string(field) == name; });
    if (found == fields.end()) {
      std::vector<std::string> names;
      for (const Field field : fields) names.emplace_back(to_string(field));
      return refuse(at_, fmt::format("unknown field '{}'{}", escape_for_line(name),
                                     did_you_mean(name, names)));
    }
    add(Kind::field, name, at_);
    symbols_.back().field = *found;
    at_ += name.size() + 1;
  }

  void read_word(std::string_view run) {
    if (run == "AND") return add(Kind::both, run, at_);
    if (run == "OR") return add(Kind::either, run, at_);
    if (run == "NOT") return add(Kind::negation, run, at_);
    if (run.starts_with("NEAR") || run.starts_with("ONEAR")) return read_near(run);
    if (run == "OF") return read_of();
    if (run == "&&" || run == "||" || run.starts_with('!')) {
      return refuse(at_, fmt::format("'{}': write AND, OR, NOT", escape_for_line(run)));
    }
    if (run.front() == '+' || run.front() == '-') {
      return refuse(at_, "'+' and '-' are not supported; write AND, OR, NOT");
    }
    constexpr std::string_view unsupported = "~^?[]{}\\";
    const std::size_t bad = run.find_first_of(unsupported);
    if (bad != std::string_view::npos) {
      return refuse(at_ + bad, fmt::format("'{}' is not supported yet", run[bad]));
    }
    add(Kind::name, run, at_);
  }

  void read_near(std::string_view run) {
    const bool is_ordered = run.front() == 'O';
    const std::string_view rest = run.substr(is_ordered ? 5 : 4);
    const auto number = rest.starts_with('/') ? read_number(rest.substr(1)) : std::nullopt;
    if (!number) {
      return refuse(at_, fmt::format("'{}': write {}/n with n from 1 to {}", escape_for_line(run),
                                     is_ordered ? "ONEAR" : "NEAR", largest_number));
    }
    add(Kind::near, run, at_);
    symbols_.back().number = *number;
    symbols_.back().is_ordered = is_ordered;
  }

  /// The number before OF was read as a word.
  void read_of() {
    const auto number = symbols_.empty() || symbols_.back().kind != Kind::name
                            ? std::nullopt
                            : read_number(symbols_.back().text);
    if (!number) return refuse(at_, "OF needs a number before it: 2 OF (a, b, c)");
    symbols_.back().kind = Kind::at_least;
    symbols_.back().number = *number;
  }

  std::string_view when_;
  std::size_t at_ = 0;
  Symbols symbols_;
  std::optional<GateMistake> mistake_;
};

}  // namespace

std::size_t character_at(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, byte);
  return static_cast<std::size_t>(std::count_if(before.begin(), before.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;  // not the inside of a character
  }));
}

tl::expected<std::vector<GateSymbol>, GateMistake> gate_symbols(std::string_view when) {
  return Lexer{when}.run();
}

}  // namespace tocsin::topics
