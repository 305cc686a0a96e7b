// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace date {
class time_zone;
}  // namespace date

namespace tocsin::calendar {

/// What a clock on the wall shows: a day, counted from 1970-01-01 of its own calendar, and the time
/// since its midnight.
struct LocalTime {
  std::chrono::days day{};
  std::chrono::milliseconds of_day{};
};

/// An IANA time zone, from the system's database. A value; UTC unless found by name.
///
/// The database stays loaded once a name was looked up. Thread: any.
class Zone {
 public:
  Zone() = default;

  /// `invalid_input` for a name that the database does not have.
  [[nodiscard]] static Result<Zone> find(std::string_view name);

  [[nodiscard]] LocalTime local(Time time) const;

  /// The instant at which the clock shows `minutes` after midnight of `day`, the first where it
  /// shows that twice. Where it jumps over that time: the jump.
  [[nodiscard]] Time first(std::chrono::days day, std::chrono::minutes of_day) const;
  /// The same, the second where the clock shows it twice.
  [[nodiscard]] Time last(std::chrono::days day, std::chrono::minutes of_day) const;

  [[nodiscard]] std::string name() const;

  friend bool operator==(const Zone&, const Zone&) = default;

 private:
  const date::time_zone* zone_ = nullptr;  ///< The database's, for ever; null: UTC.
};

}  // namespace tocsin::calendar
