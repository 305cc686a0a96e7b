// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace tocsin::text {

/// Writes any script in ASCII letters, as names of files need it: "Überflutung" is "Uberflutung",
/// "Выборы" is "Vybory", "地震" is "de zhen". For one thread; making one takes some milliseconds.
class LatinLetters {
 public:
  LatinLetters();
  ~LatinLetters();
  LatinLetters(const LatinLetters&) = delete;
  LatinLetters& operator=(const LatinLetters&) = delete;

  /// What has no Latin letters (signs, pictures) comes back as it was.
  [[nodiscard]] std::string write(std::string_view text) const;

 private:
  struct Rules;
  std::unique_ptr<const Rules> rules_;
};

}  // namespace tocsin::text
