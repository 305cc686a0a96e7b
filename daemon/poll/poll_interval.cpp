// SPDX-License-Identifier: Apache-2.0
#include "poll/poll_interval.hpp"

#include <algorithm>
#include <cmath>

namespace tocsin::poll {
namespace {

Seconds middle_of(const IntervalOptions& options) {
  const auto product =
      static_cast<double>(options.floor.count()) * static_cast<double>(options.ceiling.count());
  return Seconds{std::llround(std::sqrt(product))};
}

Seconds clamped(Seconds wait, const IntervalOptions& options) {
  return std::clamp(wait, options.floor, std::max(options.floor, options.ceiling));
}

/// How long a feed of this priority may ask to be left alone.
Seconds longest_wish(Seconds interval, const IntervalOptions& options) {
  if (options.priority == Priority::high) return interval;
  if (options.priority == Priority::low) return options.ceiling;
  return std::min(interval * 2, options.ceiling);
}

/// FNV-1a, 64 bits: the same on every machine, which std::hash does not promise.
std::uint64_t hash_of(std::string_view text, std::uint64_t turn) {
  std::uint64_t hash = 14'695'981'039'346'656'037U;
  const auto take = [&hash](std::uint64_t byte) {
    hash ^= byte;
    hash *= 1'099'511'628'211U;
  };
  for (const char c : text) take(static_cast<unsigned char>(c));
  for (unsigned shift = 0; shift < 64; shift += 8) take((turn >> shift) & 0xFFU);
  return hash ^ (hash >> 32U);  // the low bits alone mix too little
}

}  // namespace

Seconds interval_of(Seconds rhythm, Seconds before, const IntervalOptions& options) {
  if (options.fixed) return *options.fixed;
  const bool is_first = before.count() <= 0;
  if (rhythm.count() <= 0) return clamped(is_first ? middle_of(options) : before, options);
  const Seconds wanted = clamped(rhythm / 2, options);
  return is_first ? wanted : clamped(std::min(wanted, before * 3 / 2), options);
}

Seconds interval_after_gap(Seconds before, const IntervalOptions& options) {
  return options.fixed.value_or(clamped(before / 2, options));
}

Seconds wait_after_success(Seconds interval, std::optional<Seconds> wish,
                           const IntervalOptions& options) {
  if (options.fixed) return *options.fixed;
  return std::max(interval, std::min(wish.value_or(interval), longest_wish(interval, options)));
}

Seconds wait_after_failure(int failures, Seconds interval, const IntervalOptions& options) {
  Seconds wait = std::max(interval, options.fixed.value_or(options.floor));
  for (int i = 1; i < failures && wait < options.failure_ceiling; ++i) wait *= 2;
  return std::min(wait, std::max(options.failure_ceiling, options.fixed.value_or(Seconds{0})));
}

namespace {

/// From 0 to 999, always the same for the same feed and turn.
std::int64_t thousandths(std::string_view feed_key, std::int64_t turn) {
  return static_cast<std::int64_t>(hash_of(feed_key, static_cast<std::uint64_t>(turn)) % 1000);
}

}  // namespace

std::chrono::milliseconds with_jitter(Seconds wait, std::string_view feed_key, std::int64_t turn) {
  const std::chrono::milliseconds exact = wait;
  return exact + exact / 10 * thousandths(feed_key, turn) / 1000;
}

std::chrono::milliseconds first_wait(Seconds wait, std::string_view feed_key, Seconds floor) {
  const std::chrono::milliseconds exact = wait;
  const auto share = exact / 4 + exact * 3 / 4 * thousandths(feed_key, 0) / 1000;
  return std::max<std::chrono::milliseconds>(share, floor);
}

}  // namespace tocsin::poll
