// SPDX-License-Identifier: Apache-2.0
#include "app/time_words.hpp"

#include "app/output.hpp"
#include "base/quantity.hpp"
#include "base/time_format.hpp"

namespace tocsin::app {
namespace {

Result<Time> moved(const std::string& text, Time now, int direction) {
  constexpr std::chrono::milliseconds longest{std::chrono::hours{24 * 36500}};
  if (const auto time = from_rfc3339(text)) return *time;
  const auto span = read_duration(text);
  if (span && std::chrono::milliseconds{*span} <= longest) {
    return now + direction * std::chrono::milliseconds{*span};
  }
  return fail(Errc::invalid_input,
              "'" + shown(text) + "' is no time: 2h, 7d, 2026-01-31 or 2026-01-31T18:00:00Z");
}

}  // namespace

Result<Time> time_ahead(const std::string& text, Time now) {
  return moved(text, now, 1);
}

Result<Time> time_back(const std::string& text, Time now) {
  return moved(text, now, -1);
}

}  // namespace tocsin::app
