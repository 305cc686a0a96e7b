// SPDX-License-Identifier: Apache-2.0
#include "story/story.hpp"

#include "story/signature.hpp"

namespace tocsin::story {

std::vector<Copy> copies_in(const Story& story, const Features& item, const StoryOptions& options) {
  std::vector<Copy> copies;
  for (const Member& member : story.members) {
    const bool has_both = member.signature != 0 && item.signature != 0;
    const int distance = has_both ? hamming_distance(member.signature, item.signature) : 64;
    if (distance <= options.near_distance) {
      copies.push_back({.member = &member, .distance = distance});
    } else if (share_text(member.passages, item.passages)) {
      copies.push_back({.member = &member});
    }
  }
  return copies;
}

}  // namespace tocsin::story
