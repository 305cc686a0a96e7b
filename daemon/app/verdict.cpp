// SPDX-License-Identifier: Apache-2.0
#include "app/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "app/match_json.hpp"
#include "app/output.hpp"
#include "app/wrap.hpp"
#include "base/time_format.hpp"
#include "topics/topic.hpp"

namespace tocsin::app {
namespace {

using nlohmann::json;
using topics::AbsentTerm;

/// Below this many terms a list is told in full.
constexpr std::size_t terms_told = 5;

bool is_named(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// "a, b or c".
std::string either(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += shown(names[i]);
  }
  return text;
}

std::string places_of(const topics::TermPart& part, const ItemLine& item) {
  std::string text = shown(part.term) + ":";
  for (const topics::Evidence& one : part.places) {
    text +=
        fmt::format("{} {} {}-{} \"{}\"", &one == &part.places.front() ? "" : ",",
                    topics::to_string(one.field), one.begin, one.end, shown(surface(one, item)));
  }
  return text;
}

/// ", and lifts x 0.5" for a term with which a required group is no longer absent.
std::string lifted_by(const AbsentTerm& term, const std::vector<topics::AbsentGroup>& groups) {
  std::string text;
  for (const topics::AbsentGroup& group : groups) {
    if (is_named(group.any, term.term)) text += fmt::format(", and lifts x {:.2g}", group.factor);
  }
  return text;
}

/// "returnees (+0.0240, and lifts x 0.5) and home (+0.0110)".
std::string with_gains(const topics::Shortfall& shortfall) {
  const std::vector<AbsentTerm>& terms = shortfall.sufficient;
  std::string text;
  for (std::size_t i = 0; i < std::min(terms.size(), terms_told); ++i) {
    if (i > 0) text += i + 1 == terms.size() ? " and " : ", ";
    text += fmt::format("{} (+{:.4f}{})", shown(terms[i].term), terms[i].gain,
                        lifted_by(terms[i], shortfall.groups));
  }
  if (terms.size() > terms_told) text += fmt::format(" and {} more", terms.size() - terms_told);
  return text;
}

/// Everything that keeps a topic from firing, and what would have been needed.
class Reasons {
 public:
  Reasons(const Verdict& verdict, const ItemLine& item)
      : verdict_{verdict},
        match_{verdict.match},
        topic_{*verdict.match.topic},
        item_{item} {}

  std::string run() {
    if (topic_.status == topics::Status::retired) line("status", "the topic is retired");
    if (verdict_.is_left_out) line("feed", "its feed is not held against this topic");
    if (match_.is_foreign_language) {
      line("language", "the item is in " + shown(item_.language) + ", the topic in " +
                           either(topic_.languages));
    }
    for (const std::string& name : match_.excluded_by) line("excluded", "by " + shown(name));
    for (const topics::Filtered& one : match_.filtered_by) {
      line("filter", fmt::format("{} ({}) holds: {}", shown(one.filter), shown(one.title),
                                 shown(one.reason)));
    }
    if (match_.gate_failed) tell_gate();
    for (const topics::AbsentGroup& group : verdict_.shortfall.groups) {
      line("missing",
           either(group.any) + (group.factor > 0 ? fmt::format("; score x {:.2g}", group.factor)
                                                 : "; without, the score is dropped"));
    }
    tell_terms();
    return std::move(lines_);
  }

 private:
  void tell_gate() {
    line("when", "does not hold:");
    tell_part(verdict_.gate, 1);
  }

  void tell_part(const topics::GatePart& part, std::size_t depth) {
    constexpr std::size_t deepest = 12;
    constexpr std::size_t longest = 4000;
    const std::string indent(4 + 2 * std::min(depth, deepest), ' ');
    lines_ += wrapped(indent + (part.holds ? "yes  " : "no   "), shown(part.text, longest));
    for (const topics::GatePart& inner : part.parts) tell_part(inner, depth + 1);
  }

  void line(std::string_view what, const std::string& text) {
    lines_ += wrapped(fmt::format("    {:<9} ", what), text);
  }

  void tell_terms() {
    const topics::Shortfall& shortfall = verdict_.shortfall;
    if (match_.score > 0 && match_.score >= topic_.threshold) return;
    const std::string by = fmt::format("by {:.4f}", topic_.threshold - match_.score);
    if (!shortfall.is_within_reach) {
      line("short", by + "; all its other terms together would not suffice");
    } else if (!shortfall.sufficient.empty()) {
      line("short", by + "; enough, once each: " + with_gains(shortfall));
    }
  }

  const Verdict& verdict_;
  const topics::Match& match_;
  const topics::Topic& topic_;
  const ItemLine& item_;
  std::string lines_;
};

std::string decision_line(const store::MatchRow& row) {
  return wrapped("    daemon    ",
                 fmt::format("{} on {}, version {}, revision {} of the item: {}",
                             row.fired ? "fired" : "silent", to_rfc3339(row.matched_at),
                             row.rule_version, row.item_revision, row.outcome));
}

json json_of(const topics::GatePart& part) {
  auto parts = json::array();
  for (const topics::GatePart& inner : part.parts) parts.push_back(json_of(inner));
  return {{"text", part.text}, {"holds", part.holds}, {"parts", std::move(parts)}};
}

json json_of(const std::vector<AbsentTerm>& terms) {
  auto list = json::array();
  for (const AbsentTerm& term : terms) {
    list.push_back({{"term", term.term}, {"weight", term.weight}, {"gain", term.gain}});
  }
  return list;
}

}  // namespace

double Verdict::ratio() const {
  return ratio_of(match);
}

bool Verdict::is_bare() const {
  return match.score <= 0 && match.evidence.empty() && match.excluded_by.empty() &&
         decisions.empty();
}

std::vector<Verdict> verdicts_of(const topics::RuleSet& rules, const FoundItem& found,
                                 const std::vector<std::string>& wanted) {
  const topics::ItemFields fields = found.item.fields();
  std::vector<topics::Match> told = rules.explain(fields);
  std::vector<Verdict> all;
  for (const topics::Topic& topic : rules.topics()) {
    if (!wanted.empty() && !is_named(wanted, topic.id)) continue;
    Verdict& verdict = all.emplace_back();
    verdict.match.topic = &topic;
    for (topics::Match& match : told) {
      if (match.topic == &topic) verdict.match = std::move(match);
    }
    verdict.shortfall = topics::shortfall_of(verdict.match, fields);
    if (!topic.when.empty()) verdict.gate = topics::gate_parts(topic, fields);
    verdict.is_left_out =
        !found.topics_of_its_feed.empty() && !is_named(found.topics_of_its_feed, topic.id);
    for (const store::MatchRow& row : found.decisions) {
      if (row.topic == topic.id) verdict.decisions.push_back(row);
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const Verdict& a, const Verdict& b) {
    if (a.match.fired != b.match.fired) return a.match.fired;
    return a.ratio() > b.ratio();
  });
  return all;
}

std::string describe(const Verdict& verdict, const ItemLine& item) {
  const topics::Match& match = verdict.match;
  if (verdict.is_bare()) return emphasised(match.topic->id) + ": nothing of it occurs\n";
  std::string lines = emphasised(match.topic->id);
  lines += fmt::format(": {}, {:.2f} x its threshold (score {:.4f} of {:.4f}){}\n",
                       match.fired ? "fires" : "silent", verdict.ratio(), match.score,
                       match.topic->threshold,
                       match.topic->status == topics::Status::experimental ? ", lab" : "");
  for (const topics::TermPart& part : verdict.shortfall.terms) {
    lines += wrapped(fmt::format("    {:<+9.4f} ", part.contribution), places_of(part, item));
  }
  if (!match.fired || verdict.is_left_out) lines += Reasons{verdict, item}.run();
  for (const store::MatchRow& row : verdict.decisions) lines += decision_line(row);
  return lines;
}

json to_json(const Verdict& verdict, const ItemLine& item) {
  json object = to_json(verdict.match, item);
  object["ratio"] = verdict.ratio();
  object["status"] = topics::to_string(verdict.match.topic->status);
  object["rule_digest"] = verdict.match.topic->digest;
  object["foreign_language"] = verdict.match.is_foreign_language;
  object["feed_left_out"] = verdict.is_left_out;
  auto groups = json::array();
  for (const topics::AbsentGroup& group : verdict.shortfall.groups) {
    groups.push_back({{"any", group.any}, {"factor", group.factor}});
  }
  object["absent_groups"] = std::move(groups);
  object["score_with_groups"] = verdict.shortfall.score_with_groups;
  object["absent"] = json_of(verdict.shortfall.absent);
  object["sufficient"] = json_of(verdict.shortfall.sufficient);
  const bool has_gate = !verdict.match.topic->when.empty();
  object["when"] = has_gate ? json_of(verdict.gate) : json();
  auto decisions = json::array();
  for (const store::MatchRow& row : verdict.decisions) {
    decisions.push_back({{"at", to_rfc3339(row.matched_at)},
                         {"rule_version", row.rule_version},
                         {"item_revision", row.item_revision},
                         {"score", row.score},
                         {"threshold", row.threshold},
                         {"fired", row.fired},
                         {"outcome", row.outcome}});
  }
  object["daemon"] = std::move(decisions);
  return object;
}

}  // namespace tocsin::app
