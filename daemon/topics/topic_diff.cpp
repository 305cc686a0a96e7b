// SPDX-License-Identifier: Apache-2.0
#include "topics/topic_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/utf8.hpp"

namespace tocsin::topics {
namespace {

using Named = std::vector<std::pair<std::string, std::string>>;  ///< Name and value.

std::string list_of(const std::vector<std::string>& parts) {
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string require_of(const Topic& topic) {
  std::string all;
  for (const RequiredGroup& group : topic.require)
    all += fmt::format("{}any of {}, otherwise {}", all.empty() ? "" : "; ", list_of(group.any),
                       group.otherwise);
  return all;
}

/// What a topic has once.
Named head_of(const Topic& topic) {
  return {{"id", topic.id},
          {"title", topic.title},
          {"status", std::string{to_string(topic.status)}},
          {"severity", fmt::to_string(topic.severity)},
          {"languages", list_of(topic.languages)},
          {"medtop", list_of(topic.medtop)},
          {"threshold", fmt::format("{}", topic.threshold)},
          {"average_length", fmt::format("{}", topic.average_length)},
          {"saturation", fmt::format("{}", topic.saturation)}};
}

Named rules_of(const Topic& topic) {
  return {
      {"require", require_of(topic)}, {"exclude", list_of(topic.exclude)}, {"when", topic.when}};
}

Named aliases_of(const Topic& topic) {
  Named aliases;
  for (const auto& [name, surfaces] : topic.aliases) aliases.emplace_back(name, list_of(surfaces));
  return aliases;
}

/// The heaviest first, as a topic file has them.
Named terms_of(const Topic& topic) {
  std::vector<Term> terms = topic.terms;
  std::stable_sort(terms.begin(), terms.end(),
                   [](const Term& a, const Term& b) { return a.weight > b.weight; });
  Named named;
  for (const Term& term : terms) named.emplace_back(term.text, fmt::format("{}", term.weight));
  return named;
}

const std::string* find(const Named& all, const std::string& name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.first == name; });
  return found == all.end() ? nullptr : &found->second;
}

void compare_heads(const Named& before, const Named& after, std::vector<TopicChange>& changes) {
  for (std::size_t i = 0; i < before.size(); ++i)
    if (before[i].second != after[i].second)
      changes.push_back(
          {.what = before[i].first, .before = before[i].second, .after = after[i].second});
}

void compare_named(const std::string& what, const Named& before, const Named& after,
                   std::vector<TopicChange>& changes) {
  for (const auto& [name, value] : before) {
    const std::string* other = find(after, name);
    if (other == nullptr || *other != value)
      changes.push_back({.what = what,
                         .name = name,
                         .before = value,
                         .after = other == nullptr ? std::string{} : *other});
  }
  for (const auto& [name, value] : after)
    if (find(before, name) == nullptr)
      changes.push_back({.what = what, .name = name, .before = "", .after = value});
}

}  // namespace

std::vector<TopicChange> topic_diff(const Topic& before, const Topic& after) {
  std::vector<TopicChange> changes;
  compare_heads(head_of(before), head_of(after), changes);
  compare_named("alias", aliases_of(before), aliases_of(after), changes);
  compare_named("term", terms_of(before), terms_of(after), changes);
  compare_heads(rules_of(before), rules_of(after), changes);
  return changes;
}

std::string to_text(const TopicChange& change) {
  const std::string what =
      change.name.empty() ? change.what
                          : fmt::format("{} \"{}\"", change.what, escape_for_line(change.name));
  if (change.before.empty()) return fmt::format("+ {}: {}", what, escape_for_line(change.after));
  if (change.after.empty()) return fmt::format("- {}: {}", what, escape_for_line(change.before));
  return fmt::format("  {}: {} -> {}", what, escape_for_line(change.before),
                     escape_for_line(change.after));
}

}  // namespace tocsin::topics
