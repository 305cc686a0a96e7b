// SPDX-License-Identifier: Apache-2.0
#include "calendar/zone.hpp"

#include <date/tz.h>

#include <exception>

#include "base/utf8.hpp"

namespace tocsin::calendar {
namespace {

using Local = date::local_time<std::chrono::milliseconds>;

constexpr std::size_t longest_name = 80;

Local local_of(std::chrono::days day, std::chrono::minutes of_day) {
  return Local{day + of_day};
}

Time instant_of(const date::time_zone* zone, Local local, date::choose which) {
  if (zone == nullptr) return Time{local.time_since_epoch()};
  return Time{zone->to_sys(local, which).time_since_epoch()};
}

}  // namespace

Result<Zone> Zone::find(std::string_view name) {
  if (name == "UTC") return Zone{};
  // What the library makes of a name is a path below the database's folder.
  const bool is_name = !name.empty() && name.find("..") == std::string_view::npos &&
                       name.front() != '/' && name.find('\0') == std::string_view::npos;
  try {
    if (is_name) {
      Zone zone;
      zone.zone_ = date::locate_zone(std::string{name});
      return zone;
    }
  } catch (const std::exception&) {
    // It says that it is not there, in words about its own database.
  }
  return fail(Errc::invalid_input, "no time zone '" + escape_for_line(name, longest_name) +
                                       "'; they are called \"Europe/Berlin\" or \"UTC\"");
}

LocalTime Zone::local(Time time) const {
  const Local local = zone_ == nullptr ? Local{time.time_since_epoch()}
                                       : Local{zone_->to_local(time).time_since_epoch()};
  const auto since = local.time_since_epoch();
  const auto day = std::chrono::floor<std::chrono::days>(since);
  return {.day = day, .of_day = since - day};
}

Time Zone::first(std::chrono::days day, std::chrono::minutes of_day) const {
  return instant_of(zone_, local_of(day, of_day), date::choose::earliest);
}

Time Zone::last(std::chrono::days day, std::chrono::minutes of_day) const {
  return instant_of(zone_, local_of(day, of_day), date::choose::latest);
}

std::string Zone::name() const {
  return zone_ == nullptr ? "UTC" : zone_->name();
}

}  // namespace tocsin::calendar
