// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "base/suggest.hpp"
#include "base/utf8.hpp"
#include "topics/gate.hpp"
#include "topics/gate_lexer.hpp"

namespace tocsin::topics {
namespace {

using Kind = GateSymbol::Kind;

bool starts_operand(Kind kind) {
  return kind == Kind::open || kind == Kind::negation || kind == Kind::at_least ||
         kind == Kind::field || kind == Kind::name || kind == Kind::quoted || kind == Kind::pattern;
}

GateNode node_of(GateNode::Kind kind) {
  GateNode node;
  node.kind = kind;
  return node;
}

/// What AND, OR, NOT, NEAR or OF may have been meant by a word that stands where none can.
std::string meant(const GateSymbol& symbol) {
  if (symbol.kind != Kind::name) return {};
  const std::string_view name = symbol.text.substr(0, symbol.text.find('/'));
  std::string upper{name};
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  const std::vector<std::string> operators{"AND", "OR", "NOT", "NEAR", "ONEAR", "OF"};
  const auto is_operator = [&](const std::string& word) {
    return std::find(operators.begin(), operators.end(), word) != operators.end();
  };
  if (is_operator(upper)) {
    return fmt::format("'{}' is a word here; operators are in capitals: {}",
                       escape_for_line(symbol.text), upper);
  }
  const auto near = name == upper ? nearest(name, operators) : std::nullopt;
  if (!near) return {};
  return fmt::format("AND or OR is missing here; did you mean '{}' by '{}'?", *near,
                     escape_for_line(symbol.text));
}

/// What takes no long search comes first: the order makes no difference to the result.
bool has_pattern(const GateNode& node) {
  return node.pattern || std::any_of(node.children.begin(), node.children.end(), has_pattern);
}

void put_patterns_last(GateNode& node) {
  std::stable_partition(node.children.begin(), node.children.end(),
                        [](const GateNode& child) { return !has_pattern(child); });
}

/// NEAR needs places, which only phrases and an OR of phrases have.
bool has_places(const GateNode& node) {
  if (node.kind == GateNode::Kind::phrase) return true;
  return node.kind == GateNode::Kind::any &&
         std::all_of(node.children.begin(), node.children.end(), has_places);
}

/// Recursive descent; NOT binds tighter than NEAR tighter than AND tighter than OR.
///
/// After the first mistake every function returns at once with what it has.
class Parser {
 public:
  Parser(std::string_view when, const Aliases& aliases, std::vector<GateSymbol> symbols)
      : when_{when},
        aliases_{aliases},
        symbols_{std::move(symbols)} {}

  tl::expected<GateNode, GateMistake> run() {
    GateNode root = read_either();
    if (!mistake_ && now().kind == Kind::close) refuse("this ')' closes nothing");
    if (!mistake_ && now().kind == Kind::comma) refuse("',' only stands between the parts of OF");
    if (mistake_) return tl::unexpected<GateMistake>(*mistake_);
    return root;
  }

 private:
  [[nodiscard]] const GateSymbol& now() const { return symbols_[at_]; }

  void refuse_at(const GateSymbol& symbol, std::string message) {
    if (mistake_) return;
    mistake_ =
        GateMistake{.character = character_at(when_, symbol.byte), .message = std::move(message)};
  }

  void refuse(std::string message) { refuse_at(now(), std::move(message)); }

  bool take(Kind kind) {
    if (mistake_ || now().kind != kind) return false;
    if (kind != Kind::end) ++at_;
    return true;
  }

  GateNode read_either() {
    GateNode node = node_of(GateNode::Kind::any);
    node.children.push_back(read_both());
    while (take(Kind::either)) node.children.push_back(read_both());
    return joined(std::move(node));
  }

  GateNode read_both() {
    GateNode node = node_of(GateNode::Kind::all);
    node.children.push_back(read_near());
    while (take(Kind::both)) node.children.push_back(read_near());
    if (starts_operand(now().kind)) refuse_neighbour();
    return joined(std::move(node));
  }

  static GateNode joined(GateNode node) {
    if (node.children.size() == 1) return std::move(node.children.front());
    put_patterns_last(node);
    return node;
  }

  /// Two operands side by side: one of them may be an operator in small letters.
  void refuse_neighbour() {
    for (const std::size_t symbol : {at_ - 1, at_}) {
      const std::string told = meant(symbols_[symbol]);
      if (!told.empty()) return refuse_at(symbols_[symbol], told);
    }
    refuse("AND or OR is missing here");
  }

  GateNode read_near() {
    const GateSymbol& first = now();
    GateNode left = read_operand();
    const GateSymbol near = now();
    if (!take(Kind::near)) return left;
    count(near, distances_, GateLimits::distances, "distances (NEAR, ONEAR, slop)");
    const GateSymbol& second = now();
    GateNode right = read_operand();
    if (!mistake_ && now().kind == Kind::near) refuse("only two parts can be NEAR each other");
    if (!has_places(left) || !has_places(right)) {
      refuse_at(has_places(left) ? second : first,
                "NEAR takes words, phrases without slop, or a group of them with OR");
    }
    GateNode node = node_of(GateNode::Kind::near);
    node.children.push_back(std::move(left));
    node.children.push_back(std::move(right));
    node.number = near.number;
    node.is_ordered = near.is_ordered;
    return node;
  }

  GateNode read_operand() {
    if (mistake_) return {};
    count(now(), parts_, GateLimits::parts, "parts");
    const bool is_nested =
        now().kind == Kind::open || now().kind == Kind::negation || now().kind == Kind::at_least;
    if (!is_nested) return read_operand_here();
    if (++depth_ > GateLimits::depth) {
      refuse(
          fmt::format("this is nested too deeply: over {} parentheses and NOT", GateLimits::depth));
      return {};
    }
    GateNode node = read_operand_here();
    --depth_;
    return node;
  }

  GateNode read_operand_here() {
    const GateSymbol symbol = now();
    if (take(Kind::negation)) {
      GateNode node = node_of(GateNode::Kind::none);
      node.children.push_back(read_operand());
      return node;
    }
    if (take(Kind::field)) return read_in_field(symbol);
    if (take(Kind::at_least)) return read_at_least(symbol);
    if (take(Kind::open)) {
      GateNode node = read_either();
      if (!take(Kind::close)) refuse_at(symbol, "this '(' is never closed");
      return node;
    }
    if (take(Kind::name) || take(Kind::quoted)) return read_phrase(symbol);
    if (take(Kind::pattern)) return read_pattern(symbol);
    refuse(now().kind == Kind::end ? "a word or a phrase is missing at the end"
                                   : "a word or a phrase is missing here");
    return {};
  }

  GateNode read_in_field(const GateSymbol& symbol) {
    const std::optional<Field> outer = field_;
    if (outer) refuse_at(symbol, "a field inside of another field");
    field_ = symbol.field;
    GateNode node = read_operand();
    field_ = outer;
    return node;
  }

  GateNode read_at_least(const GateSymbol& symbol) {
    GateNode node = node_of(GateNode::Kind::at_least);
    node.number = symbol.number;
    if (!take(Kind::open)) refuse("OF needs a list: 2 OF (a, b, c)");
    do {
      node.children.push_back(read_either());
    } while (take(Kind::comma));
    if (!take(Kind::close)) refuse("',' or ')' is missing here");
    put_patterns_last(node);
    if (!mistake_ && node.children.size() < node.number) {
      refuse_at(symbol, fmt::format("{} OF a list of {} can never hold", node.number,
                                    node.children.size()));
    }
    return node;
  }

  GateNode read_phrase(const GateSymbol& symbol) {
    GateNode node = node_of(GateNode::Kind::phrase);
    node.field = field_;
    auto phrases = parse_reference(symbol.text, aliases_);
    if (!phrases) {
      refuse_at(symbol,
                fmt::format("'{}' {}", escape_for_line(symbol.text), phrases.error().message));
      return node;
    }
    node.phrases = std::move(*phrases);
    if (symbol.number != 0) make_sloppy(symbol, node);
    for (const Phrase& phrase : node.phrases) {
      count(symbol, words_, GateLimits::words, "words, with those of all names of the aliases",
            phrase.words.size());
    }
    return node;
  }

  void make_sloppy(const GateSymbol& symbol, GateNode& node) {
    if (symbol.text.starts_with('@')) {
      return refuse_at(symbol, "the names of an alias have no slop; write a phrase");
    }
    if (node.phrases.front().words.size() < 2) {
      return refuse_at(symbol, "slop needs a phrase of two words or more");
    }
    count(symbol, distances_, GateLimits::distances, "distances (NEAR, ONEAR, slop)");
    node.kind = GateNode::Kind::sloppy;
    node.number = symbol.number;
    node.phrases = words_of(node.phrases.front());
  }

  GateNode read_pattern(const GateSymbol& symbol) {
    GateNode node = node_of(GateNode::Kind::pattern);
    node.field = field_;
    auto pattern = Pattern::parse(symbol.text, symbol.ignores_case);
    if (!pattern) {
      GateSymbol place = symbol;
      place.byte += pattern.error().byte + 1;
      refuse_at(place, pattern.error().message);
      return node;
    }
    count(symbol, patterns_, GateLimits::patterns, "regular expressions");
    count(symbol, pattern_size_, GateLimits::pattern_size,
          "instructions in all regular expressions", pattern->size());
    node.pattern = std::move(*pattern);
    return node;
  }

  void count(const GateSymbol& symbol, std::size_t& counted, std::size_t most, const char* what,
             std::size_t more = 1) {
    counted += more;
    if (counted > most) refuse_at(symbol, fmt::format("over {} {}", most, what));
  }

  std::string_view when_;
  const Aliases& aliases_;
  std::vector<GateSymbol> symbols_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t parts_ = 0;
  std::size_t words_ = 0;
  std::size_t distances_ = 0;
  std::size_t patterns_ = 0;
  std::size_t pattern_size_ = 0;
  std::optional<Field> field_;
  std::optional<GateMistake> mistake_;
};

}  // namespace

tl::expected<Gate, GateMistake> Gate::parse(std::string_view when, const Aliases& aliases) {
  if (when.size() > GateLimits::bytes) {
    return tl::unexpected<GateMistake>(
        GateMistake{.message = fmt::format("is over {} bytes", GateLimits::bytes)});
  }
  auto symbols = gate_symbols(when);
  if (!symbols) return tl::unexpected<GateMistake>(symbols.error());
  auto root = Parser{when, aliases, std::move(*symbols)}.run();
  if (!root) return tl::unexpected<GateMistake>(root.error());
  return Gate{std::move(*root)};
}

}  // namespace tocsin::topics
