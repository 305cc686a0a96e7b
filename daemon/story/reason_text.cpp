// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>

#include "story/story_book.hpp"

namespace tocsin::story {
namespace {

std::string hundredths(double value) {
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "%.2f", value);
  return digits.data();
}

/// "(cosine 0.48: veldora, maris)"
std::string likeness(const Reason& reason) {
  std::string text = "(cosine " + hundredths(reason.similarity);
  for (std::size_t i = 0; i < reason.shared.size(); ++i) {
    text += (i == 0 ? ": " : ", ") + reason.shared[i];
  }
  return text + ")";
}

std::string of_first(const Reason& reason) {
  if (reason.similarity <= 0) return "no open story shares telling words with it";
  return "no open story is enough like it; the nearest " + likeness(reason);
}

std::string of_duplicate(const Reason& reason) {
  if (reason.distance < 0) return "one text is part of the other " + likeness(reason);
  return "the text is the same but for " + std::to_string(reason.distance) + " of 64 bits " +
         likeness(reason);
}

}  // namespace

std::string why(StoryStatus status, const Reason& reason) {
  std::string text = std::string{to_string(status)} + ": ";
  if (reason.joined == Joined::by_hand) return text + "put here by hand";
  switch (status) {
    case StoryStatus::first:
      return text + of_first(reason);
    case StoryStatus::duplicate:
      return text + of_duplicate(reason);
    case StoryStatus::corroborated:
      return text + "a source of its own tells of the same event " + likeness(reason);
    case StoryStatus::update:
      return text + "a source that told of it before says more " + likeness(reason);
  }
  return text;
}

}  // namespace tocsin::story
