// SPDX-License-Identifier: Apache-2.0
#include "topics/gate_lexer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

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

/// NEAR and ONEAR, with or without a distance; "NEARBY" is a word.
bool is_near(std::string_view run) {
  const std::size_t name = run.starts_with("ONEAR") ? 5 : run.starts_with("NEAR") ? 4 : 0;
  if (name == 0) return false;
  const auto is_letter = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '*' || c < 0;
  };
  return run.size() == name || !is_letter(run[name]);
}

std::string unknown_field(std::string_view name) {
  constexpr std::size_t longest_scheme = 5;
  if (name.starts_with("http") && name.size() <= longest_scheme) {
    return "an address stands in quotation marks: link:\"https://…\"";
  }
  std::vector<std::string> names;
  for (const Field field : fields) names.emplace_back(to_string(field));
  const std::string suggestion = did_you_mean(name, names);
  return fmt::format(
      "unknown field '{}'{}", escape_for_line(name),
      suggestion.empty() ? fmt::format("; there are {}", fmt::join(names, ", ")) : suggestion);
}

/// What other query languages have and this one has not: where it stands in the run and what to
/// write instead; an empty message for a plain word.
std::pair<std::size_t, std::string_view> unsupported(std::string_view run) {
  struct Habit {
    std::string_view sign;
    bool is_at_start;
    std::string_view instead;
  };

  constexpr std::string_view operators = "the operators are AND, OR and NOT";
  constexpr std::array habits{
      Habit{"&&", true, operators},
      Habit{"||", true, operators},
      Habit{"!", true, operators},
      Habit{"+", true, operators},
      Habit{"-", true, operators},
      Habit{"“", true, "quotation marks are straight: \"a phrase\""},
      Habit{"„", true, "quotation marks are straight: \"a phrase\""},
      Habit{"«", true, "quotation marks are straight: \"a phrase\""},
      Habit{"'", true, "a phrase stands in double quotation marks: \"a phrase\""},
      Habit{"~", false,
            "there are no fuzzy words (word~); write a prefix (word*) or OR the spellings"},
      Habit{"?", false,
            "'?' is no wildcard; a word may end in '*', or write a /regular expression/"},
      Habit{"^", false, "words have no weight here (word^2); weights stand in [terms]"},
      Habit{"[", false, "there are no ranges ([a TO b])"},
      Habit{"]", false, "there are no ranges ([a TO b])"},
      Habit{"{", false, "there are no ranges ({a TO b})"},
      Habit{"}", false, "there are no ranges ({a TO b})"},
      Habit{"\\", false, "'\\' has a meaning in a /regular expression/ only"}};
  for (const Habit& habit : habits) {
    const std::size_t place =
        habit.is_at_start ? (run.starts_with(habit.sign) ? 0 : run.npos) : run.find(habit.sign);
    if (place != std::string_view::npos) return {place, habit.instead};
  }
  return {0, {}};
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
      read_pattern();
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
    if (at_ >= when_.size() || when_[at_] != '~') return;
    const std::size_t end = end_of_run(at_);
    const auto slop = read_number(when_.substr(at_ + 1, end - at_ - 1));
    if (!slop) {
      return refuse(
          at_, fmt::format("slop is written \"a phrase\"~n, with n from 1 to {}", largest_number));
    }
    symbols_.back().number = *slop;
    at_ = end;
  }

  /// Up to the next slash that no backslash precedes; only letters may follow.
  void read_pattern() {
    std::size_t close = at_ + 1;
    while (close < when_.size() && when_[close] != '/') close += when_[close] == '\\' ? 2U : 1U;
    if (close >= when_.size()) {
      return refuse(at_, "the regular expression is never closed; it ends with '/'");
    }
    add(Kind::pattern, when_.substr(at_ + 1, close - at_ - 1), at_);
    const std::size_t end = end_of_run(close + 1);
    for (at_ = close + 1; at_ < end; ++at_) {
      if (when_[at_] != 'i') {
        return refuse(at_,
                      "behind a regular expression only 'i' may stand, which ignores case; a "
                      "slash inside of it is written \\/");
      }
      symbols_.back().ignores_case = true;
    }
  }

  [[nodiscard]] std::size_t end_of_run(std::size_t from) const {
    return std::min(when_.find_first_of(" \t(),\"", from), when_.size());
  }

  /// Whatever stands up to the next space, parenthesis, comma or quotation mark.
  void read_run() {
    const std::size_t end = end_of_run(at_);
    const std::string_view run = when_.substr(at_, end - at_);
    const std::size_t colon = run.find(':');
    if (colon != std::string_view::npos) return read_field(run.substr(0, colon));
    read_word(run);
    at_ = end;
  }

  void read_field(std::string_view name) {
    const auto* const found = std::find_if(
        fields.begin(), fields.end(), [name](Field field) { return to_string(field) == name; });
    if (found == fields.end()) return refuse(at_, unknown_field(name));
    add(Kind::field, name, at_);
    symbols_.back().field = *found;
    at_ += name.size() + 1;
  }

  void read_word(std::string_view run) {
    if (run == "AND") return add(Kind::both, run, at_);
    if (run == "OR") return add(Kind::either, run, at_);
    if (run == "NOT") return add(Kind::negation, run, at_);
    if (is_near(run)) return read_near(run);
    if (run == "OF") return read_of();
    if (const auto [place, message] = unsupported(run); !message.empty()) {
      return refuse(at_ + place, std::string{message});
    }
    add(Kind::name, run, at_);
  }

  void read_near(std::string_view run) {
    const bool is_ordered = run.front() == 'O';
    const std::string_view rest = run.substr(is_ordered ? 5 : 4);
    const auto number = rest.starts_with('/') ? read_number(rest.substr(1)) : std::nullopt;
    if (!number) {
      const std::string_view name = is_ordered ? "ONEAR" : "NEAR";
      return refuse(at_, fmt::format("'{}': write {}/n with n from 1 to {}; neighbours are {}/1",
                                     escape_for_line(run), name, largest_number, name));
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
