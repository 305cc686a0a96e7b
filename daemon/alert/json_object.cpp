// SPDX-License-Identifier: Apache-2.0
#include "alert/json_object.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin::alert {

rapidjson::Document parse_json(std::string_view text) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
                 rapidjson::kParseFullPrecisionFlag>(text.data(), text.size());
  if (document.HasParseError()) document.SetNull();
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
