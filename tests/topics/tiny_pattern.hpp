// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cctype>
#include <cstddef>
#include <string_view>

namespace tocsin::topics {

/// A regular expression of letters, '.', 'x*' and '^', as in chapter 9 of Kernighan and Pike's "The
/// Practice of Programming": enough to see what is searched where.
class TinyPattern {
 public:
  TinyPattern(std::string_view pattern, bool ignores_case)
      : pattern_{pattern},
        ignores_case_{ignores_case} {}

  [[nodiscard]] bool occurs_in(std::string_view text) const {
    if (pattern_.starts_with('^')) return begins(pattern_.substr(1), text);
    for (;; text.remove_prefix(character(text))) {
      if (begins(pattern_, text)) return true;
      if (text.empty()) return false;
    }
  }

 private:
  static std::size_t character(std::string_view text) {
    std::size_t size = 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) ++size;
    return size;
  }

  [[nodiscard]] bool is_one(char wanted, std::string_view text) const {
    if (text.empty() || text.front() == '\n') return false;
    if (wanted == '.' || wanted == text.front()) return true;
    const auto lower = [](char c) {
      return std::tolower(static_cast<unsigned char>(c));
    };
    return ignores_case_ && text.front() > 0 && lower(wanted) == lower(text.front());
  }

  [[nodiscard]] bool begins(std::string_view pattern, std::string_view text) const {
    if (pattern.empty()) return true;
    if (pattern.size() > 1 && pattern[1] == '*') {
      for (;; text.remove_prefix(character(text))) {
        if (begins(pattern.substr(2), text)) return true;
        if (!is_one(pattern.front(), text)) return false;
      }
    }
    return is_one(pattern.front(), text) && begins(pattern.substr(1), text.substr(character(text)));
  }

  std::string_view pattern_;
  bool ignores_case_;
};

}  // namespace tocsin::topics
