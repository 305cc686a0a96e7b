// SPDX-License-Identifier: Apache-2.0
#include "alert/json_object.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace tocsin::alert {

JsonObject::JsonObject(const nlohmann::json& json, std::string path, std::string& wrong)
    : json_{json},
      path_{std::move(path)},
      wrong_{wrong} {}

const nlohmann::json* JsonObject::find(std::string_view name) const {
  const auto it = json_.find(name);
  return it == json_.end() || it->is_null() ? nullptr : &*it;
}

std::string JsonObject::path_of(std::string_view name) const {
  return path_.empty() ? std::string{name} : path_ + "." + std::string{name};
}

void JsonObject::complain(std::string_view name, std::string_view what) {
  if (wrong_.empty()) wrong_ = path_of(name) + " " + std::string{what};
}

const nlohmann::json* JsonObject::object(std::string_view name) {
  const auto* const value = find(name);
  if (value == nullptr || value->is_object()) return value;
  complain(name, "is not an object");
  return nullptr;
}

const nlohmann::json* JsonObject::array(std::string_view name) {
  const auto* const value = find(name);
  if (value == nullptr || value->is_array()) return value;
  complain(name, "is not an array");
  return nullptr;
}

void JsonObject::take(std::string_view name, bool& into) {
  const auto* const value = find(name);
  if (value == nullptr) return;
  if (!value->is_boolean()) return complain(name, "is not true or false");
  into = value->get<bool>();
}

template <typename Number>
void JsonObject::take_integer(std::string_view name, Number& into) {
  const auto* const value = find(name);
  if (value == nullptr) return;
  if (!value->is_number_integer()) return complain(name, "is not a whole number");
  // A number parsed as unsigned may pass int64's end, one parsed as signed is negative.
  const bool fits = value->is_number_unsigned() ? std::in_range<Number>(value->get<std::uint64_t>())
                                                : std::in_range<Number>(value->get<std::int64_t>());
  if (!fits) return complain(name, "is out of range");
  into = value->get<Number>();
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
  if (!value->is_number()) return complain(name, "is not a number");
  into = value->get<double>();
}

void JsonObject::take(std::string_view name, std::string& into) {
  const auto* const value = find(name);
  if (value == nullptr) return;
  if (!value->is_string()) return complain(name, "is not a string");
  into = value->get_ref<const std::string&>();
}

void JsonObject::take(std::string_view name, std::vector<std::string>& into) {
  const auto* const values = array(name);
  if (values == nullptr) return;
  into.clear();
  for (const auto& value : *values) {
    if (!value.is_string()) return complain(name, "holds something else than strings");
    into.push_back(value.get_ref<const std::string&>());
  }
}

}  // namespace tocsin::alert
