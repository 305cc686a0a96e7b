// SPDX-License-Identifier: Apache-2.0
// Holds the compiled engine against the plain evaluator on random rules and items. More cases than
// ctest runs:
//
//   TOCSIN_PROPERTY_ROUNDS=400 build/dev/tests/topics/tocsin_topics_test
//   --gtest_filter='*Property*'

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <string>
#include <tuple>
#include <vector>

#include "topics/filter.hpp"
#include "topics/random_rules.hpp"
#include "topics/slow_evaluator.hpp"
#include "topics/topic_fixture.hpp"

namespace tocsin::topics {
namespace {

constexpr double tolerance = 1e-9;

/// The fields of a random item, for as long as they are looked at.
class OwnedItem {
 public:
  explicit OwnedItem(const RandomItem& item) {
    for (std::size_t i = 0; i < item.fields.size(); ++i) {
      texts_.push_back(item.text(static_cast<Field>(i)));
    }
  }

  [[nodiscard]] ItemFields fields() const {
    return {.title = texts_[0],
            .summary = texts_[1],
            .content = texts_[2],
            .author = texts_[3],
            .category = texts_[4],
            .source = texts_[5],
            .language = texts_[6],
            .link = texts_[7]};
  }

 private:
  std::vector<std::string> texts_;
};

std::vector<const Evidence*> in_order(const std::vector<Evidence>& evidence) {
  std::vector<const Evidence*> sorted;
  for (const Evidence& one : evidence) sorted.push_back(&one);
  std::sort(sorted.begin(), sorted.end(), [](const Evidence* a, const Evidence* b) {
    return std::tuple{a->field, a->begin, a->end, a->term} <
           std::tuple{b->field, b->begin, b->end, b->term};
  });
  return sorted;
}

std::string shown(const Evidence& one) {
  return fmt::format("{} {}-{} '{}' {}", to_string(one.field), one.begin, one.end, one.term,
                     one.contribution);
}

std::string evidence_difference(const std::vector<Evidence>& engine,
                                const std::vector<Evidence>& slow) {
  const auto left = in_order(engine);
  const auto right = in_order(slow);
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    const Evidence& a = *left[i];
    const Evidence& b = *right[i];
    const bool is_same = a.field == b.field && a.begin == b.begin && a.end == b.end &&
                         a.term == b.term && std::abs(a.contribution - b.contribution) <= tolerance;
    if (!is_same) return fmt::format("evidence {}, expected {}", shown(a), shown(b));
  }
  if (left.size() == right.size()) return {};
  return fmt::format("{} pieces of evidence, expected {}", left.size(), right.size());
}

/// What `explain` says of the topic against the plain verdict; empty when they agree.
std::string explain_difference(const Match* match, const SlowVerdict& slow) {
  if ((match != nullptr) != slow.is_known) {
    return slow.is_known ? "explain leaves the topic out"
                         : "explain tells of a topic without terms";
  }
  if (match == nullptr) return {};
  if (std::abs(match->score - slow.score) > tolerance) {
    return fmt::format("score {}, expected {}", match->score, slow.score);
  }
  if (match->fired != slow.fired) return slow.fired ? "explain: does not fire" : "explain: fires";
  if (match->gate_failed != slow.gate_failed) return "explain: another 'when'";
  if (match->is_foreign_language != slow.is_foreign_language) return "another language";
  if (match->missing != slow.missing) return "other required groups are missing";
  if (match->excluded_by != slow.excluded_by) return "other exclusions occur";
  if (match->filtered_by.empty() == slow.is_filtered) return "another filter";
  return evidence_difference(match->evidence, slow.evidence);
}

const Match* match_of(const std::vector<Match>& matches, const std::string& id) {
  const auto found = std::find_if(matches.begin(), matches.end(),
                                  [&](const Match& match) { return match.topic->id == id; });
  return found == matches.end() ? nullptr : &*found;
}

/// Both verdicts of a set of rules on one item.
class Verdicts {
 public:
  Verdicts(const RuleSet& rules, const ItemFields& item)
      : all_{rules.explain(item)},
        fired_{rules.match(item)} {}

  /// What they say of one topic, against the plain verdict.
  [[nodiscard]] std::string difference(const std::string& id, const SlowVerdict& slow) const {
    std::string told = explain_difference(match_of(all_, id), slow);
    if (!told.empty()) return told;
    const Match* match = match_of(fired_, id);
    if ((match != nullptr) != slow.fired) return slow.fired ? "does not fire" : "fires";
    if (match != nullptr) told = explain_difference(match, slow);
    return told.empty() ? told : "in match: " + told;
  }

 private:
  std::vector<Match> all_;
  std::vector<Match> fired_;
};

std::string difference_alone(const RandomRule& rule, const RandomItem& item) {
  Diagnostics diagnostics;
  const auto rules = RuleSet::compile({rule.topic}, diagnostics);
  if (!rules) return {};  // what was cut away broke the rule
  const OwnedItem owned{item};
  const ItemFields fields = owned.fields();
  return Verdicts{**rules, fields}.difference(
      rule.topic.id, slow_verdict(rule.topic, rule.when, rule.unless, fields));
}

/// Cuts a failing case down: whatever can go without the difference going is left out.
class Shrinker {
 public:
  Shrinker(RandomRule rule, RandomItem item) : rule_{std::move(rule)}, item_{std::move(item)} {}

  std::string run() {
    if (difference_alone(rule_, item_).empty()) return "only among the other rules of its set";
    bool is_smaller = true;
    while (is_smaller)
      is_smaller = shorten_item() || shorten_topic() || shorten_filter() || shorten_when();
    const std::string filter =
        rule_.is_filtered ? join_lines(filter_lines(*rule_.topic.filters.front())) : "";
    return fmt::format("{}\n{}{}{}", difference_alone(rule_, item_), write_topic(rule_.topic),
                       filter, item_text());
  }

 private:
  /// Keeps the change if the case still fails.
  bool keep(const std::function<void(RandomRule&, RandomItem&)>& change) {
    RandomRule rule = rule_;
    RandomItem item = item_;
    change(rule, item);
    rule.write();
    if (difference_alone(rule, item).empty()) return false;
    rule_ = std::move(rule);
    item_ = std::move(item);
    return true;
  }

  bool shorten_item() {
    for (std::size_t field = 0; field < item_.fields.size(); ++field) {
      for (std::size_t i = 0; i < item_.fields[field].size(); ++i) {
        if (keep([&](RandomRule&, RandomItem& item) { erase(item.fields[field], i); })) return true;
      }
    }
    return false;
  }

  template <typename List>
  bool shorten(List Topic::*list) {
    for (std::size_t i = 0; i < (rule_.topic.*list).size(); ++i) {
      if (keep([&](RandomRule& rule, RandomItem&) { erase(rule.topic.*list, i); })) return true;
    }
    return false;
  }

  bool shorten_topic() {
    if (shorten(&Topic::terms) || shorten(&Topic::require) || shorten(&Topic::exclude) ||
        shorten(&Topic::aliases) || shorten(&Topic::languages)) {
      return true;
    }
    for (std::size_t alias = 0; alias < rule_.topic.aliases.size(); ++alias) {
      for (std::size_t i = 0; i < rule_.topic.aliases[alias].second.size(); ++i) {
        const auto change = [&](RandomRule& rule, RandomItem&) {
          erase(rule.topic.aliases[alias].second, i);
        };
        if (keep(change)) return true;
      }
    }
    return false;
  }

  bool shorten_filter() {
    if (!rule_.is_filtered) return false;
    return keep([](RandomRule& rule, RandomItem&) { rule.is_filtered = false; }) ||
           (rule_.unless && keep([](RandomRule& rule, RandomItem&) { rule.unless.reset(); }));
  }

  bool shorten_when() {
    if (!rule_.when) return false;
    if (keep([](RandomRule& rule, RandomItem&) { rule.when.reset(); })) return true;
    for (std::size_t i = 0; i < rule_.when->children.size(); ++i) {
      const auto hoist = [i](RandomRule& rule, RandomItem&) {
        Condition child = rule.when->children[i];
        rule.when = std::move(child);
      };
      if (keep(hoist)) return true;
      const bool is_list =
          rule_.when->kind == Condition::Kind::all || rule_.when->kind == Condition::Kind::any;
      if (is_list && rule_.when->children.size() > 2 &&
          keep([i](RandomRule& rule, RandomItem&) { erase(rule.when->children, i); })) {
        return true;
      }
    }
    return false;
  }

  template <typename List>
  static void erase(List& list, std::size_t i) {
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(i));
  }

  [[nodiscard]] std::string item_text() const {
    std::string text;
    for (std::size_t i = 0; i < item_.fields.size(); ++i) {
      const auto field = static_cast<Field>(i);
      if (item_.text(field).empty()) continue;
      text += fmt::format("{}: {}\n", to_string(field), item_.text(field));
    }
    return text;
  }

  RandomRule rule_;
  RandomItem item_;
};

/// What a number of rounds did, so that the test knows its cases were worth something.
struct Tally {
  std::size_t cases = 0;
  std::size_t known = 0;  ///< A term occurs.
  std::size_t fired = 0;
  std::size_t gates_held = 0;
  std::size_t gates_failed = 0;
  std::size_t filtered = 0;

  void add(const RandomRule& rule, const SlowVerdict& verdict) {
    ++cases;
    known += verdict.is_known ? 1 : 0;
    fired += verdict.fired ? 1 : 0;
    filtered += verdict.is_filtered ? 1 : 0;
    if (!rule.when) return;
    ++(verdict.gate_failed ? gates_failed : gates_held);
  }
};

/// One set of rules on some items.
void run_round(unsigned seed, Tally& tally) {
  constexpr int rules_in_a_set = 12;
  constexpr int items_in_a_round = 8;
  RandomRules random{seed};
  std::vector<RandomRule> rules;
  std::vector<Topic> topics;
  for (int i = 0; i < rules_in_a_set; ++i) {
    rules.push_back(random.rule(fmt::format("t{:02}", i)));
    topics.push_back(rules.back().topic);
  }
  Diagnostics diagnostics;
  const auto set = RuleSet::compile(topics, diagnostics);
  ASSERT_TRUE(set.has_value()) << "seed " << seed << ": " << to_line(diagnostics.front());
  for (int i = 0; i < items_in_a_round; ++i) {
    const RandomItem item = random.item();
    const OwnedItem owned{item};
    const Verdicts verdicts{**set, owned.fields()};
    for (const RandomRule& rule : rules) {
      const SlowVerdict slow = slow_verdict(rule.topic, rule.when, rule.unless, owned.fields());
      const std::string told = verdicts.difference(rule.topic.id, slow);
      ASSERT_EQ(told, "") << "seed " << seed << ", item " << i
                          << ", cut down: " << Shrinker{rule, item}.run();
      tally.add(rule, slow);
    }
  }
}

/// The rounds of one test: those of ctest are spread over several.
unsigned rounds() {
  constexpr unsigned usual = 12;
  const char* const wanted = std::getenv("TOCSIN_PROPERTY_ROUNDS");
  return wanted == nullptr ? usual : static_cast<unsigned>(std::strtoul(wanted, nullptr, 10));
}

class RuleSetProperty : public testing::TestWithParam<unsigned> {};

TEST_P(RuleSetProperty, AgreesWithThePlainEvaluator) {
  Tally tally;
  const unsigned first = GetParam() * rounds();
  for (unsigned i = 0; i < rounds() && !HasFatalFailure(); ++i) run_round(first + i, tally);
  RecordProperty("cases", static_cast<int>(tally.cases));
  // Rules that never match, or always, would show nothing.
  EXPECT_GT(tally.known, tally.cases / 2);
  EXPECT_GT(tally.fired, tally.cases / 20);
  EXPECT_GT(tally.filtered, tally.cases / 200);
  EXPECT_GT(tally.gates_held, tally.cases / 20);
  EXPECT_GT(tally.gates_failed, tally.cases / 20);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RuleSetProperty, testing::Range(0U, 5U));

}  // namespace
}  // namespace tocsin::topics
