// SPDX-License-Identifier: Apache-2.0
#include "calendar/week.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/utf8.hpp"

namespace tocsin::calendar {
namespace {

using std::chrono::days;
using std::chrono::minutes;

constexpr std::array<std::string_view, 7> day_names{"mon", "tue", "wed", "thu",
                                                    "fri", "sat", "sun"};
constexpr minutes whole_day{24 * 60};
constexpr std::size_t longest_shown = 80;

tl::unexpected<Error> refused(std::string_view text, std::string_view expected) {
  return fail(Errc::invalid_input,
              "'" + escape_for_line(text, longest_shown) + "' is not " + std::string{expected});
}

std::optional<int> digits(std::string_view text) {
  int value = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  const bool is_number = !text.empty() && text.front() >= '0' && text.front() <= '9';
  if (!is_number || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return value;
}

/// "07:30"; "24:00" is the end of the day.
std::optional<minutes> time_of_day(std::string_view text) {
  constexpr std::size_t length = 5;
  constexpr std::size_t colon = 2;
  if (text.size() != length || text[colon] != ':') return std::nullopt;
  const auto hour = digits(text.substr(0, colon));
  const auto minute = digits(text.substr(colon + 1));
  if (!hour || !minute || *minute > 59) return std::nullopt;
  const minutes time{*hour * 60 + *minute};
  if (time > whole_day) return std::nullopt;
  return time;
}

/// "sat,sun"
std::optional<Weekdays> days_in(std::string_view text) {
  Weekdays found = 0;
  while (true) {
    const auto comma = text.find(',');
    const auto name = std::find(day_names.begin(), day_names.end(), text.substr(0, comma));
    if (name == day_names.end()) return std::nullopt;
    found = static_cast<Weekdays>(found | (1U << (name - day_names.begin())));
    if (comma == std::string_view::npos) return found;
    text.remove_prefix(comma + 1);
  }
}

/// Takes the days off the front of `text`: every day where it names none.
std::optional<Weekdays> take_days(std::string_view& text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return every_day;
  const auto found = days_in(text.substr(0, space));
  text.remove_prefix(space + 1);
  return found;
}

std::optional<std::vector<Moment>> moments_every(std::string_view hours) {
  constexpr int hours_of_day = 24;
  if (!hours.ends_with('h')) return std::nullopt;
  const auto step = digits(hours.substr(0, hours.size() - 1));
  if (!step || *step < 1 || *step > hours_of_day || hours_of_day % *step != 0) return std::nullopt;
  std::vector<Moment> moments;
  for (int hour = 0; hour < hours_of_day; hour += *step) {
    moments.push_back({.days = every_day, .at = minutes{hour * 60}});
  }
  return moments;
}

bool holds_on(Weekdays weekdays, days day) {
  // 1970-01-01 was a Thursday.
  const auto weekday = ((day.count() + 3) % 7 + 7) % 7;
  return (unsigned{weekdays} >> weekday & 1U) != 0;
}

}  // namespace

Result<Window> parse_window(std::string_view text) {
  constexpr std::string_view expected =
      "hours such as \"22:00-07:00\" or \"sat,sun 00:00-24:00\" (mon tue wed thu fri sat sun)";
  std::string_view rest = text;
  const auto weekdays = take_days(rest);
  const auto dash = rest.find('-');
  if (!weekdays || dash == std::string_view::npos) return refused(text, expected);
  const auto from = time_of_day(rest.substr(0, dash));
  const auto to = time_of_day(rest.substr(dash + 1));
  if (!from || !to || *from == whole_day || *from == *to) return refused(text, expected);
  return Window{.days = *weekdays, .from = *from, .to = *to};
}

Result<std::vector<Moment>> parse_moments(std::string_view text) {
  constexpr std::string_view expected =
      "a time such as \"07:00\", \"mon,thu 09:00\" or \"every 6h\" (1, 2, 3, 4, 6, 8, 12 or 24)";
  constexpr std::string_view every = "every ";
  if (text.starts_with(every)) {
    auto moments = moments_every(text.substr(every.size()));
    if (!moments) return refused(text, expected);
    return std::move(*moments);
  }
  std::string_view rest = text;
  const auto weekdays = take_days(rest);
  const auto at = time_of_day(rest);
  if (!weekdays || !at || *at == whole_day) return refused(text, expected);
  return std::vector<Moment>{{.days = *weekdays, .at = *at}};
}

std::optional<Time> end_of(const std::vector<Window>& windows, const Zone& zone, Time now) {
  std::optional<Time> latest;
  const days today = zone.local(now).day;
  for (const Window& window : windows) {
    // One that began the day before may last until now; a zone may skip a day, hence one more.
    for (days day = today - days{2}; day <= today; ++day) {
      if (!holds_on(window.days, day)) continue;
      const days last_day = window.to > window.from ? day : day + days{1};
      const Time begin = zone.first(day, window.from);
      const Time end = zone.last(last_day, window.to);
      if (begin <= now && now < end) latest = std::max(latest.value_or(end), end);
    }
  }
  return latest;
}

std::optional<Time> next_of(const std::vector<Moment>& moments, const Zone& zone, Time now) {
  constexpr days week{8};
  std::optional<Time> next;
  const days today = zone.local(now).day;
  for (const Moment& moment : moments) {
    for (days day = today - days{1}; day <= today + week; ++day) {
      if (!holds_on(moment.days, day)) continue;
      const Time time = zone.first(day, moment.at);
      if (time <= now) continue;
      next = std::min(next.value_or(time), time);
      break;
    }
  }
  return next;
}

}  // namespace tocsin::calendar
