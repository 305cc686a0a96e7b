// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rapidjson/document.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::alert {

/// A JSON text as a tree, null when it is none. Deep nesting costs memory of the heap, not of the
/// stack.
[[nodiscard]] rapidjson::Document parse_json(std::string_view text);

/// The string that `value` is.
[[nodiscard]] inline std::string_view text_of(const rapidjson::Value& value) {
  return {value.GetString(), value.GetStringLength()};
}

/// Reads the members of one JSON object into fields. The first member that is wrong is put into
/// `wrong` as a sentence ("data.item.title is not a string") and stays there; all later calls do
/// nothing.
class JsonObject {
 public:
  /// Borrows `json`, which is an object, and `wrong`.
  JsonObject(const rapidjson::Value& json, std::string path, std::string& wrong);

  /// The member's value when it is there: an absent one, or null, leaves the field as it is.
  void take(std::string_view name, bool& into);
  void take(std::string_view name, int& into);
  void take(std::string_view name, std::uint32_t& into);
  void take(std::string_view name, std::int64_t& into);
  void take(std::string_view name, std::uint64_t& into);
  void take(std::string_view name, double& into);
  void take(std::string_view name, std::string& into);
  void take(std::string_view name, std::vector<std::string>& into);

  /// As take(), but an absent member is wrong.
  template <typename Field>
  void require(std::string_view name, Field& into) {
    if (find(name) == nullptr) complain(name, "is missing");
    take(name, into);
  }

  /// The member that is an object, or null.
  [[nodiscard]] const rapidjson::Value* object(std::string_view name);
  /// The member that is an array, or null.
  [[nodiscard]] const rapidjson::Value* array(std::string_view name);

  /// Remembers what is wrong with `name` unless something was before.
  void complain(std::string_view name, std::string_view what);

  [[nodiscard]] std::string path_of(std::string_view name) const;

  [[nodiscard]] std::string& wrong() const { return wrong_; }

 private:
  [[nodiscard]] const rapidjson::Value* find(std::string_view name) const;
  template <typename Number>
  void take_integer(std::string_view name, Number& into);

  const rapidjson::Value& json_;
  std::string path_;
  std::string& wrong_;
};

}  // namespace tocsin::alert
