// SPDX-License-Identifier: Apache-2.0
#include "topics/compiled_topic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "base/utf8.hpp"

namespace tocsin::topics {
namespace {

class Compiler {
 public:
  Compiler(std::uint32_t number, const IndexParts& parts,
           const std::function<void(std::string)>& tell)
      : number_{number},
        parts_{parts},
        tell_{tell} {}

  CompiledTopic run(const Topic& topic) {
    compiled_.topic = &topic;
    compiled_.threshold = topic.threshold;
    compiled_.average_length = topic.average_length;
    compiled_.saturation = topic.saturation;
    compiled_.weights.reserve(topic.terms.size());
    compiled_.slots.reserve(topic.terms.size() + topic.require.size() + topic.exclude.size());
    for (const Term& term : topic.terms) compiled_.positive += std::max(term.weight, 0.0);
    if (!(compiled_.positive > 0) || !std::isfinite(compiled_.positive)) {
      tell_("no term has a weight above zero");
    }
    for (std::size_t i = 0; i < topic.terms.size(); ++i) {
      add("term", topic.terms[i].text, open_slot(Slot::Role::term, i));
      compiled_.weights.push_back(topic.terms[i].weight);
      post(topic.terms[i].weight);
    }
    for (std::size_t i = 0; i < topic.require.size(); ++i) {
      Slot& slot = open_slot(Slot::Role::required, i);
      for (const std::string& any : topic.require[i].any) add("required", any, slot);
    }
    for (std::size_t i = 0; i < topic.exclude.size(); ++i) {
      add("exclusion", topic.exclude[i], open_slot(Slot::Role::excluded, i));
    }
    compiled_.phrases.shrink_to_fit();
    add_gate();
    return std::move(compiled_);
  }

 private:
  Slot& open_slot(Slot::Role role, std::size_t index) {
    compiled_.slots.push_back(
        {.role = role, .phrase_count = 0, .index = static_cast<std::uint32_t>(index)});
    return compiled_.slots.back();
  }

  /// Of the slot opened last.
  [[nodiscard]] std::span<const std::uint32_t> open_phrases() const {
    return std::span{compiled_.phrases}.last(compiled_.slots.back().phrase_count);
  }

  void add(std::string_view what, const std::string& written, Slot& slot) {
    auto phrases = parse_reference(written, *compiled_.topic);
    if (!phrases) {
      tell_(fmt::format("{} '{}' {}", what, escape_for_line(written), phrases.error().message));
      return;
    }
    for (Phrase& phrase : *phrases) {
      if (!compiled_.topic->stem.empty()) stem_words(phrase, compiled_.topic->stem);
      const std::uint32_t number = parts_.phrases.add(phrase);
      const auto known = open_phrases();
      if (std::find(known.begin(), known.end(), number) != known.end()) continue;
      compiled_.phrases.push_back(number);
      ++slot.phrase_count;
    }
  }

  /// Lets the phrases of the last slot, a term, speak for the topic.
  void post(double weight) {
    if (!(weight > 0)) return;
    const bool can_fire = compiled_.topic->status != Status::retired;
    const double share =
        can_fire ? weight / (compiled_.positive * compiled_.topic->threshold) : 0.0;
    for (const std::uint32_t phrase : open_phrases()) {
      parts_.terms.add({.phrase = phrase, .topic = number_, .group = parts_.group, .share = share});
    }
  }

  void add_gate() {
    if (compiled_.topic->when.empty()) return;
    auto gate = Gate::parse(compiled_.topic->when, *compiled_.topic);
    if (gate) {
      compiled_.gate = std::move(*gate);
      if (!compiled_.topic->stem.empty()) compiled_.gate->stem(compiled_.topic->stem);
    } else {
      tell_(fmt::format("'when', character {}: {}", gate.error().character + 1,
                        gate.error().message));
    }
  }

  std::uint32_t number_;
  const IndexParts& parts_;
  const std::function<void(std::string)>& tell_;
  CompiledTopic compiled_;
};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// "en" of "en-GB" or "EN_us".
std::string primary_subtag(std::string_view language) {
  std::string subtag{language.substr(0, language.find_first_of("-_"))};
  std::transform(subtag.begin(), subtag.end(), subtag.begin(), lower);
  return subtag;
}

}  // namespace

CompiledTopic compile_topic(const Topic& topic, std::uint32_t number, const IndexParts& parts,
                            const std::function<void(std::string)>& tell) {
  return Compiler{number, parts, tell}.run(topic);
}

bool is_foreign(const Topic& topic, std::string_view language) {
  if (topic.languages.empty() || language.empty()) return false;
  const std::string wanted = primary_subtag(language);
  return std::none_of(topic.languages.begin(), topic.languages.end(),
                      [&](const std::string& one) { return primary_subtag(one) == wanted; });
}

}  // namespace tocsin::topics
