// SPDX-License-Identifier: Apache-2.0
#include "alert/json_object.hpp"

#include <rapidjson/encodedstream.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace tocsin::alert {

namespace {

/// Puts numbers into the tree as the standard library reads them. RapidJSON 1.1 reads beyond its
/// table of powers where a fraction is long enough (its full precision), and is off in the last
/// digits otherwise.
class TreeBuilder {
 public:
  explicit TreeBuilder(rapidjson::Document& tree) : tree_{tree} {}

  using Size = rapidjson::SizeType;

  bool Null() { return tree_.Null(); }

  bool Bool(bool value) { return tree_.Bool(value); }

  bool Int(int value) { return tree_.Int(value); }

  bool Uint(unsigned value) { return tree_.Uint(value); }

  bool Int64(std::int64_t value) { return tree_.Int64(value); }

  bool Uint64(std::uint64_t value) { return tree_.Uint64(value); }

  bool Double(double value) { return tree_.Double(value); }

  bool String(const char* text, Size size, bool copy) { return tree_.String(text, size, copy); }

  bool StartObject() { return tree_.StartObject(); }

  bool Key(const char* text, Size size, bool copy) { return tree_.Key(text, size, copy); }

  bool EndObject(Size members) { return tree_.EndObject(members); }

  bool StartArray() { return tree_.StartArray(); }

  bool EndArray(Size elements) { return tree_.EndArray(elements); }

  /// `text` is a number by JSON's grammar.
  bool RawNumber(const char* text, Size size, bool /*copy*/) {
    const char* const end = text + size;
    std::int64_t whole = 0;
    if (is_all(std::from_chars(text, end, whole), end)) return tree_.Int64(whole);
    std::uint64_t large = 0;
    if (is_all(std::from_chars(text, end, large), end)) return tree_.Uint64(large);
    double value = 0;
    const auto read = std::from_chars(text, end, value);
    if (read.ec == std::errc{}) return tree_.Double(value);
    // Out of range: nearly nothing, or more than a number can hold.
    const std::string_view digits{text, size};
    const bool is_tiny = digits.find("e-") != std::string_view::npos ||
                         digits.find("E-") != std::string_view::npos || digits.starts_with("0.") ||
                         digits.starts_with("-0.");
    return is_tiny && tree_.Double(0);
  }

 private:
  static bool is_all(const std::from_chars_result& read, const char* end) {
    return read.ec == std::errc{} && read.ptr == end;
  }

  rapidjson::Document& tree_;
};

}  // namespace

rapidjson::Document parse_json(std::string_view text) {
  constexpr unsigned flags = rapidjson::kParseIterativeFlag |
                             rapidjson::kParseValidateEncodingFlag |
                             rapidjson::kParseNumbersAsStringsFlag;
  rapidjson::Document document;
  bool is_well = false;
  const auto read = [&](rapidjson::Document& tree) {
    rapidjson::MemoryStream bytes{text.data(), text.size()};
    rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> stream{bytes};
    rapidjson::Reader reader;
    TreeBuilder builder{tree};
    is_well = !reader.Parse<flags>(stream, builder).IsError();
    return is_well;
  };
  document.Populate(read);
  if (!is_well) document.SetNull();
  return document;
}

JsonObject::JsonObject(const rapidjson::Value& json, std::string path, std::string& wrong)
    : json_{json},
      path_{std::move(path)},
      wrong_{wrong} {}

const rapidjson::Value* JsonObject::find(std::string_view name) const {
  const rapidjson::Value key{rapidjson::StringRef(name.data(), name.size())};
  const auto it = json_.FindMember(key);
  return it == json_.MemberEnd() || it->value.IsNull() ? nullptr : &it->value;
}

std::string JsonObject::path_of(std::string_view name) const {
  return path_.empty() ? std::string{name} : path_ + "." + std::string{name};
}

void JsonObject::complain(std::string_view name, std::string_view what) {
  if (wrong_.empty()) wrong_ = path_of(name) + " " + std::string{what};
}

const rapidjson::Value* JsonObject::object(std::string_view name) {
  const auto* const value = find(name);
  if (value == nullptr || value->IsObject()) return value;
  complain(name, "is not an object");
  return nullptr;
}

const rapidjson::Value* JsonObject::array(std::string_view name) {
  const auto* const value = find(name);
  if (value == nullptr || value->IsArray()) return value;
  complain(name, "is not an array");
  return nullptr;
}

void JsonObject::take(std::string_view name, bool& into) {
  const auto* const value = find(name);
  if (value == nullptr) return;
  if (!value->IsBool()) return complain(name, "is not true or false");
  into = value->GetBool();
}

template <typename Number>
void JsonObject::take_integer(std::string_view name, Number& into) {
  const auto* const value = find(name);
  if (value == nullptr) return;
  if (!value->IsInt64() && !value->IsUint64()) return complain(name, "is not a whole number");
  // What is above int64's end is unsigned alone, what is below zero signed alone.
  const bool fits = value->IsInt64() ? std::in_range<Number>(value->GetInt64())
                                     : std::in_range<Number>(value->GetUint64());
  if (!fits) return complain(name, "is out of range");
  into = value->IsInt64() ? static_cast<Number>(value->GetInt64())
                          : static_cast<Number>(value->GetUint64());
}

void JsonObject::take(std::string_view name, int& into) {
  take_integer(name, into);
}

void JsonObject::take(std::string_view name, std::uint32_t& into) {
  take_integer(name, into);
}

void JsonObject::take(std::string_view name, std::int64_t& into) {
  take_integer(name, into);
}

void JsonObject::take(std::string_view name, std::uint64_t& into) {
  take_integer(name, into);
}

void JsonObject::take(std::string_view name, double& into) {
  const auto* const value = find(name);
  if (value == nullptr) return;
  if (!value->IsNumber()) return complain(name, "is not a number");
  into = value->GetDouble();
}

void JsonObject::take(std::string_view name, std::string& into) {
  const auto* const value = find(name);
  if (value == nullptr) return;
  if (!value->IsString()) return complain(name, "is not a string");
  into = text_of(*value);
}

void JsonObject::take(std::string_view name, std::vector<std::string>& into) {
  const auto* const values = array(name);
  if (values == nullptr) return;
  into.clear();
  for (const auto& value : values->GetArray()) {
    if (!value.IsString()) return complain(name, "holds something else than strings");
    into.emplace_back(text_of(value));
  }
}

}  // namespace tocsin::alert
