// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tocsin::topics {

struct Topic;

/// What the scoring formulas of some topics have at most in common on one text.
struct FormulaBounds {
  double relative_length = 1;  ///< The least of any topic.
  double least_saturation = 0;
  double greatest_saturation = 0;

  /// Not below what a term of weight 1 adds to any topic. The formula falls with the length, and
  /// either rises or falls with the saturation, so that one of its ends gives the most.
  [[nodiscard]] double most(double frequency) const;
};

/// Topics in groups that go by about the same length of text, so that what their formulas have at
/// most in common is close to what each of them says. Among all topics one that was made for long
/// articles would have all others judged on texts that cannot make them fire.
class FormulaGroups {
 public:
  static constexpr std::size_t most = 17;

  /// The number of the group that the topic joins; groups are numbered as they come.
  std::uint32_t join(const Topic& topic);

  [[nodiscard]] std::size_t size() const { return groups_.size(); }

  /// Of the group, on a text of so many words, those of the title counted twice.
  [[nodiscard]] FormulaBounds bounds(std::size_t group, double length) const;

 private:
  struct Group {
    int step = 0;  ///< Of lengths.
    double longest_average = 0;
    double least_saturation = 0;
    double greatest_saturation = 0;
  };

  std::vector<Group> groups_;
};

}  // namespace tocsin::topics
