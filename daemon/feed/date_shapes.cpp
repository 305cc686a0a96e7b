// SPDX-License-Identifier: Apache-2.0
#include "feed/date_shapes.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "feed/ascii.hpp"

namespace tocsin::feed {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// Takes what it is told to expect from the front of a text; what is not there fails all the rest.
class Expectation {
 public:
  explicit Expectation(std::string_view text) : rest_{text} {}

  [[nodiscard]] bool is_met() const { return is_met_ && rest_.empty(); }

  [[nodiscard]] char front() const { return rest_.empty() ? '\0' : rest_.front(); }

  void mark(std::string_view expected) {
    is_met_ = is_met_ && rest_.starts_with(expected);
    skip(expected.size());
  }

  /// A number of that many digits in [low, high].
  int number(std::size_t digits, int low, int high) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const char c = i < rest_.size() ? rest_[i] : '\0';
      is_met_ = is_met_ && is_digit(c);
      value = value * 10 + (c - '0');
    }
    is_met_ = is_met_ && value >= low && value <= high;
    skip(digits);
    return value;
  }

  /// The place of three letters in a list of such words, from 0.
  int word(std::string_view words) {
    const std::size_t place = rest_.size() < 3 ? words.npos : words.find(rest_.substr(0, 3));
    is_met_ = is_met_ && place != words.npos && place % 3 == 0;
    skip(3);
    return is_met_ ? static_cast<int>(place / 3) : 0;
  }

 private:
  void skip(std::size_t count) { rest_.remove_prefix(std::min(count, rest_.size())); }

  std::string_view rest_;
  bool is_met_ = true;
};

Time midnight(int year, int month, int day) {
  const std::chrono::sys_days first{std::chrono::year{year} /
                                    std::chrono::month{static_cast<unsigned>(month)} / 1};
  return Time{first} + days{day - 1};  // 31 April is 1 May
}

milliseconds clock_time(Expectation& text) {
  const hours hour{text.number(2, 0, 23)};
  text.mark(":");
  const minutes minute{text.number(2, 0, 59)};
  text.mark(":");
  return hour + minute + seconds{text.number(2, 0, 59)};
}

/// "+02:00" with that separator.
minutes offset(Expectation& text, std::string_view separator) {
  const int sign = text.front() == '-' ? -1 : 1;
  text.mark(sign < 0 ? "-" : "+");
  const int hour = text.number(2, 0, 14);
  text.mark(separator);
  return sign * minutes{hour * 60 + text.number(2, 0, hour < 14 ? 59 : 0)};
}

std::optional<Time> rfc822(std::string_view raw) {
  Expectation text{raw};
  if (is_alpha(text.front())) {
    text.word("SunMonTueWedThuFriSat");
    text.mark(", ");
  }
  const int day = text.number(2, 1, 31);
  text.mark(" ");
  const int month = text.word("JanFebMarAprMayJunJulAugSepOctNovDec") + 1;
  text.mark(" ");
  const int year = text.number(4, 1, 9998);
  text.mark(" ");
  const milliseconds time = clock_time(text);
  text.mark(" ");
  minutes east{0};
  if (text.front() == 'G') {
    text.mark("GMT");
  } else {
    east = offset(text, "");
  }
  if (!text.is_met()) return std::nullopt;
  return midnight(year, month, day) + time - east;
}

std::optional<Time> rfc3339(std::string_view raw) {
  Expectation text{raw};
  const int year = text.number(4, 1, 9998);
  text.mark("-");
  const int month = text.number(2, 1, 12);
  text.mark("-");
  const int day = text.number(2, 1, 31);
  text.mark("T");
  milliseconds time = clock_time(text);
  if (text.front() == '.') {
    text.mark(".");
    time += milliseconds{text.number(3, 0, 999)};
  }
  minutes east{0};
  if (text.front() == 'Z') {
    text.mark("Z");
  } else {
    east = offset(text, ":");
  }
  if (!text.is_met()) return std::nullopt;
  return midnight(year, month, day) + time - east;
}

}  // namespace

std::optional<Time> parse_common_date(std::string_view text) {
  constexpr std::size_t shortest = 20;  // "2024-05-01T10:20:30Z"
  if (text.size() < shortest) return std::nullopt;
  return text[4] == '-' ? rfc3339(text) : rfc822(text);
}

bool is_short_iso_date(std::string_view text) {
  constexpr std::size_t longest = 8;  // "03-12-31"
  if (text.size() > longest) return false;
  std::string shape{text};
  for (char& c : shape) c = is_digit(c) ? '9' : c;
  const auto two_digits = [text](std::size_t at) {
    return (text[at] - '0') * 10 + (text[at + 1] - '0');
  };
  const auto is_in = [](int value, int low, int high) {
    return value >= low && value <= high;
  };
  if (shape == "999999") return is_in(two_digits(2), 1, 12) && is_in(two_digits(4), 1, 31);
  if (shape == "99-99-99") return two_digits(3) <= 12;
  if (shape == "-99-99") return two_digits(4) <= 12;
  return shape == "99999" || shape == "99-999" || shape == "-9999";
}

std::optional<Time> parse_unix_time(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = text.substr(std::min(point + 1, text.size()));
  if (whole.size() != 10 && whole.size() != 13) return std::nullopt;
  const bool is_number = std::all_of(whole.begin(), whole.end(), is_digit) &&
                         std::all_of(fraction.begin(), fraction.end(), is_digit);
  if (!is_number) return std::nullopt;
  std::int64_t value = 0;
  for (const char digit : whole) value = value * 10 + (digit - '0');
  if (whole.size() == 13) return Time{milliseconds{value}};
  for (std::size_t i = 0; i < 3; ++i) {
    value = value * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  }
  return Time{milliseconds{value}};
}

}  // namespace tocsin::feed
