// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.hpp"
#include "topics/gate.hpp"
#include "topics/gate_lexer.hpp"

namespace tocsin::topics {
namespace {

using Kind = GateSymbol::Kind;

bool starts_operand(Kind kind) {
  return kind == Kind::open || kind == Kind::negation || kind == Kind::at_least ||
         kind == Kind::field || kind == Kind::name || kind == Kind::quoted;
}

GateNode node_of(GateNode::Kind kind) {
  GateNode node;
  node.kind = kind;
  return node;
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
  Parser(std::string_view when, const Topic& topic, std::vector<GateSymbol> symbols)
      : when_{when},
        topic_{topic},
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
    if (node.children.size() == 1) return std::move(node.children.front());
    return node;
  }

  GateNode read_both() {
    GateNode node = node_of(GateNode::Kind::all);
    node.children.push_back(read_near());
    while (take(Kind::both)) node.children.push_back(read_near());
    if (starts_operand(now().kind)) refuse("AND or OR is missing here");
    if (node.children.size() == 1) return std::move(node.children.front());
    return node;
  }

  GateNode read_near() {
    const GateSymbol& first = now();
    GateNode left = read_operand();
    const GateSymbol near = now();
    if (!take(Kind::near)) return left;
    GateNode right = read_operand();
    if (!mistake_ && now().kind == Kind::near) refuse("only two parts can be NEAR each other");
    if (!has_places(left) || !has_places(right)) {
      refuse_at(has_places(left) ? near : first,
                "NEAR takes words, phrases, or a group of them with OR");
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
    if (++depth_ > Gate::max_depth) refuse("this is nested too deeply");
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
    if (!mistake_ && node.children.size() < node.number) {
      refuse_at(symbol, fmt::format("{} OF a list of {} can never hold", node.number,
                                    node.children.size()));
    }
    return node;
  }

  GateNode read_phrase(const GateSymbol& symbol) {
    GateNode node = node_of(GateNode::Kind::phrase);
    node.field = field_;
    auto phrases = parse_reference(symbol.text, topic_);
    if (!phrases) {
      refuse_at(symbol,
                fmt::format("'{}' {}", escape_for_line(symbol.text), phrases.error().message));
      return node;
    }
    node.phrases = std::move(*phrases);
    return node;
  }

  std::string_view when_;
  const Topic& topic_;
  std::vector<GateSymbol> symbols_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::optional<Field> field_;
  std::optional<GateMistake> mistake_;
};

}  // namespace

tl::expected<Gate, GateMistake> Gate::parse(std::string_view when, const Topic& topic) {
  if (when.size() > max_bytes) {
    return tl::unexpected<GateMistake>(
        GateMistake{.message = fmt::format("is over {} bytes", max_bytes)});
  }
  auto symbols = gate_symbols(when);
  if (!symbols) return tl::unexpected<GateMistake>(symbols.error());
  auto root = Parser{when, topic, std::move(*symbols)}.run();
  if (!root) return tl::unexpected<GateMistake>(root.error());
  return Gate{std::move(*root)};
}

}  // namespace tocsin::topics
