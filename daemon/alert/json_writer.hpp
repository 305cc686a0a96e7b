// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_block.hpp"
#include "base/utf8.hpp"

namespace tocsin::alert {

/// RapidJSON's writer looks at each byte of a text by itself. Here texts in which nothing is to be
/// escaped, as in most, are copied as they are.
class TextWriter : public rapidjson::Writer<rapidjson::StringBuffer> {
 public:
  using Writer::Writer;

  void put_text(std::string_view text) {
    const auto is_escaped = [](ByteBlock bytes, ByteBlock) -> ByteBlock {
      return (bytes < 0x20) | (bytes == '"') | (bytes == '\\');
    };
    if (find_marked(text, 0, ' ', is_escaped) != text.size()) {
      String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
      return;
    }
    Prefix(rapidjson::kStringType);
    char* const place = os_->Push(text.size() + 2);
    place[0] = '"';
    std::copy(text.begin(), text.end(), place + 1);
    place[text.size() + 1] = '"';
  }
};

/// Writes one JSON object, member by member, in the order of the calls and without building a tree:
/// that took two thirds of the time of appending to the log. What is no UTF-8 is cleaned, what is
/// no number becomes null.
class JsonWriter {
 public:
  JsonWriter() { writer_.StartObject(); }

  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;
  ~JsonWriter() = default;

  /// Begins an object that is a member, or with an empty `name` an element of the array begun last.
  void begin_object(std::string_view name = {}) {
    put_key(name);
    writer_.StartObject();
  }

  void end_object() { writer_.EndObject(); }

  void begin_array(std::string_view name) {
    put_key(name);
    writer_.StartArray();
  }

  void end_array() { writer_.EndArray(); }

  void put(std::string_view name, std::string_view value) {
    put_key(name);
    put_text(value);
  }

  void put(std::string_view name, const char* value) { put(name, std::string_view{value}); }

  void put(std::string_view name, const std::string& value) { put(name, std::string_view{value}); }

  void put(std::string_view name, bool value) {
    put_key(name);
    writer_.Bool(value);
  }

  template <std::signed_integral Number>
  void put(std::string_view name, Number value) {
    put_key(name);
    writer_.Int64(value);
  }

  template <std::unsigned_integral Number>
  void put(std::string_view name, Number value) {
    put_key(name);
    writer_.Uint64(value);
  }

  void put(std::string_view name, double value) {
    put_key(name);
    std::isfinite(value) ? writer_.Double(value) : writer_.Null();
  }

  void put(std::string_view name, const std::vector<std::string>& values) {
    begin_array(name);
    for (const std::string& value : values) put_text(value);
    end_array();
  }

  /// Ends the object. The writer is spent.
  [[nodiscard]] std::string finish() {
    writer_.EndObject();
    return {buffer_.GetString(), buffer_.GetSize()};
  }

 private:
  void put_key(std::string_view name) {
    if (!name.empty()) writer_.put_text(name);
  }

  void put_text(std::string_view text) {
    if (!is_utf8(text)) return put_text(clean_utf8(text));
    writer_.put_text(text);
  }

  static constexpr std::size_t usual_size = 4096;  // most alerts need not grow it

  rapidjson::StringBuffer buffer_{nullptr, usual_size};
  TextWriter writer_{buffer_};
};

}  // namespace tocsin::alert
