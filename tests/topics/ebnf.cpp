// SPDX-License-Identifier: Apache-2.0
#include "topics/ebnf.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <utility>

namespace tocsin::topics {
namespace {

using Part = Ebnf::Part;
using Kind = Part::Kind;

class Reader {
 public:
  explicit Reader(std::string_view text) : text_{text} {}

  std::map<std::string, Part> run() {
    std::map<std::string, Part> rules;
    for (skip(); at_ < text_.size(); skip()) {
      const std::string name = read_name();
      expect('=');
      rules.emplace(name, read_choice());
      expect(';');
    }
    return rules;
  }

 private:
  void skip() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }

  [[nodiscard]] char next() {
    skip();
    return at_ < text_.size() ? text_[at_] : ';';
  }

  void expect(char sign) {
    if (next() != sign || at_ >= text_.size()) {
      throw std::runtime_error{"grammar: '" + std::string{sign} +
                               "' is missing before: " + std::string{text_.substr(at_, 30)}};
    }
    ++at_;
  }

  std::string read_name() {
    skip();
    const std::size_t begin = at_;
    while (at_ < text_.size() && std::isalpha(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
    if (at_ == begin) {
      throw std::runtime_error{"grammar: no name at: " + std::string{text_.substr(at_, 30)}};
    }
    return std::string{text_.substr(begin, at_ - begin)};
  }

  Part read_choice() {
    Part choice{.kind = Kind::choice, .parts = {}, .text = {}};
    do {
      if (!choice.parts.empty()) ++at_;
      choice.parts.push_back(read_sequence());
    } while (next() == '|');
    return choice.parts.size() == 1 ? Part{choice.parts.front()} : choice;
  }

  Part read_sequence() {
    Part sequence{.kind = Kind::sequence, .parts = {}, .text = {}};
    while (std::string_view{"|)]};"}.find(next()) == std::string_view::npos) {
      sequence.parts.push_back(read_part());
    }
    return sequence;
  }

  Part read_part() {
    const char sign = next();
    if (sign == '"' || sign == '\'') return read_terminal(sign);
    if (sign == '(') return read_group(Kind::sequence, ')');
    if (sign == '[') return read_group(Kind::optional, ']');
    if (sign == '{') return read_group(Kind::repeated, '}');
    return {.kind = Kind::name, .parts = {}, .text = read_name()};
  }

  Part read_group(Kind kind, char close) {
    ++at_;
    Part group{.kind = kind, .parts = {read_choice()}, .text = {}};
    expect(close);
    return group;
  }

  Part read_terminal(char quote) {
    const std::size_t close = text_.find(quote, at_ + 1);
    if (close == std::string_view::npos) throw std::runtime_error{"grammar: an open quotation"};
    Part terminal{.kind = Kind::terminal,
                  .parts = {},
                  .text = std::string{text_.substr(at_ + 1, close - at_ - 1)}};
    at_ = close + 1;
    return terminal;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool is_capitals(const std::string& name) {
  return std::isupper(static_cast<unsigned char>(name.front())) != 0;
}

bool names_field(const Part& part) {
  return part.text == "FIELD" || std::any_of(part.parts.begin(), part.parts.end(), names_field);
}

/// Every place where a part that starts at a place may end. Grammars that recurse on the left would
/// never come to an end.
class Recogniser {
 public:
  Recogniser(const Ebnf& grammar, const std::vector<std::string>& words)
      : grammar_{grammar},
        words_{words} {}

  using Ends = std::set<std::size_t>;

  const Ends& ends(const Part& part, std::size_t at) {
    const auto known = known_.find({&part, at});
    if (known != known_.end()) return known->second;
    Ends found = find_ends(part, at);
    return known_[{&part, at}] = std::move(found);
  }

 private:
  Ends find_ends(const Part& part, std::size_t at) {
    switch (part.kind) {
      case Kind::terminal:
        return word(part.text, at);
      case Kind::name:
        return is_capitals(part.text) ? word(part.text, at)
                                      : ends(grammar_.rules().at(part.text), at);
      case Kind::choice: {
        Ends found;
        for (const Part& one : part.parts) found.merge(Ends{ends(one, at)});
        return found;
      }
      case Kind::sequence:
        return sequence(part, {at});
      case Kind::optional: {
        Ends found = sequence(part, {at});
        found.insert(at);
        return found;
      }
      case Kind::repeated:
        break;
    }
    Ends found{at};
    for (Ends last = found; !last.empty();) {
      Ends more;
      for (const std::size_t end : sequence(part, last)) {
        if (found.insert(end).second) more.insert(end);
      }
      last = std::move(more);
    }
    return found;
  }

  Ends sequence(const Part& part, Ends from) {
    for (const Part& one : part.parts) {
      Ends next;
      for (const std::size_t at : from) next.merge(Ends{ends(one, at)});
      from = std::move(next);
    }
    return from;
  }

  Ends word(const std::string& text, std::size_t at) {
    return at < words_.size() && words_[at] == text ? Ends{at + 1} : Ends{};
  }

  const Ebnf& grammar_;
  const std::vector<std::string>& words_;
  std::map<std::pair<const Part*, std::size_t>, Ends> known_;
};

}  // namespace

bool is_sentence(const Ebnf& grammar, const std::string& rule,
                 const std::vector<std::string>& words) {
  return Recogniser{grammar, words}.ends(grammar.rules().at(rule), 0).contains(words.size());
}

Ebnf::Ebnf(std::string_view text) : rules_{Reader{text}.run()} {}

std::string Sentences::make(const std::string& rule) {
  size_ = 0;
  fields_ = 0;
  return make_name(rule);
}

std::string Sentences::make_name(const std::string& name) {
  const auto sample = samples_.find(name);
  if (sample != samples_.end()) return sample->second[random_() % sample->second.size()];
  const auto rule = grammar_.rules().find(name);
  if (rule == grammar_.rules().end()) throw std::runtime_error{"grammar: no rule " + name};
  ++size_;
  return make(rule->second, !is_capitals(name));
}

std::string Sentences::make(const Ebnf::Part& part, bool is_spaced) {
  switch (part.kind) {
    case Kind::terminal:
      used_.insert(&part);
      return part.text;
    case Kind::name:
      used_.insert(&part);
      return make_name(part.text);
    case Kind::choice:
      return make_choice(part, is_spaced);
    case Kind::sequence:
      return make_sequence(part, is_spaced);
    case Kind::optional:
      return random_() % 2 == 0 ? "" : make_sequence(part, is_spaced);
    case Kind::repeated:
      break;
  }
  std::string text;
  const std::size_t times = is_long() ? 0 : random_() % 3;
  for (std::size_t i = 0; i < times; ++i) {
    text += (text.empty() || !is_spaced ? "" : " ") + make_sequence(part, is_spaced);
  }
  return text;
}

/// Alternatives are written so that the last one always comes to an end.
std::string Sentences::make_choice(const Ebnf::Part& part, bool is_spaced) {
  const Part* chosen = &part.parts.back();
  if (!is_long()) {
    do {
      chosen = &part.parts[random_() % part.parts.size()];
    } while (fields_ > 0 && names_field(*chosen));
  }
  return make(*chosen, is_spaced);
}

std::string Sentences::make_sequence(const Ebnf::Part& part, bool is_spaced) {
  const int outer = fields_;
  std::string text;
  for (const Part& one : part.parts) {
    const std::string more = make(one, is_spaced);
    if (!text.empty() && !more.empty() && is_spaced) text += ' ';
    text += more;
    if (one.kind == Kind::name && one.text == "FIELD") ++fields_;
  }
  fields_ = outer;
  return text;
}

std::vector<std::string> Sentences::unused() const {
  std::vector<std::string> unused;
  for (const auto& [name, part] : grammar_.rules()) collect_unused(part, name, unused);
  return unused;
}

void Sentences::collect_unused(const Ebnf::Part& part, const std::string& rule,
                               std::vector<std::string>& unused) const {
  const bool is_leaf = part.kind == Kind::terminal || part.kind == Kind::name;
  if (is_leaf && !used_.contains(&part)) unused.push_back(rule + ": " + part.text);
  for (const Part& one : part.parts) collect_unused(one, rule, unused);
}

}  // namespace tocsin::topics
