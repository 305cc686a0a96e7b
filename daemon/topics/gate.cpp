// SPDX-License-Identifier: Apache-2.0
#include "topics/gate.hpp"

#include <algorithm>
#include <map>

#include "topics/phrase_index.hpp"

namespace tocsin::topics {
namespace {

using Kind = GateNode::Kind;

/// Words [first, last] of one field.
struct Place {
  Field field = Field::title;
  std::size_t first = 0;
  std::size_t last = 0;
};

bool is_within(const Place& a, const Place& b, const GateNode& near) {
  if (a.field != b.field) return false;
  if (b.first > a.last) return b.first - a.last <= near.number;
  return !near.is_ordered && a.first > b.last && a.first - b.last <= near.number;
}

/// One item under one gate; fields outside of the scored text are cut when first asked for.
class Evaluation {
 public:
  Evaluation(const ScoredText& text, const ItemFields& item) : text_{text}, item_{item} {}

  bool holds(const GateNode& node) {
    switch (node.kind) {
      case Kind::phrase:
        return !places(node).empty();
      case Kind::all:
        return std::all_of(node.children.begin(), node.children.end(),
                           [this](const GateNode& child) { return holds(child); });
      case Kind::any:
        return std::any_of(node.children.begin(), node.children.end(),
                           [this](const GateNode& child) { return holds(child); });
      case Kind::none:
        return !holds(node.children.front());
      case Kind::near:
        return near(node);
      case Kind::at_least:
        return static_cast<std::size_t>(std::count_if(
                   node.children.begin(), node.children.end(),
                   [this](const GateNode& child) { return holds(child); })) >= node.number;
    }
    return false;
  }

 private:
  bool near(const GateNode& node) {
    const std::vector<Place> left = places(node.children[0]);
    const std::vector<Place> right = places(node.children[1]);
    return std::any_of(left.begin(), left.end(), [&](const Place& a) {
      return std::any_of(right.begin(), right.end(),
                         [&](const Place& b) { return is_within(a, b, node); });
    });
  }

  std::vector<Place> places(const GateNode& node) {
    std::vector<Place> found;
    if (node.kind == Kind::any) {
      for (const GateNode& child : node.children) {
        const std::vector<Place> more = places(child);
        found.insert(found.end(), more.begin(), more.end());
      }
      return found;
    }
    if (node.field) {
      add_places(node, segment(*node.field), found);
      return found;
    }
    for (const Segment& segment : text_.segments) {
      if (segment.weight != 0) add_places(node, segment, found);
    }
    return found;
  }

  static void add_places(const GateNode& node, const Segment& segment, std::vector<Place>& found) {
    for (std::size_t first = 0; first < segment.tokens.tokens.size(); ++first) {
      for (const Phrase& phrase : node.phrases) {
        if (!stands_at(phrase, segment, first)) continue;
        found.push_back(
            {.field = segment.field, .first = first, .last = first + phrase.words.size() - 1});
      }
    }
  }

  const Segment& segment(Field field) {
    for (const Segment& segment : text_.segments) {
      if (segment.field == field) return segment;
    }
    const auto known = others_.find(field);
    if (known != others_.end()) return known->second;
    return others_.emplace(field, segment_of(item_, field)).first->second;
  }

  const ScoredText& text_;
  const ItemFields& item_;
  std::map<Field, Segment> others_;
};

}  // namespace

bool Gate::holds(const ScoredText& text, const ItemFields& item) const {
  return Evaluation{text, item}.holds(root_);
}

}  // namespace tocsin::topics
