// SPDX-License-Identifier: Apache-2.0
#include "topics/tune_features.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "topics/background.hpp"
#include "topics/common_words.hpp"
#include "topics/phrase.hpp"
#include "topics/score.hpp"
#include "topics/scored_text.hpp"
#include "topics/shortfall.hpp"

namespace tocsin::topics {
namespace {

/// Most words of a candidate.
constexpr std::size_t longest_candidate = 3;
/// A word that so many of a hundred background items hold is ordinary.
constexpr double ordinary_share = 0.05;

Result<std::shared_ptr<const RuleSet>> alone(Topic topic) {
  Diagnostics diagnostics;
  auto rules = RuleSet::compile({std::move(topic)}, diagnostics);
  if (rules) return rules;
  return fail(Errc::invalid_input,
              diagnostics.empty() ? rules.error().message : to_line(diagnostics.front()));
}

Match verdict(const RuleSet& rules, const ItemFields& item) {
  for (Match& match : rules.explain(item)) return std::move(match);
  Match nothing;
  nothing.topic = &rules.topics().front();
  return nothing;
}

/// The same topic with nothing that could stop it, and further terms: whatever occurs is evidence.
Topic open_topic(const Topic& topic, const std::vector<std::string>& more) {
  Topic open = topic;
  open.require.clear();
  open.exclude.clear();
  open.when.clear();
  open.languages.clear();
  open.status = Status::stable;
  open.threshold = 0;
  for (Term& term : open.terms) term.weight = 1;
  for (const std::string& term : more) open.terms.push_back({.text = term, .weight = 1});
  return open;
}

double factor_of(const Match& match, const ItemFields& item) {
  double factor = 1;
  for (const AbsentGroup& group : shortfall_of(match, item).groups) factor *= group.factor;
  return factor;
}

TuneItem item_of(const RuleSet& rules, const RuleSet& open, const JudgedItem& judged) {
  const Match own = verdict(rules, judged.item);
  const double factor = factor_of(own, judged.item);
  TuneItem item;
  item.is_relevant = judged.is_relevant;
  item.is_test = judged.is_test;
  item.is_blocked =
      own.gate_failed || own.is_foreign_language || !own.excluded_by.empty() || factor == 0;
  const Topic& topic = open.topics().front();
  const double length = scored_text(judged.item).length;
  const double relative = topic.average_length > 0 ? length / topic.average_length : 1.0;
  for (const TermPart& part : shortfall_of(verdict(open, judged.item), judged.item).terms) {
    item.parts[part.term] = term_part(1, part.frequency, relative, topic.saturation) * factor;
  }
  return item;
}

/// The terms of one item's text, each once.
std::set<std::string> words_of(const ItemFields& item) {
  std::set<std::string> found;
  for (const Segment& segment : scored_text(item).segments) {
    if (segment.weight == 0) continue;
    const auto& tokens = segment.tokens.tokens;
    for (std::size_t first = 0; first < tokens.size(); ++first) {
      std::string term;
      for (std::size_t count = 1; count <= longest_candidate; ++count) {
        if (first + count > tokens.size()) break;
        const text::Token& last = tokens[first + count - 1];
        if (last.is_number || last.sentence != tokens[first].sentence) break;
        if (count > 1) term += ' ';
        term += segment.tokens.key(last);
        const bool ends_well = !is_function_word(segment.tokens.key(last)) &&
                               !is_function_word(segment.tokens.key(tokens[first]));
        if (ends_well) found.insert(term);
      }
    }
  }
  return found;
}

class Candidates {
 public:
  Candidates(const Topic& topic, const Background* background) : background_{background} {
    for (const Term& term : topic.terms) know(term.text, topic);
    for (const auto& [name, surfaces] : topic.aliases) {
      for (const std::string& surface : surfaces) know(surface, topic);
    }
  }

  std::vector<std::string> run(const std::vector<JudgedItem>& items) {
    std::map<std::string, std::size_t> relevant;
    std::map<std::string, std::size_t> irrelevant;
    for (const JudgedItem& one : items) {
      auto& counts = one.is_relevant ? relevant : irrelevant;
      for (const std::string& term : words_of(one.item)) ++counts[term];
    }
    std::set<std::string> chosen;
    for (const auto* counts : {&relevant, &irrelevant}) {
      for (const auto& [term, count] : *counts) {
        if (count >= 2 && says_something(term)) chosen.insert(term);
      }
    }
    return {chosen.begin(), chosen.end()};
  }

 private:
  void know(const std::string& written, const Topic& topic) {
    const auto phrases = parse_reference(written, topic);
    if (!phrases) return;
    for (const Phrase& phrase : *phrases) known_.insert(spelling(phrase));
  }

  [[nodiscard]] bool says_something(const std::string& term) const {
    constexpr std::size_t shortest = 3;
    if (term.size() < shortest) return false;
    if (term.find(' ') == std::string::npos && is_common_word(term)) return false;
    const auto phrase = parse_phrase(term);
    if (!phrase || known_.contains(spelling(*phrase))) return false;
    if (background_ == nullptr || background_->item_count() == 0) return true;
    const auto share = static_cast<double>(background_->document_frequency(term)) /
                       static_cast<double>(background_->item_count());
    return share < ordinary_share;
  }

  const Background* background_;
  std::set<std::string> known_;
};

}  // namespace

Result<std::vector<TuneItem>> tune_items(const Topic& topic, const std::vector<JudgedItem>& items,
                                         const std::vector<std::string>& more) {
  const auto rules = alone(topic);
  if (!rules) return fail(rules.error());
  const auto open = alone(open_topic(topic, more));
  if (!open) return fail(open.error());
  std::vector<TuneItem> seen;
  seen.reserve(items.size());
  for (const JudgedItem& one : items) seen.push_back(item_of(**rules, **open, one));
  return seen;
}

std::vector<std::string> candidate_terms(const Topic& topic, const std::vector<JudgedItem>& items,
                                         const Background* background) {
  return Candidates{topic, background}.run(items);
}

Result<Judgement> judgement_of(const Topic& topic, const std::vector<JudgedItem>& items) {
  const auto rules = alone(topic);
  if (!rules) return fail(rules.error());
  Judgement judgement;
  for (const JudgedItem& one : items) {
    const bool fired = verdict(**rules, one.item).fired;
    ++(one.is_relevant ? judgement.relevant : judgement.irrelevant);
    if (one.is_relevant && !fired) ++judgement.missed;
    if (!one.is_relevant && fired) ++judgement.false_alarms;
  }
  return judgement;
}

}  // namespace tocsin::topics
