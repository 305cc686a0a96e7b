// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "topics/condition.hpp"
#include "topics/topic.hpp"

namespace tocsin::topics {

/// A topic with the trees behind its `when` and behind the `unless` of its filter.
struct RandomRule {
  Topic topic;
  std::optional<Condition> when;
  std::optional<Condition> unless;
  bool is_filtered = false;

  /// Sets the texts after a tree or the topic has changed. The filter has the topic's aliases and
  /// excludes "@two"; as it has no other exclusion, it may be left out and be there again.
  void write();
};

/// An item that owns its fields, each as pieces whose concatenation is the text, so that a failing
/// one can be shortened piece by piece.
struct RandomItem {
  using Pieces = std::vector<std::string>;

  std::vector<Pieces> fields;  ///< In the order of `Field`.

  [[nodiscard]] std::string text(Field field) const;
};

/// Rules and items over a few words, so that terms occur, overlap and share beginnings. The same
/// seed gives the same cases everywhere.
class RandomRules {
 public:
  explicit RandomRules(unsigned seed) : random_{seed} {}

  [[nodiscard]] RandomRule rule(const std::string& id);
  [[nodiscard]] RandomItem item();

 private:
  [[nodiscard]] std::size_t below(std::size_t end);

  [[nodiscard]] bool one_in(std::size_t n) { return below(n) == 0; }

  [[nodiscard]] const std::string& word();
  [[nodiscard]] std::string words(std::size_t most);
  [[nodiscard]] std::string surface();
  [[nodiscard]] std::string reference();
  [[nodiscard]] Condition phrase();
  [[nodiscard]] Condition sloppy();
  [[nodiscard]] Condition pattern();
  [[nodiscard]] Condition place(std::size_t depth);
  [[nodiscard]] Condition condition(std::size_t depth, bool is_in_field);
  [[nodiscard]] RandomItem::Pieces pieces(std::size_t most);
  void add_terms(Topic& topic);

  std::mt19937 random_;
};

}  // namespace tocsin::topics
