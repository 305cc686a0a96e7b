// SPDX-License-Identifier: Apache-2.0
#include "topics/compiled_topic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/utf8.hpp"
#include "topics/score.hpp"

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
    for (const Term& term : topic.terms) compiled_.positive += std::max(term.weight, 0.0);
    if (!(compiled_.positive > 0) || !std::isfinite(compiled_.positive)) {
      tell_("no term has a weight above zero");
    }
    for (std::size_t i = 0; i < topic.terms.size(); ++i) {
      const double weight = std::max(topic.terms[i].weight, 0.0);
      const double most = most_of_term(weight, topic.saturation) / compiled_.positive;
      add("term", topic.terms[i].text, slot(Slot::Role::term, i), most);
    }
    for (std::size_t i = 0; i < topic.require.size(); ++i) {
      for (const std::string& any : topic.require[i].any) {
        add("required", any, slot(Slot::Role::required, i), 0);
      }
    }
    for (std::size_t i = 0; i < topic.exclude.size(); ++i) {
      add("exclusion", topic.exclude[i], slot(Slot::Role::excluded, i), 0);
    }
    add_gate();
    return std::move(compiled_);
  }

 private:
  static Slot slot(Slot::Role role, std::size_t index) {
    return {.role = role, .index = static_cast<std::uint32_t>(index)};
  }

  void add(std::string_view what, const std::string& written, const Slot& slot, double most) {
    const auto phrases = parse_reference(written, *compiled_.topic);
    if (!phrases) {
      tell_(fmt::format("{} '{}' {}", what, escape_for_line(written), phrases.error().message));
      return;
    }
    const auto place = static_cast<std::uint32_t>(compiled_.slots.size());
    compiled_.slots.push_back(slot);
    for (const Phrase& phrase : *phrases) {
      const std::uint32_t number = parts_.phrases.add(phrase);
      if (parts_.postings.size() <= number) parts_.postings.resize(number + 1);
      parts_.postings[number].push_back({.topic = number_, .slot = place, .most = most});
    }
  }

  void add_gate() {
    if (compiled_.topic->when.empty()) return;
    auto gate = Gate::parse(compiled_.topic->when, *compiled_.topic);
    if (gate) {
      compiled_.gate = std::move(*gate);
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
