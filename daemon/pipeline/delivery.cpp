// SPDX-License-Identifier: Apache-2.0
#include "pipeline/delivery.hpp"

#include <algorithm>

namespace tocsin::pipeline {
namespace {

constexpr std::chrono::hours cap_span{1};

const std::string scope_of_house = "house";

std::string scope_of_topic(std::string_view topic) {
  return "topic/" + std::string{topic};
}

/// A window that a clock which was ahead has opened is none.
bool holds(const store::CapWindow& window, Time now) {
  return window.opened_at <= now && now < window.opened_at + cap_span;
}

}  // namespace

const DeliveryRule& DeliveryOptions::rule_of(std::string_view topic) const {
  const auto found = topics.find(topic);
  return found == topics.end() ? house : found->second;
}

bool covers(const store::Silence& silence, const Outgoing& outgoing) {
  if (silence.scope == "topic") return silence.name == outgoing.topic;
  if (silence.scope == "feed") return silence.name == outgoing.feed;
  if (silence.scope == "source") return silence.name == outgoing.outlet;
  return silence.scope == "story" && silence.name == outgoing.story_id && !outgoing.brings_names;
}

std::optional<Hold> Delivery::silenced(const Outgoing& outgoing) const {
  std::optional<Hold> hold;
  for (const store::Silence& silence : with_.silences) {
    if (silence.expires_at <= with_.now || !covers(silence, outgoing)) continue;
    if (hold && hold->until >= silence.expires_at) continue;
    hold = Hold{.reason = "silence", .until = silence.expires_at, .silence_id = silence.id};
  }
  return hold;
}

Result<std::optional<Hold>> Delivery::capped(const std::string& scope, std::size_t cap) {
  if (cap == 0) return std::optional<Hold>{};
  const auto window = with_.store.cap_window(scope);
  if (!window) return fail(window.error());
  const bool is_full =
      *window && holds(**window, with_.now) && (*window)->sent >= static_cast<std::int64_t>(cap);
  if (!is_full) return std::optional<Hold>{};
  return std::optional{Hold{.reason = "cap", .until = (*window)->opened_at + cap_span}};
}

Result<std::optional<Hold>> Delivery::hold_of(const Outgoing& outgoing) {
  if (auto hold = silenced(outgoing)) return hold;
  const DeliveryRule& rule = with_.options.rule_of(outgoing.topic);
  if (outgoing.severity <= rule.let_through) return std::optional<Hold>{};
  if (const auto end = calendar::end_of(rule.quiet, rule.zone, with_.now)) {
    return std::optional{Hold{.reason = "quiet", .until = *end}};
  }
  if (const auto next = calendar::next_of(rule.digest, rule.zone, with_.now)) {
    return std::optional{Hold{.reason = "digest", .until = *next}};
  }
  auto by_topic = capped(scope_of_topic(outgoing.topic), rule.max_per_hour);
  if (!by_topic || *by_topic) return by_topic;
  return capped(scope_of_house, with_.options.max_per_hour_in_all);
}

Result<void> Delivery::count_in(const std::string& scope) {
  const auto stored = with_.store.cap_window(scope);
  if (!stored) return fail(stored.error());
  store::CapWindow window{.opened_at = with_.now, .sent = 0};
  if (*stored && holds(**stored, with_.now)) window = **stored;
  ++window.sent;
  return with_.transaction.put_cap_window(scope, window);
}

Result<void> Delivery::count_sent(std::string_view topic) {
  if (with_.options.rule_of(topic).max_per_hour > 0) {
    if (auto counted = count_in(scope_of_topic(topic)); !counted) return counted;
  }
  if (with_.options.max_per_hour_in_all == 0) return {};
  return count_in(scope_of_house);
}

}  // namespace tocsin::pipeline
