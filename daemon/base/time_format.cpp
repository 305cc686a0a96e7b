// SPDX-License-Identifier: Apache-2.0
#include "base/time_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tocsin {
namespace {

using namespace std::chrono_literals;

/// Takes what it reads off the front of the text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_{text} {}

  [[nodiscard]] std::optional<int> digits(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    const std::string_view part = rest_.substr(0, count);
    if (!std::all_of(part.begin(), part.end(), is_digit)) return std::nullopt;
    int value = 0;
    std::from_chars(part.data(), part.data() + count, value);
    rest_.remove_prefix(count);
    return value;
  }

  [[nodiscard]] bool any_of(std::string_view choices) {
    if (rest_.empty() || choices.find(rest_.front()) == std::string_view::npos) return false;
    taken_ = rest_.front();
    rest_.remove_prefix(1);
    return true;
  }

  [[nodiscard]] char taken() const { return taken_; }

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  /// Digits after a decimal point, as milliseconds; finer digits are cut off.
  [[nodiscard]] std::optional<std::chrono::milliseconds> fraction() {
    int value = 0;
    int scale = 100;
    std::size_t count = 0;
    while (!rest_.empty() && is_digit(rest_.front())) {
      value += (rest_.front() - '0') * scale;
      scale /= 10;
      rest_.remove_prefix(1);
      ++count;
    }
    if (count == 0) return std::nullopt;
    return std::chrono::milliseconds{value};
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  std::string_view rest_;
  char taken_ = '\0';
};

std::optional<Time> read_date(Scanner& scan) {
  const auto year = scan.digits(4);
  if (!year || !scan.any_of("-")) return std::nullopt;
  const auto month = scan.digits(2);
  if (!month || !scan.any_of("-")) return std::nullopt;
  const auto day = scan.digits(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return Time{std::chrono::sys_days{date}};
}

std::optional<std::chrono::milliseconds> read_time_of_day(Scanner& scan) {
  const auto hour = scan.digits(2);
  if (!hour || *hour > 23 || !scan.any_of(":")) return std::nullopt;
  const auto minute = scan.digits(2);
  if (!minute || *minute > 59 || !scan.any_of(":")) return std::nullopt;
  const auto second = scan.digits(2);
  if (!second || *second > 60) return std::nullopt;  // 60 is a leap second
  std::chrono::milliseconds time = std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
                                   std::chrono::seconds{std::min(*second, 59)};
  if (scan.any_of(".")) {
    const auto fraction = scan.fraction();
    if (!fraction) return std::nullopt;
    time += *fraction;
  }
  return time;
}

std::optional<std::chrono::minutes> read_offset(Scanner& scan) {
  if (scan.any_of("Zz")) return 0min;
  if (!scan.any_of("+-")) return std::nullopt;
  const bool west = scan.taken() == '-';
  const auto hours = scan.digits(2);
  if (!hours || *hours > 23 || !scan.any_of(":")) return std::nullopt;
  const auto minutes = scan.digits(2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const auto offset = std::chrono::minutes{*hours * 60 + *minutes};
  return west ? -offset : offset;
}

}  // namespace

std::string to_rfc3339(Time time) {
  const Time earliest{std::chrono::sys_days{std::chrono::year{0} / 1 / 1}};
  const Time latest{std::chrono::sys_days{std::chrono::year{9999} / 12 / 31} + 24h - 1ms};
  const Time shown = std::clamp(time, earliest, latest);
  const auto day = std::chrono::floor<std::chrono::days>(shown);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{shown - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::optional<Time> from_rfc3339(std::string_view text) {
  Scanner scan{text};
  const auto date = read_date(scan);
  if (!date || scan.at_end()) return date;
  if (!scan.any_of("Tt ")) return std::nullopt;
  const auto time_of_day = read_time_of_day(scan);
  if (!time_of_day) return std::nullopt;
  const auto offset = read_offset(scan);
  if (!offset || !scan.at_end()) return std::nullopt;
  return *date + *time_of_day - *offset;
}

}  // namespace tocsin
