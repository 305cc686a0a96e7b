// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

struct sqlite3_stmt;

namespace tocsin::store {

/// The values of one result row, taken from left to right. Valid until the statement steps on.
class Row {
 public:
  explicit Row(sqlite3_stmt& statement) : statement_{statement} {}

  [[nodiscard]] std::string text();
  [[nodiscard]] std::string bytes();              ///< Of a BLOB.
  [[nodiscard]] std::vector<std::string> list();  ///< Joined by U+001F in the table.
  [[nodiscard]] std::int64_t integer();
  [[nodiscard]] std::uint64_t bits();  ///< 64 bits that the table holds as a signed number.

  [[nodiscard]] int small() { return static_cast<int>(integer()); }

  [[nodiscard]] bool flag() { return integer() != 0; }

  [[nodiscard]] double number();

  [[nodiscard]] Time time() { return Time{std::chrono::milliseconds{integer()}}; }

  [[nodiscard]] std::optional<Time> optional_time();

 private:
  sqlite3_stmt& statement_;
  int column_ = 0;
};

/// A parameter that is not text. Borrowed until the statement is reset.
struct Blob {
  std::string_view bytes;
};

/// Gives a statement its parameters from left to right. Text is borrowed until the statement is
/// reset.
class Binder {
 public:
  explicit Binder(sqlite3_stmt& statement) : statement_{statement} {}

  void put(std::int64_t value);
  void put(std::uint64_t value);

  void put(int value) { put(static_cast<std::int64_t>(value)); }

  void put(bool value) { put(value ? 1 : 0); }

  void put(double value);
  void put(std::string_view value);

  void put(const std::string& value) { put(std::string_view{value}); }

  void put(Blob value);

  void put(const char* value) { put(std::string_view{value}); }

  void put(Time value) { put(static_cast<std::int64_t>(value.time_since_epoch().count())); }

  void put(const std::optional<Time>& value);

  [[nodiscard]] int error() const { return error_; }

 private:
  void note(int code);

  sqlite3_stmt& statement_;
  int index_ = 0;
  int error_ = 0;
};

/// The values with U+001F between them, which clean text does not contain.
[[nodiscard]] std::string join_list(const std::vector<std::string>& values);

}  // namespace tocsin::store
