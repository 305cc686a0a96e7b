// SPDX-License-Identifier: Apache-2.0
#include "store/row.hpp"

#include <sqlite3.h>

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::store {

namespace {

constexpr char list_separator = '\x1f';

}  // namespace

std::string Row::text() {
  const int column = column_++;
  const void* const bytes = sqlite3_column_text(&statement_, column);
  if (bytes == nullptr) return {};
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(&statement_, column));
  return {static_cast<const char*>(bytes), size};
}

std::string Row::bytes() {
  const int column = column_++;
  const void* const bytes = sqlite3_column_blob(&statement_, column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes),
          static_cast<std::size_t>(sqlite3_column_bytes(&statement_, column))};
}

std::vector<std::string> Row::list() {
  const auto joined = text();
  std::vector<std::string> values;
  if (joined.empty()) return values;
  std::size_t begin = 0;
  while (true) {
    const auto end = joined.find(list_separator, begin);
    values.push_back(joined.substr(begin, end - begin));
    if (end == std::string::npos) return values;
    begin = end + 1;
  }
}

std::int64_t Row::integer() {
  return sqlite3_column_int64(&statement_, column_++);
}

std::uint64_t Row::bits() {
  return std::bit_cast<std::uint64_t>(integer());
}

double Row::number() {
  return sqlite3_column_double(&statement_, column_++);
}

std::optional<Time> Row::optional_time() {
  if (sqlite3_column_type(&statement_, column_) == SQLITE_NULL) {
    ++column_;
    return std::nullopt;
  }
  return time();
}

void Binder::note(int code) {
  if (error_ == SQLITE_OK) error_ = code;
}

void Binder::put(std::int64_t value) {
  note(sqlite3_bind_int64(&statement_, ++index_, value));
}

void Binder::put(std::uint64_t value) {
  put(std::bit_cast<std::int64_t>(value));
}

void Binder::put(double value) {
  note(sqlite3_bind_double(&statement_, ++index_, value));
}

void Binder::put(std::string_view value) {
  // A null pointer would be NULL, not the empty text.
  const char* const bytes = value.data() == nullptr ? "" : value.data();
  note(sqlite3_bind_text64(&statement_, ++index_, bytes, value.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Binder::put(Blob value) {
  const char* const bytes = value.bytes.data() == nullptr ? "" : value.bytes.data();
  note(sqlite3_bind_blob64(&statement_, ++index_, bytes, value.bytes.size(), SQLITE_STATIC));
}

void Binder::put(const std::optional<Time>& value) {
  if (value) return put(*value);
  note(sqlite3_bind_null(&statement_, ++index_));
}

std::string join_list(const std::vector<std::string>& values) {
  std::string joined;
  for (const auto& value : values) {
    if (&value != &values.front()) joined += list_separator;
    joined += value;
  }
  return joined;
}

}  // namespace tocsin::store
