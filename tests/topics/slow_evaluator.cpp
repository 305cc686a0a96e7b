// SPDX-License-Identifier: Apache-2.0
#include "topics/slow_evaluator.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>
#include <string_view>
#include <utility>

#include "text/stem.hpp"
#include "text/tokenize.hpp"
#include "topics/filter.hpp"
#include "topics/item_language.hpp"
#include "topics/scored_text.hpp"
#include "topics/tiny_pattern.hpp"

namespace tocsin::topics {
namespace {

using Kind = Condition::Kind;

struct Word {
  std::string key;
  std::string stem;  ///< The key itself where the topic has no stemmer.
  std::string written;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool is_exact_case = false;
};

using Words = std::vector<Word>;

Words words_of(std::string_view text, std::size_t limit, const std::string& stemmer) {
  const text::Tokens tokens = text::tokenize(text, limit);
  Words words;
  for (const text::Token& token : tokens.tokens) {
    const std::string key{tokens.key(token)};
    words.push_back({.key = key,
                     .stem = std::string{text::stem(stemmer, key)},
                     .written = std::string{text.substr(token.begin, token.end - token.begin)},
                     .begin = token.begin,
                     .end = token.end,
                     .is_exact_case = token.is_exact_case});
  }
  return words;
}

/// The words of one field that are looked at.
struct Looked {
  Field field = Field::title;
  Words words;
  double weight = 1;
};

constexpr std::size_t looked_words = 300;

bool is_repeated(const Words& summary, const Words& content, std::string_view summary_text) {
  std::size_t compared = summary.size();
  // A summary cut off by "…" or ".." may end in half a word.
  while (!summary_text.empty() &&
         std::string_view{" \t\n])"}.find(summary_text.back()) != std::string_view::npos) {
    summary_text.remove_suffix(1);
  }
  const bool is_cut = summary_text.ends_with("…") || summary_text.ends_with("..");
  if (is_cut && compared > 1) --compared;
  for (std::size_t at = 0; at + compared <= content.size(); ++at) {
    bool is_same = true;
    for (std::size_t i = 0; i < compared; ++i) {
      is_same = is_same && summary[i].key == content[at + i].key;
    }
    if (is_same) return true;
  }
  return false;
}

/// Title, summary and content as far as they are scored.
std::vector<Looked> scored_fields(const ItemFields& item, const std::string& stemmer) {
  const Words title = words_of(item.title, looked_words, stemmer);
  const std::size_t left = looked_words - title.size();
  const Words summary = words_of(item.summary, left, stemmer);
  Words content = words_of(item.content, left, stemmer);
  std::vector<Looked> fields{{.field = Field::title, .words = title, .weight = 2}};
  if (content.empty() || !is_repeated(summary, content, item.summary)) {
    fields.push_back({.field = Field::summary, .words = summary});
    content.resize(std::min(content.size(), left - summary.size()));
  }
  fields.push_back({.field = Field::content, .words = content});
  return fields;
}

/// Exact forms of 2–6 capitals count only where capitals mean something.
bool is_exactly(const Word& word, const std::string& exact) {
  const std::string written = text::cased_form(word.written);
  const bool is_plain = written == exact;
  const bool is_possessive = written.rfind(exact + "'", 0) == 0;
  if (!is_plain && !is_possessive) return false;
  const bool is_acronym =
      exact.size() >= 2 && exact.size() <= 6 &&
      std::all_of(exact.begin(), exact.end(), [](unsigned char c) { return std::isupper(c) != 0; });
  return !is_acronym || word.is_exact_case;
}

/// A name as the reference page describes it.
struct Name {
  Words words;
  bool is_exact = false;
  bool is_prefix = false;
};

/// Remembered: cutting words is what takes the time of the whole test.
const Name& name_of(const std::string& reference, const std::string& stemmer) {
  static std::map<std::pair<std::string, std::string>, Name> known;
  const auto [place, is_new] = known.try_emplace({reference, stemmer});
  if (!is_new) return place->second;
  std::string_view written = reference;
  Name& name = place->second;
  name.is_exact = written.front() == '=';
  if (name.is_exact) written.remove_prefix(1);
  name.is_prefix = written.back() == '*';
  if (name.is_prefix) written.remove_suffix(1);
  name.words = words_of(written, looked_words, stemmer);
  return name;
}

bool is_word(const Name& name, std::size_t i, const Word& word) {
  const Word& wanted = name.words[i];
  if (name.is_prefix && i + 1 == name.words.size()) return word.key.rfind(wanted.key, 0) == 0;
  return word.stem == wanted.stem &&
         (!name.is_exact || is_exactly(word, text::cased_form(wanted.written)));
}

bool stands(const Name& name, const Words& words, std::size_t at) {
  if (at + name.words.size() > words.size()) return false;
  for (std::size_t i = 0; i < name.words.size(); ++i) {
    if (!is_word(name, i, words[at + i])) return false;
  }
  return true;
}

std::vector<Name> names_of(const Topic& topic, const std::string& reference) {
  std::vector<Name> names;
  if (reference.front() != '@') return {name_of(reference, topic.stem)};
  for (const auto& [alias, surfaces] : topic.aliases) {
    if ('@' + alias != reference) continue;
    for (const std::string& surface : surfaces) names.push_back(name_of(surface, topic.stem));
  }
  return names;
}

/// Words [first, last] of a field.
struct Spot {
  Field field = Field::title;
  std::size_t first = 0;
  std::size_t last = 0;
};

std::vector<Spot> spots_in(const std::vector<Name>& names, const Looked& looked) {
  std::vector<Spot> spots;
  for (std::size_t at = 0; at < looked.words.size(); ++at) {
    for (const Name& name : names) {
      if (!stands(name, looked.words, at)) continue;
      spots.push_back({.field = looked.field, .first = at, .last = at + name.words.size() - 1});
    }
  }
  return spots;
}

/// Every way to give each word a place of its own is tried, shifts in mind.
bool is_within(const Name& name, const Words& words, int slop, std::vector<int>& places) {
  const auto i = static_cast<int>(places.size());
  if (places.size() == name.words.size()) return true;
  for (int at = 0; at < static_cast<int>(words.size()); ++at) {
    if (!is_word(name, places.size(), words[static_cast<std::size_t>(at)])) continue;
    bool fits = std::find(places.begin(), places.end(), at) == places.end();
    for (int k = 0; k < i; ++k) {
      fits = fits && std::abs((at - i) - (places[static_cast<std::size_t>(k)] - k)) <= slop;
    }
    if (!fits) continue;
    places.push_back(at);
    if (is_within(name, words, slop, places)) return true;
    places.pop_back();
  }
  return false;
}

/// The first of the spots that overlap; of those that start together the longest.
std::vector<Spot> apart(const std::vector<Spot>& spots) {
  std::vector<Spot> kept;
  for (const Spot& spot : spots) {
    if (kept.empty() || spot.first > kept.back().last) {
      kept.push_back(spot);
    } else if (spot.first == kept.back().first && spot.last > kept.back().last) {
      kept.back() = spot;
    }
  }
  return kept;
}

class Evaluator {
 public:
  Evaluator(const Topic& topic, const ItemFields& item)
      : topic_{topic},
        item_{item},
        scored_{scored_fields(item, topic.stem)} {}

  SlowVerdict run(const std::optional<Condition>& when) {
    add_terms();
    apply_required();
    for (const std::string& one : topic_.exclude) {
      if (occurs(one)) verdict_.excluded_by.push_back(one);
    }
    verdict_.gate_failed = when && !holds(*when, std::nullopt);
    verdict_.is_foreign_language = is_foreign();
    verdict_.fired = verdict_.score > 0 && verdict_.score >= topic_.threshold &&
                     verdict_.excluded_by.empty() && !verdict_.gate_failed &&
                     !verdict_.is_foreign_language && topic_.status != Status::retired;
    return std::move(verdict_);
  }

 private:
  [[nodiscard]] bool occurs(const std::string& reference) const {
    const std::vector<Name> names = names_of(topic_, reference);
    return std::any_of(scored_.begin(), scored_.end(),
                       [&](const Looked& looked) { return !spots_in(names, looked).empty(); });
  }

  void add_terms() {
    double positive = 0;
    double length = 0;
    for (const Term& term : topic_.terms) positive += std::max(term.weight, 0.0);
    for (const Looked& looked : scored_) {
      length += looked.weight * static_cast<double>(looked.words.size());
    }
    const double relative = topic_.average_length == 0 ? 1 : length / topic_.average_length;
    for (const Term& term : topic_.terms) add_term(term, positive, relative);
  }

  void add_term(const Term& term, double positive, double relative) {
    const std::vector<Name> names = names_of(topic_, term.text);
    double frequency = 0;
    for (const Looked& looked : scored_) {
      frequency += looked.weight * static_cast<double>(apart(spots_in(names, looked)).size());
    }
    if (frequency == 0) return;
    if (term.weight > 0) verdict_.is_known = true;
    const double k = topic_.saturation;
    const double part =
        term.weight * frequency * (k + 1) / (frequency + k * (0.25 + 0.75 * relative)) / positive;
    verdict_.score += part;
    for (const Looked& looked : scored_) {
      for (const Spot& spot : apart(spots_in(names, looked))) {
        verdict_.evidence.push_back({.field = looked.field,
                                     .begin = looked.words[spot.first].begin,
                                     .end = looked.words[spot.last].end,
                                     .term = term.text,
                                     .contribution = part * looked.weight / frequency});
      }
    }
  }

  void apply_required() {
    for (const RequiredGroup& group : topic_.require) {
      if (std::any_of(group.any.begin(), group.any.end(),
                      [this](const std::string& one) { return occurs(one); })) {
        continue;
      }
      verdict_.score *= group.otherwise;
      for (Evidence& one : verdict_.evidence) one.contribution *= group.otherwise;
      std::string written = group.any.front();
      for (std::size_t i = 1; i < group.any.size(); ++i) written += " or " + group.any[i];
      verdict_.missing.push_back(written);
    }
  }

  [[nodiscard]] bool is_foreign() const {
    const auto primary = [](std::string_view tag) {
      std::string part{tag.substr(0, tag.find_first_of("-_"))};
      for (char& c : part) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      return part;
    };
    if (topic_.languages.empty()) return false;
    ItemLanguage known;
    const std::string language{known.of(item_)};
    if (language.empty()) return false;
    return std::none_of(topic_.languages.begin(), topic_.languages.end(),
                        [&](const std::string& one) { return primary(one) == primary(language); });
  }

  using Scope = std::optional<Field>;

  [[nodiscard]] std::size_t count_held(const Condition& condition, Scope scope) const {
    return static_cast<std::size_t>(
        std::count_if(condition.children.begin(), condition.children.end(),
                      [&](const Condition& child) { return holds(child, scope); }));
  }

  [[nodiscard]] bool holds(const Condition& condition, Scope scope) const {
    switch (condition.kind) {
      case Kind::phrase:
        return !spots(condition, scope).empty();
      case Kind::sloppy:
        return is_sloppy(condition, scope);
      case Kind::pattern:
        return is_found(condition, scope);
      case Kind::all:
        return count_held(condition, scope) == condition.children.size();
      case Kind::any:
        return count_held(condition, scope) > 0;
      case Kind::none:
        return count_held(condition, scope) == 0;
      case Kind::near:
        return is_near(condition, scope);
      case Kind::at_least:
        return count_held(condition, scope) >= condition.number;
      case Kind::in_field:
        return holds(condition.children.front(), condition.field);
    }
    return false;
  }

  [[nodiscard]] bool is_sloppy(const Condition& sloppy, Scope scope) const {
    const Name& name = name_of(sloppy.written, topic_.stem);
    const std::vector<Looked> fields = looked_at(scope);
    return std::any_of(fields.begin(), fields.end(), [&](const Looked& looked) {
      // Without this, a word that is nowhere is missed only behind all places of those before it.
      for (std::size_t i = 0; i < name.words.size(); ++i) {
        const auto is_here = [&](const Word& word) {
          return is_word(name, i, word);
        };
        if (std::none_of(looked.words.begin(), looked.words.end(), is_here)) return false;
      }
      std::vector<int> places;
      return is_within(name, looked.words, static_cast<int>(sloppy.number), places);
    });
  }

  [[nodiscard]] bool is_found(const Condition& pattern, Scope scope) const {
    const TinyPattern tiny{pattern.written, pattern.ignores_case};
    if (scope) return tiny.occurs_in(field_text(item_, *scope));
    return tiny.occurs_in(item_.title) || tiny.occurs_in(item_.summary) ||
           tiny.occurs_in(item_.content);
  }

  [[nodiscard]] bool is_near(const Condition& near, Scope scope) const {
    for (const Spot& a : spots(near.children[0], scope)) {
      for (const Spot& b : spots(near.children[1], scope)) {
        if (a.field != b.field) continue;
        if (b.first > a.last && b.first - a.last <= near.number) return true;
        if (!near.is_ordered && a.first > b.last && a.first - b.last <= near.number) return true;
      }
    }
    return false;
  }

  /// Where a phrase, or a group of phrases, stands.
  [[nodiscard]] std::vector<Spot> spots(const Condition& condition, Scope scope) const {
    if (condition.kind == Kind::in_field) {
      return spots(condition.children.front(), condition.field);
    }
    std::vector<Spot> found;
    const auto add = [&](const std::vector<Spot>& more) {
      found.insert(found.end(), more.begin(), more.end());
    };
    for (const Condition& child : condition.children) add(spots(child, scope));
    if (condition.kind != Kind::phrase) return found;
    for (const Looked& looked : looked_at(scope)) {
      add(spots_in(names_of(topic_, condition.written), looked));
    }
    return found;
  }

  /// A field is looked at as far as it is scored; one that is not scored up to 300 words.
  [[nodiscard]] std::vector<Looked> looked_at(Scope scope) const {
    if (!scope) return scored_;
    for (const Looked& looked : scored_) {
      if (looked.field == *scope) return {looked};
    }
    const std::size_t limit =
        *scope == Field::summary ? looked_words - scored_.front().words.size() : looked_words;
    return {{.field = *scope, .words = words_of(field_text(item_, *scope), limit, topic_.stem)}};
  }

  const Topic& topic_;
  const ItemFields& item_;
  std::vector<Looked> scored_;
  SlowVerdict verdict_;
};

}  // namespace

SlowVerdict slow_verdict(const Topic& topic, const std::optional<Condition>& when,
                         const std::optional<Condition>& unless, const ItemFields& item) {
  SlowVerdict verdict = Evaluator{topic, item}.run(when);
  if (!verdict.fired || topic.filters.empty()) return verdict;
  // A filter is a rule of its own: what it excludes occurs, or its condition holds.
  Topic filter;
  filter.aliases = topic.filters.front()->aliases;
  filter.exclude = topic.filters.front()->exclude;
  const SlowVerdict filtered = Evaluator{filter, item}.run(unless);
  verdict.is_filtered = !filtered.excluded_by.empty() || (unless && !filtered.gate_failed);
  verdict.fired = !verdict.is_filtered;
  return verdict;
}

}  // namespace tocsin::topics
