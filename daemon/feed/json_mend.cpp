// SPDX-License-Identifier: Apache-2.0
#include "feed/json_mend.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "feed/ascii.hpp"

namespace tocsin::feed {
namespace {

bool is_hex(char c) {
  return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
}

/// What stands outside strings and is neither bracket nor separator: numbers and words.
bool is_of_scalar(char c) {
  return is_alnum(c) || c == '+' || c == '-' || c == '.' || c == '_';
}

/// The unit of UTF-16 that a text starting with "\\u" and four hex digits escapes; else 0.
unsigned escaped_unit(std::string_view text) {
  constexpr std::size_t length = 6;
  if (text.size() < length || !text.starts_with("\\u")) return 0;
  if (!std::all_of(text.begin() + 2, text.begin() + length, is_hex)) return 0;
  unsigned unit = 0;
  std::from_chars(text.data() + 2, text.data() + length, unit, 16);
  return unit;
}

/// RFC 8259 §6, within what a double holds.
bool is_number(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('-')) digits.remove_prefix(1);
  if (digits.empty() || !is_digit(digits.front()) || !is_digit(digits.back())) return false;
  if (digits.size() > 1 && digits[0] == '0' && is_alnum(digits[1]) && to_lower(digits[1]) != 'e') {
    return false;
  }
  if (const auto point = digits.find('.'); point != digits.npos && !is_digit(digits[point + 1])) {
    return false;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

/// Behind the string whose quote stands at `at`.
std::size_t past_string(std::string_view text, std::size_t at) {
  for (++at; (at = text.find_first_of("\"\\", at)) != text.npos; at += 2) {
    if (text[at] == '"') return at + 1;
  }
  return text.size();
}

class JsonMender {
 public:
  JsonMender(std::string_view text, std::vector<std::string>& warnings)
      : text_{text},
        warnings_{warnings} {}

  [[nodiscard]] std::string run() {
    while (at_ < text_.size() && !is_done_) {
      const char c = text_[at_++];
      if (is_in_string_) {
        take_in_string(c);
      } else {
        take(c);
      }
    }
    if (is_done_ && !trimmed(text_.substr(at_)).empty()) warn(json_had_more_behind);
    if (!is_done_) close_all();
    return std::move(out_);
  }

 private:
  void warn(std::string_view what) {
    const auto found = std::find(warnings_.begin(), warnings_.end(), what);
    if (found == warnings_.end()) warnings_.emplace_back(what);
  }

  void take_in_string(char c) {
    if (c == '\\' && at_ < text_.size()) {
      take_escape();
    } else if (static_cast<unsigned char>(c) < 0x20) {
      warn("control characters in JSON strings escaped");
      out_ += c == '\n' ? "\\n" : " ";
    } else {
      is_in_string_ = c != '"';
      out_ += c;
    }
  }

  /// A backslash was read. One that JSON gives no meaning is left out.
  void take_escape() {
    const char escaped = text_[at_];
    if (escaped == 'u') return take_unit();
    if (std::string_view{"\"\\/bfnrt"}.find(escaped) == std::string_view::npos) return;
    out_ += '\\';
    out_ += escaped;
    ++at_;
  }

  /// "\uXXXX", or two of them for one character; what stands for none becomes U+FFFD.
  void take_unit() {
    constexpr std::size_t length = 6;
    const std::string_view rest = text_.substr(at_ - 1);
    const unsigned unit = escaped_unit(rest);
    const bool is_broken = unit == 0 && !rest.starts_with("\\u0000");
    const bool is_high = unit >= 0xD800 && unit <= 0xDBFF;
    const bool is_low = unit >= 0xDC00 && unit <= 0xDFFF;
    const unsigned next = is_high ? escaped_unit(rest.substr(length)) : 0;
    const bool is_pair = next >= 0xDC00 && next <= 0xDFFF;
    if (is_broken || is_low || (is_high && !is_pair)) {
      warn("escapes of no character in JSON strings replaced");
      out_ += "\\ufffd";
      const std::size_t stop = std::min(at_ + length - 1, text_.size());
      ++at_;
      while (at_ < stop && is_hex(text_[at_])) ++at_;
      return;
    }
    const std::size_t whole = is_pair ? 2 * length : length;
    out_ += rest.substr(0, whole);
    at_ += whole - 1;
  }

  /// Numbers and words, as JSON has them or nearly. A number it does not have may be an id, which
  /// counts as written.
  void take_scalar() {
    const std::size_t begin = at_ - 1;
    while (at_ < text_.size() && is_of_scalar(text_[at_])) ++at_;
    const std::string_view scalar = text_.substr(begin, at_ - begin);
    if (scalar == "true" || scalar == "false" || scalar == "null" || is_number(scalar)) {
      out_ += scalar;
      return;
    }
    if (at_ == text_.size()) return;  // cut off, and told of as such
    warn("values that JSON does not have replaced");
    if (equals_lower(scalar, "true") || equals_lower(scalar, "false")) {
      out_ += lower_copy(scalar);
    } else if (is_digit(scalar.front())) {
      out_.append(1, '"').append(scalar).append(1, '"');
    } else {
      out_ += "null";
    }
  }

  void take(char c) {
    if (is_of_scalar(c)) return take_scalar();
    if (c == '}' || c == ']') return close(c);
    if (c == ',' && open_.size() == 1) safe_ = {.size = out_.size(), .closers = "}"};
    if (c == '{' || c == '[') open_ += c;
    is_in_string_ = c == '"';
    out_ += c;
  }

  void close(char c) {
    std::size_t end = out_.size();
    while (end > 0 && is_space(out_[end - 1])) --end;
    if (end > 0 && out_[end - 1] == ',') {
      warn("comma before a closing bracket dropped");
      out_.erase(end - 1, 1);
    }
    out_ += c;
    if (!open_.empty()) open_.pop_back();
    if (open_ == "{[") safe_ = {.size = out_.size(), .closers = "]}"};
    is_done_ = open_.empty();
  }

  /// Goes back to where the last item, or the last member of the feed, was whole.
  void close_all() {
    warn(json_was_cut_off);
    out_.resize(safe_.size);
    out_ += safe_.closers;
  }

  struct Safe {
    std::size_t size = 0;
    std::string_view closers;
  };

  std::string_view text_;
  std::vector<std::string>& warnings_;
  std::size_t at_ = 0;
  std::string out_;
  std::string open_;  // the brackets not closed yet
  Safe safe_;
  bool is_in_string_ = false;
  bool is_done_ = false;
};

}  // namespace

std::string mend_json(std::string_view text, std::vector<std::string>& warnings) {
  return JsonMender{text, warnings}.run();
}

std::size_t past_json_comment(std::string_view text, std::size_t at) {
  const std::string_view start = text.substr(at, 2);
  if (start != "//" && start != "/*") return at;
  const std::string_view close = start == "//" ? "\n" : "*/";
  const std::size_t end = text.find(close, at + start.size());
  return end == text.npos ? text.size() : end + close.size();
}

std::string quote_long_numbers(std::string_view text) {
  constexpr std::size_t exact = 15;  // digits that a double holds
  std::string out;
  std::size_t kept = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"') {
      at = past_string(text, at);
    } else if (const std::size_t past = past_json_comment(text, at); past > at) {
      at = past;
    } else if (!is_of_scalar(c)) {
      ++at;
    } else {
      std::size_t end = at;
      while (end < text.size() && is_of_scalar(text[end])) ++end;
      const std::string_view scalar = text.substr(at, end - at);
      if (scalar.size() > exact && is_number(scalar)) {
        out.append(text, kept, at - kept).append("\"").append(scalar).append("\"");
        kept = end;
      }
      at = end;
    }
  }
  if (kept > 0) out.append(text, kept);
  return out;
}

}  // namespace tocsin::feed
