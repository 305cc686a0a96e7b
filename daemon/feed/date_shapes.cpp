// SPDX-License-Identifier: Apache-2.0
#include "feed/date_shapes.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>

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
  const int hour = text.number(2, 0, 23);
  text.mark(separator);
  return sign * minutes{hour * 60 + text.number(2, 0, 59)};
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

}  // namespace tocsin::feed
