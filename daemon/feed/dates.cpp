// SPDX-License-Identifier: Apache-2.0
#include "feed/dates.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

#include "feed/ascii.hpp"
#include "feed/date_shapes.hpp"
#include "feed/date_words.hpp"

namespace tocsin::feed {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t longest_date = 128;
constexpr std::size_t longest_number = 10;
constexpr int furthest_offset = 14 * 60;  // minutes; the Line Islands'

struct Number {
  int value = 0;
  std::size_t digits = 0;
};

/// Reads a date in whatever order its parts come, and puts them together at the end.
class DateReader {
 public:
  explicit DateReader(std::string_view text) : text_{text} {}

  [[nodiscard]] std::optional<Time> run() {
    if (is_short_iso_date(text_)) {
      read_short_iso_date();
    } else if (is_before_year_zero()) {
      return std::nullopt;
    } else if (is_iso()) {
      read_iso_date();
    }
    while (at_ < text_.size() && !failed_) read_part();
    return assembled();
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  [[nodiscard]] std::size_t digits_ahead(std::size_t from = 0) const {
    std::size_t count = 0;
    while (is_digit(peek(from + count))) ++count;
    return count;
  }

  Number number(std::size_t most = longest_number) {
    Number read;
    while (read.digits < most && is_digit(peek())) {
      read.value = read.digits < 9 ? read.value * 10 + (peek() - '0') : read.value;
      ++read.digits;
      ++at_;
    }
    return read;
  }

  /// Four digits in front, and no word or clock time right behind them.
  [[nodiscard]] bool is_iso() const {
    const std::size_t digits = digits_ahead();
    const char behind = peek(digits);
    if (digits == 4) {
      const bool is_dashed = (behind == '-' || behind == '/' || behind == '.') &&
                             (is_digit(peek(5)) || peek(5) == 'W');
      return is_dashed || behind == '\0' || behind == 'T' || behind == 'W';
    }
    return (digits == 8 || digits == 7 || digits == 6 || digits == 14 || digits == 12) &&
           behind != ':';
  }

  /// ISO 8601's "-0001-03-05"
  [[nodiscard]] bool is_before_year_zero() const {
    const std::size_t digits = digits_ahead(1);
    return peek() == '-' && digits >= 4 && peek(1 + digits) == '-';
  }

  void read_short_iso_date() {
    const auto skip_dash = [this] {
      if (peek() == '-') ++at_;
    };
    skip_dash();
    set_year(number(2));
    skip_dash();
    if (digits_ahead() == 3) return set_day_of_year(number(3).value);
    month_ = number(2).value;
    skip_dash();
    day_ = is_digit(peek()) ? number(2).value : 1;
  }

  void read_iso_date() {
    year_ = number(4).value;
    const bool is_basic = is_digit(peek());
    const bool has_separator = peek() == '-' || peek() == '/' || peek() == '.';
    if (has_separator) ++at_;
    if (peek() == 'W') return read_week();
    if (digits_ahead() == 3) return set_day_of_year(number(3).value);
    if (!is_digit(peek())) return set_default_day();
    month_ = number(2).value;
    const bool has_day = is_basic ? is_digit(peek()) : has_separator && is_digit(peek(1));
    if (!has_day) return set_default_day();
    if (!is_basic) ++at_;
    day_ = number(2).value;
    if (*month_ > 12 && *day_ <= 12) std::swap(*month_, *day_);
    if (is_basic && digits_ahead() >= 4) read_basic_clock();
  }

  void set_default_day() {
    month_ = month_.value_or(1);
    day_ = 1;
  }

  void set_day_of_year(int day_of_year) {
    month_ = 1;
    day_ = 1;
    extra_days_ = day_of_year - 1;
    const int last = std::chrono::year{*year_}.is_leap() ? 366 : 365;
    failed_ = day_of_year < 1 || day_of_year > last;
  }

  /// ISO 8601 week date: week 1 holds 4 January, and a week is of the year that its Thursday is of.
  void read_week() {
    ++at_;
    const int week = number(2).value;
    if (peek() == '-') ++at_;
    const int weekday = is_digit(peek()) ? number(1).value : 1;
    const std::chrono::sys_days fourth{std::chrono::year{*year_} / 1 / 4};
    const int iso = static_cast<int>(std::chrono::weekday{fourth}.iso_encoding());
    month_ = 1;
    day_ = 4;
    extra_days_ = (week - 1) * 7 + weekday - iso;
    const std::chrono::year_month_day thursday{fourth + days{extra_days_ - weekday + 4}};
    failed_ = weekday < 1 || weekday > 7 || thursday.year() != std::chrono::year{*year_};
  }

  [[nodiscard]] bool is_signed_number() const {
    return (peek() == '+' || peek() == '-') && is_digit(peek(1));
  }

  void read_part() {
    const char c = peek();
    if (is_digit(c)) {
      read_number();
    } else if (hour_ && !offset_ && is_signed_number()) {
      read_offset();
    } else if (c == '(' && hour_) {
      read_comment();
    } else if (is_alpha(c) || static_cast<unsigned char>(c) >= 0x80) {
      read_word();
    } else {
      ++at_;
    }
  }

  /// RFC 822's "(EST)": where no offset is written, the zone that a comment names and nothing else.
  void read_comment() {
    const std::size_t end = std::min(text_.find(')', at_), text_.size());
    DateReader comment{trimmed(text_.substr(at_ + 1, end - at_ - 1))};
    if (const auto offset = comment.lone_offset()) comment_offset_ = offset;
    at_ = std::min(end + 1, text_.size());
  }

  /// "EST", "GMT+2", "+0200" without anything else.
  [[nodiscard]] std::optional<int> lone_offset() {
    hour_ = 0;
    if (is_signed_number()) {
      read_offset();
    } else {
      read_word();
    }
    return at_ == text_.size() && !failed_ ? offset_ : std::nullopt;
  }

  /// How long the rest of "am", "a.m" or "a. m" is, behind its first letter; 0 where it is none.
  [[nodiscard]] std::size_t rest_of_half(std::size_t ahead) const {
    std::size_t length = 0;
    if (peek(ahead) == '.') length = peek(ahead + 1) == ' ' ? 2 : 1;
    const bool is_m = to_lower(peek(ahead + length)) == 'm' && !is_alpha(peek(ahead + length + 1));
    return is_m ? length + 1 : 0;
  }

  /// "7pm", "7 pm", "7 p. m."
  [[nodiscard]] bool is_half_of_day(std::size_t ahead) const {
    if (peek(ahead) == ' ') ++ahead;
    const char half = to_lower(peek(ahead));
    return (half == 'a' || half == 'p') && rest_of_half(ahead + 1) > 0;
  }

  void read_number() {
    const std::size_t digits = digits_ahead();
    const char behind = peek(digits);
    // "19.48" is a clock once the date has been read.
    const bool is_joint = behind == ':' || behind == 'h' || (behind == '.' && day_ && month_);
    const bool is_clock = is_joint && digits <= 2 && is_digit(peek(digits + 1)) && !hour_;
    if (is_clock) return read_clock();
    if (digits <= 2 && !hour_ && day_ && is_half_of_day(digits)) {
      hour_ = number().value;
      return;
    }
    const bool follows_t = at_ > 0 && text_[at_ - 1] == 'T';
    if (follows_t && !hour_ && day_) return read_basic_clock();
    const bool is_group = (behind == '/' || behind == '.' || behind == '-') &&
                          is_digit(peek(digits + 1)) && !day_ && !month_;
    if (is_group) return read_group(behind);
    const Number read = number();
    if (!read_suffix(read)) place(read);
  }

  /// "hh:mm[:ss[.fff]]"
  void read_clock() {
    hour_ = number(2).value;
    ++at_;
    minute_ = number(2).value;
    if ((peek() == ':' || peek() == '.') && is_digit(peek(1))) {
      ++at_;
      second_ = number(2).value;
    }
    read_fraction();
  }

  /// "hhmm", "hhmmss", "hh"
  void read_basic_clock() {
    hour_ = number(2).value;
    if (peek() == ':') ++at_;
    minute_ = number(2).value;
    if (is_digit(peek())) second_ = number(2).value;
    read_fraction();
  }

  void read_fraction() {
    if ((peek() != '.' && peek() != ',' && peek() != ':') || !is_digit(peek(1))) return;
    ++at_;
    const Number fraction = number(3);
    static constexpr std::array<int, 4> scale{0, 100, 10, 1};
    millisecond_ = fraction.value * scale.at(fraction.digits);
    while (is_digit(peek())) ++at_;
  }

  /// "+hh:mm", "+hhmm", "+hh", "+h" east of `base`
  void read_offset(int base = 0) {
    const int sign = peek() == '-' ? -1 : 1;
    ++at_;
    const std::size_t digits = digits_ahead();
    const int first = number(digits == 3 ? 1 : 2).value;
    if (peek() == ':') ++at_;
    const int second = is_digit(peek()) ? number(2).value : 0;
    while (is_digit(peek())) ++at_;
    offset_ = base + sign * (first * 60 + second);
    failed_ = failed_ || std::abs(*offset_) > furthest_offset;
  }

  /// Two or three numbers with the same separator: which is which?
  void read_group(char separator) {
    std::array<Number, 3> parts{};
    std::size_t count = 0;
    parts.at(count++) = number();
    while (count < 3 && peek() == separator && is_digit(peek(1))) {
      ++at_;
      parts.at(count++) = number();
    }
    const bool is_year_first = parts[0].digits == 4;
    if (is_year_first) std::rotate(parts.begin(), parts.begin() + 1, parts.end());
    int first = parts[0].value;
    int second = parts[1].value;
    // After turning, a leading year leaves month/day; "/" is mostly the American month/day as well.
    const bool is_month_first = is_year_first || separator == '/';
    if (!is_month_first) std::swap(first, second);
    if (first > 12 && second <= 12) std::swap(first, second);
    month_ = first;
    day_ = second;
    if (count == 3) set_year(parts[2]);
  }

  /// Chinese, Japanese and Korean say behind each number what it is.
  bool read_suffix(Number read) {
    const auto part = part_named_at(text_.substr(at_));
    if (!part) return false;
    if (*part == DatePart::year) set_year(read);
    if (*part == DatePart::month) month_ = read.value;
    if (*part == DatePart::day) day_ = read.value;
    if (*part == DatePart::hour) hour_ = read.value;
    if (*part == DatePart::minute) minute_ = read.value;
    if (*part == DatePart::second) second_ = read.value;
    at_ += 3;  // each of them is three bytes long
    return true;
  }

  void place(Number read) {
    if (read.digits == 4 && !year_) {
      year_ = read.value;
    } else if (read.digits <= 2 && !day_) {
      day_ = read.value;
    } else if (!year_) {
      set_year(read);
    } else if (read.digits == 4 && day_ && !hour_) {
      hour_ = read.value / 100;
      minute_ = read.value % 100;
    }
  }

  /// RFC 2822 §4.3 reads 00–49 as 20xx and adds 1900 to the rest.
  void set_year(Number read) {
    if (read.digits <= 2) {
      year_ = read.value + (read.value < 50 ? 2000 : 1900);
    } else {
      year_ = read.digits == 3 ? read.value + 1900 : read.value;
    }
  }

  void read_word() {
    const std::size_t begin = at_;
    while (is_alpha(peek()) || static_cast<unsigned char>(peek()) >= 0x80) ++at_;
    std::string word = lower_word(text_.substr(begin, at_ - begin));
    if (const std::size_t more = rest_of_half(0); more > 0 && (word == "a" || word == "p")) {
      word += 'm';  // "p.m.", "p. m."
      at_ += more;
    }
    if (const auto zone = zone_of(word); zone && hour_) {
      if (!offset_) offset_ = *zone;  // "-0700 MST": the number is the surer of the two
      // "GMT+2"; Russia counts from Moscow, elsewhere the zone before the sign means nothing.
      if (is_signed_number()) read_offset(word == "мск" || word == "msk" ? *zone : 0);
    } else if (const auto afternoon = afternoon_of(word)) {
      afternoon_ = afternoon;
    } else if (const auto month = month_of(word)) {
      month_ = month;
    }
  }

  [[nodiscard]] std::optional<Time> assembled() const {
    if (failed_ || !year_ || !month_) return std::nullopt;
    int hour = hour_.value_or(0);
    if (afternoon_ == true && hour < 12) hour += 12;
    if (afternoon_ == false && hour == 12) hour = 0;
    const int day = day_.value_or(1);
    // A clock that runs over goes on into the next minute, hour or day, as 24:00 and :60 do.
    const bool is_possible = *year_ >= 1 && *year_ < 9999 && *month_ >= 1 && *month_ <= 12 &&
                             day >= 1 && day <= 31 && hour < 48;
    if (!is_possible) return std::nullopt;
    const std::chrono::sys_days first{std::chrono::year{*year_} /
                                      std::chrono::month{static_cast<unsigned>(*month_)} / 1};
    return Time{first} + days{day - 1 + extra_days_} + hours{hour} + minutes{minute_} +
           seconds{second_} + milliseconds{millisecond_} -
           minutes{offset_.value_or(comment_offset_.value_or(0))};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool failed_ = false;
  std::optional<int> year_;
  std::optional<int> month_;
  std::optional<int> day_;
  int extra_days_ = 0;
  std::optional<int> hour_;
  int minute_ = 0;
  int second_ = 0;
  int millisecond_ = 0;
  std::optional<int> offset_;          // minutes east of UTC
  std::optional<int> comment_offset_;  // the same, less sure
  std::optional<bool> afternoon_;
};

}  // namespace

std::optional<Time> parse_date(std::string_view text) {
  text = trimmed(text);
  if (text.size() > longest_date) return std::nullopt;
  if (const auto common = parse_common_date(text)) return common;
  if (const auto time = parse_unix_time(text)) return time;
  const std::string plain = with_plain_blanks(text);
  return DateReader{trimmed(plain)}.run();
}

}  // namespace tocsin::feed
