// SPDX-License-Identifier: Apache-2.0
#include "app/feed_options_json.hpp"

#include <array>
#include <chrono>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace tocsin::app {
namespace {

/// In the largest unit that leaves no rest, as tocsin.toml would have it.
std::string duration_text(std::chrono::milliseconds time) {
  constexpr std::array<std::pair<long long, const char*>, 4> units{
      {{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1000, "s"}}};
  for (const auto& [length, unit] : units) {
    if (time.count() % length == 0) return std::to_string(time.count() / length) + unit;
  }
  return std::to_string(time.count()) + "ms";
}

const char* priority_name(settings::Priority priority) {
  switch (priority) {
    case settings::Priority::low:
      return "low";
    case settings::Priority::high:
      return "high";
    case settings::Priority::normal:
      break;
  }
  return "normal";
}

}  // namespace

nlohmann::json options_json(const settings::FeedOptions& options) {
  nlohmann::json json = nlohmann::json::object();
  if (options.interval) json["interval"] = duration_text(*options.interval);
  if (options.priority) json["priority"] = priority_name(*options.priority);
  if (!options.kind.empty()) json["kind"] = options.kind;
  if (!options.agent.empty()) json["agent"] = options.agent;
  if (options.http2) json["http2"] = *options.http2;
  if (!options.credential.empty()) json["credential"] = options.credential;
  if (!options.topics.empty()) json["topics"] = options.topics;
  return json;
}

}  // namespace tocsin::app
