// SPDX-License-Identifier: Apache-2.0
#include "topics/gate_parts.hpp"

#include <algorithm>
#include <optional>

#include "topics/gate.hpp"
#include "topics/scored_text.hpp"
#include "topics/topic.hpp"

namespace tocsin::topics {
namespace {

constexpr std::string_view blanks = " \t\n\r";
/// The parser goes no deeper either.
constexpr int deepest = 60;

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Steps over what stands within quotes, slashes and parentheses.
class Outline {
 public:
  explicit Outline(std::string_view text) : text_{text} {}

  /// The pieces between `word`, which stands alone outside of all brackets; one when it does not.
  std::vector<std::string_view> split(std::string_view word) {
    std::vector<std::string_view> pieces;
    std::size_t begin = 0;
    for (at_ = 0; at_ < text_.size();) {
      if (depth_ == 0 && stands_alone(word)) {
        pieces.push_back(trimmed(text_.substr(begin, at_ - begin)));
        at_ += length_here(word);
        begin = at_;
      } else {
        step();
      }
    }
    pieces.push_back(trimmed(text_.substr(begin)));
    return pieces;
  }

  /// What stands in the one pair of parentheses around it all, or nothing.
  std::optional<std::string_view> inside() {
    if (!text_.starts_with('(')) return std::nullopt;
    for (at_ = 0; at_ < text_.size();) {
      step();
      if (depth_ == 0 && at_ < text_.size()) return std::nullopt;
    }
    if (depth_ != 0 || text_.size() < 2) return std::nullopt;
    return trimmed(text_.substr(1, text_.size() - 2));
  }

 private:
  [[nodiscard]] bool is_edge(std::size_t at) const {
    return at >= text_.size() || blanks.find(text_[at]) != std::string_view::npos ||
           text_[at] == '(' || text_[at] == ')' || text_[at] == ',';
  }

  /// "NEAR/" has its number behind it.
  [[nodiscard]] std::size_t length_here(std::string_view word) const {
    std::size_t end = at_ + word.size();
    while (word.ends_with('/') && end < text_.size() && is_digit(text_[end])) ++end;
    return end - at_;
  }

  [[nodiscard]] bool stands_alone(std::string_view word) const {
    if (!text_.substr(at_).starts_with(word)) return false;
    if (word == ",") return true;
    return (at_ == 0 || is_edge(at_ - 1)) && is_edge(at_ + length_here(word));
  }

  void step() {
    const char c = text_[at_];
    const bool is_after_edge = at_ == 0 || is_edge(at_ - 1) || text_[at_ - 1] == ':';
    if (c == '"' || (c == '/' && is_after_edge)) return skip(c);
    if (c == '(') ++depth_;
    if (c == ')' && depth_ > 0) --depth_;
    ++at_;
  }

  void skip(char close) {
    for (++at_; at_ < text_.size() && text_[at_] != close; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    at_ = std::min(at_ + 1, text_.size());
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

class Taker {
 public:
  Taker(const Topic& topic, const ItemFields& item)
      : topic_{topic},
        item_{item},
        text_{scored_text(item)} {}

  GatePart take(std::string_view when, int depth) {
    when = trimmed(when);
    GatePart part{.text = std::string{when}, .holds = holds(when), .parts = {}};
    if (depth >= deepest) return part;
    const auto inner = Outline{when}.inside();
    if (inner) return take(*inner, depth + 1);
    for (const std::string_view piece : pieces_of(when)) {
      part.parts.push_back(take(piece, depth + 1));
    }
    return part;
  }

 private:
  /// What the loosest operator joins; none for a word, a phrase, a pattern or a field.
  static std::vector<std::string_view> pieces_of(std::string_view when) {
    for (const std::string_view word : {"OR", "AND", "NEAR/", "ONEAR/"}) {
      auto pieces = Outline{when}.split(word);
      if (pieces.size() > 1) return pieces;
    }
    constexpr std::string_view negation = "NOT";
    if (when.starts_with(negation) && when.size() > negation.size() &&
        (when[negation.size()] == '(' || when[negation.size()] == ' ')) {
      return {trimmed(when.substr(negation.size()))};
    }
    return members_of(when);
  }

  /// Of "2 OF (a, b, c)".
  static std::vector<std::string_view> members_of(std::string_view when) {
    const std::size_t word = std::min(when.find_first_not_of("0123456789"), when.size());
    const std::string_view rest = trimmed(when.substr(word));
    if (word == 0 || !rest.starts_with("OF")) return {};
    const auto list = Outline{trimmed(rest.substr(2))}.inside();
    return list ? Outline{*list}.split(",") : std::vector<std::string_view>{};
  }

  [[nodiscard]] bool holds(std::string_view when) const {
    const auto gate = Gate::parse(when, topic_);
    return gate && gate->holds(text_, item_);
  }

  const Topic& topic_;
  const ItemFields& item_;
  ScoredText text_;
};

}  // namespace

GatePart gate_parts(const Topic& topic, const ItemFields& item) {
  if (topic.when.empty()) return {};
  return Taker{topic, item}.take(topic.when, 0);
}

}  // namespace tocsin::topics
