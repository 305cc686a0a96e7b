// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::topics {

/// A grammar as docs/reference/topics.md writes it: `name = part part | part ;` with [ optional ],
/// { repeated }, ( grouped ) and "terminal". Parts of rules in small letters are put together with
/// spaces, those of rules in capitals without.
class Ebnf {
 public:
  struct Part {
    enum class Kind : std::uint8_t { sequence, choice, optional, repeated, terminal, name };

    Kind kind = Kind::sequence;
    std::vector<Part> parts;
    std::string text;
  };

  /// Throws std::runtime_error where the grammar itself is broken.
  explicit Ebnf(std::string_view text);

  [[nodiscard]] const std::map<std::string, Part>& rules() const { return rules_; }

 private:
  std::map<std::string, Part> rules_;
};

/// Tells whether words are a sentence of a grammar. A word is a terminal or the name of a rule in
/// capitals, which whoever cut the text into words has recognised.
[[nodiscard]] bool is_sentence(const Ebnf& grammar, const std::string& rule,
                               const std::vector<std::string>& words);

/// Makes sentences of a grammar and remembers which of its parts it came by.
class Sentences {
 public:
  using Samples = std::map<std::string, std::vector<std::string>>;

  /// `samples` stand for the names that the grammar leaves to prose.
  Sentences(const Ebnf& grammar, Samples samples, unsigned seed)
      : grammar_{grammar},
        samples_{std::move(samples)},
        random_{seed} {}

  [[nodiscard]] std::string make(const std::string& rule);

  /// The parts that no sentence has needed so far, as the rule and the alternative.
  [[nodiscard]] std::vector<std::string> unused() const;

 private:
  /// From here on a sentence only comes to its end.
  [[nodiscard]] bool is_long() const { return size_ > 40; }

  std::string make(const Ebnf::Part& part, bool is_spaced);
  std::string make_choice(const Ebnf::Part& part, bool is_spaced);
  std::string make_sequence(const Ebnf::Part& part, bool is_spaced);
  std::string make_name(const std::string& name);
  void collect_unused(const Ebnf::Part& part, const std::string& rule,
                      std::vector<std::string>& unused) const;

  const Ebnf& grammar_;
  Samples samples_;
  std::mt19937 random_;
  std::set<const Ebnf::Part*> used_;
  int size_ = 0;    ///< Rules that the sentence has taken so far.
  int fields_ = 0;  ///< How many fields the place is in: one at most.
};

}  // namespace tocsin::topics
