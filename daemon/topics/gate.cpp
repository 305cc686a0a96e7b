// SPDX-License-Identifier: Apache-2.0
#include "topics/gate.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <tuple>

#include "topics/phrase_index.hpp"
#include "topics/slop.hpp"
#include "topics/word_bits.hpp"

namespace tocsin::topics {
namespace {

using Kind = GateNode::Kind;

/// Words [first, last] of one field.
struct Place {
  Field field = Field::title;
  std::size_t first = 0;
  std::size_t last = 0;
};

using Places = std::vector<Place>;

bool is_before(const Place& a, const Place& b) {
  return std::tuple{a.field, a.first} < std::tuple{b.field, b.first};
}

/// True when one of `places`, which are in order, starts behind `before` by `number` words at most.
bool follows(const Place& before, const Places& places, std::size_t number) {
  const Place next{.field = before.field, .first = before.last + 1};
  const auto found = std::lower_bound(places.begin(), places.end(), next, is_before);
  return found != places.end() && found->field == before.field &&
         found->first - before.last <= number;
}

/// The first eight bytes of a word, with zeros behind a shorter one.
std::uint64_t start_of(std::string_view padded) {
  constexpr std::size_t looked = sizeof(std::uint64_t);
  return word_bits::load<std::uint64_t>(padded.data()) &
         word_bits::mask<std::uint64_t>(std::min(padded.size(), looked));
}

/// What words with which a phrase begins have in common, at a glance.
struct Opening {
  std::uint64_t start = 0;
  std::uint64_t mask = 0;

  Opening(const Phrase& phrase, const Segment& segment) {
    const std::string& word = phrase.words.front();
    const bool is_open = phrase.is_prefix && phrase.words.size() == 1;
    // A prefix is not compared with stems.
    if (is_open && !segment.stems.empty()) return;
    const std::size_t looked = std::min(word.size(), sizeof start);
    std::memcpy(&start, word.data(), looked);
    mask = is_open ? word_bits::mask<std::uint64_t>(looked) : UINT64_MAX;
  }
};

/// One item under one gate; fields outside of the scored text are cut when first asked for.
class Evaluation {
 public:
  Evaluation(const ScoredText& text, const ItemFields& item, std::size_t& steps)
      : text_{text},
        item_{item},
        steps_{steps} {}

  bool holds(const GateNode& node) {
    ++steps_;
    switch (node.kind) {
      case Kind::phrase:
        return occurs(node);
      case Kind::sloppy:
        return is_sloppy(node);
      case Kind::pattern:
        return is_found(node);
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
        return counts_to(node);
    }
    return false;
  }

 private:
  bool counts_to(const GateNode& node) {
    std::size_t held = 0;
    for (const GateNode& child : node.children) {
      if (holds(child)) ++held;
      if (held >= node.number) return true;
    }
    return false;
  }

  /// The place that follows nearest decides, so each place is looked up once.
  bool near(const GateNode& node) {
    const Places left = places(node.children[0]);
    const Places right = places(node.children[1]);
    const auto is_followed_in = [&](const Places& places) {
      return [&](const Place& place) {
        ++steps_;
        return follows(place, places, node.number);
      };
    };
    if (std::any_of(left.begin(), left.end(), is_followed_in(right))) return true;
    return !node.is_ordered && std::any_of(right.begin(), right.end(), is_followed_in(left));
  }

  bool is_sloppy(const GateNode& node) {
    return any_segment(node, [&](const Segment& segment) {
      return stands_within(node.phrases, node.number, segment, steps_);
    });
  }

  /// Patterns see what is written, so they are not bound to the words that are scored.
  bool is_found(const GateNode& node) {
    const std::vector<Field> looked =
        node.field ? std::vector{*node.field}
                   : std::vector{Field::title, Field::summary, Field::content};
    return std::any_of(looked.begin(), looked.end(), [&](Field field) {
      const std::string_view text = field_text(item_, field);
      steps_ += std::min(text.size(), Pattern::looked_bytes) * node.pattern->size();
      return node.pattern->occurs_in(text);
    });
  }

  template <typename Holds>
  bool any_segment(const GateNode& node, const Holds& holds) {
    if (node.field) return holds(segment(*node.field));
    return std::any_of(text_.segments.begin(), text_.segments.end(), [&](const Segment& segment) {
      return segment.weight != 0 && holds(segment);
    });
  }

  /// Those of the words of a segment, in a row.
  const std::vector<std::uint64_t>& starts(const Segment& segment) {
    const auto [place, is_new] = starts_.try_emplace(&segment);
    if (is_new) {
      for (std::size_t i = 0; i < segment.tokens.tokens.size(); ++i)
        place->second.push_back(start_of(segment.word(i)));
    }
    return place->second;
  }

  /// Calls `take` with the places of a phrase until it returns true; false when it never does.
  template <typename Take>
  bool find(const Phrase& phrase, const Segment& segment, const Take& take) {
    const std::vector<std::uint64_t>& all = starts(segment);
    const Opening opening{phrase, segment};
    steps_ += all.size() * phrase.words.size();
    for (std::size_t first = 0; first < all.size(); ++first) {
      if ((all[first] & opening.mask) != opening.start) continue;
      if (stands_at(phrase, segment, first) && take(first)) return true;
    }
    return false;
  }

  bool occurs(const GateNode& node) {
    return any_segment(node, [&](const Segment& segment) {
      return std::any_of(node.phrases.begin(), node.phrases.end(), [&](const Phrase& phrase) {
        return find(phrase, segment, [](std::size_t) { return true; });
      });
    });
  }

  /// In the order of `is_before`.
  Places places(const GateNode& node) {
    Places found;
    add_places(node, found);
    std::sort(found.begin(), found.end(), is_before);
    return found;
  }

  void add_places(const GateNode& node, Places& found) {
    for (const GateNode& child : node.children) add_places(child, found);
    if (node.kind != Kind::phrase) return;
    static_cast<void>(any_segment(node, [&](const Segment& segment) {
      add_places(node, segment, found);
      return false;
    }));
  }

  void add_places(const GateNode& node, const Segment& segment, Places& found) {
    for (const Phrase& phrase : node.phrases) {
      static_cast<void>(find(phrase, segment, [&](std::size_t first) {
        found.push_back(
            {.field = segment.field, .first = first, .last = first + phrase.words.size() - 1});
        return false;
      }));
    }
  }

  const Segment& segment(Field field) {
    for (const Segment& segment : text_.segments) {
      if (segment.field == field) return segment;
    }
    const auto known = others_.find(field);
    if (known != others_.end()) return known->second;
    Segment& cut = others_.emplace(field, segment_of(item_, field)).first->second;
    if (!text_.stemmer.empty()) add_stems(cut, text_.stemmer);
    return cut;
  }

  const ScoredText& text_;
  const ItemFields& item_;
  std::size_t& steps_;
  std::map<Field, Segment> others_;
  std::map<const Segment*, std::vector<std::uint64_t>> starts_;
};

void stem_node(GateNode& node, const std::string& stemmer) {
  for (Phrase& phrase : node.phrases) stem_words(phrase, stemmer);
  for (GateNode& child : node.children) stem_node(child, stemmer);
}

}  // namespace

void Gate::stem(const std::string& stemmer) {
  stem_node(root_, stemmer);
}

Gate Gate::any_of(std::vector<Phrase> phrases) {
  GateNode node;
  node.kind = Kind::phrase;
  node.phrases = std::move(phrases);
  return Gate{std::move(node)};
}

bool Gate::holds(const ScoredText& text, const ItemFields& item) const {
  std::size_t steps = 0;
  return holds(text, item, steps);
}

bool Gate::holds(const ScoredText& text, const ItemFields& item, std::size_t& steps) const {
  return Evaluation{text, item, steps}.holds(root_);
}

}  // namespace tocsin::topics
