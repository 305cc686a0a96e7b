// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "story/story_book.hpp"

namespace tocsin::story {
namespace {

using StatusName = std::pair<StoryStatus, std::string_view>;
using JoinedName = std::pair<Joined, std::string_view>;

constexpr std::array status_names{
    StatusName{StoryStatus::first, "first"}, StatusName{StoryStatus::corroborated, "corroborated"},
    StatusName{StoryStatus::update, "update"}, StatusName{StoryStatus::duplicate, "duplicate"}};
constexpr std::array joined_names{
    JoinedName{Joined::opened, "opened"}, JoinedName{Joined::copy, "copy"},
    JoinedName{Joined::part, "part"}, JoinedName{Joined::same_event, "same-event"},
    JoinedName{Joined::by_hand, "by-hand"}};

}  // namespace

std::string_view to_string(StoryStatus status) {
  for (const auto& [value, name] : status_names) {
    if (value == status) return name;
  }
  return "first";
}

StoryStatus status_of(std::string_view word) {
  for (const auto& [value, name] : status_names) {
    if (name == word) return value;
  }
  return StoryStatus::first;
}

std::string_view to_string(Joined joined) {
  for (const auto& [value, name] : joined_names) {
    if (value == joined) return name;
  }
  return "opened";
}

Joined joined_of(std::string_view word) {
  for (const auto& [value, name] : joined_names) {
    if (name == word) return value;
  }
  return Joined::opened;
}

}  // namespace tocsin::story
