// SPDX-License-Identifier: Apache-2.0
#include "app/feed_options_json.hpp"

#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/quantity.hpp"
#include "settings/rows.hpp"

namespace tocsin::app {
namespace {

/// The values that a `[[feed]]` table can hold; null for what is not set.
class ValueJson {
 public:
  explicit ValueJson(const settings::Rule& rule) : rule_{rule} {}

  nlohmann::json operator()(const std::string* text) const {
    return text->empty() ? nlohmann::json() : nlohmann::json(*text);
  }

  nlohmann::json operator()(const std::vector<std::string>* all) const {
    auto list = nlohmann::json::array();
    for (const std::string& one : *all) {
      // What a header says is between the operator and the server.
      const bool is_header = rule_.form == settings::Form::headers;
      list.push_back(is_header ? one.substr(0, one.find(':')) : one);
    }
    return list.empty() ? nlohmann::json() : list;
  }

  template <typename Value>
  nlohmann::json operator()(const std::optional<Value>* value) const {
    if (!*value) return {};
    if constexpr (std::is_same_v<Value, bool>) {
      return **value;
    } else if constexpr (std::is_same_v<Value, settings::Priority>) {
      return rule_.choices.at(static_cast<std::size_t>(**value));
    } else if constexpr (std::is_same_v<Value, std::chrono::milliseconds>) {
      return write_duration((*value)->count());
    } else {
      return {};  // of topics only
    }
  }

  template <typename Value>
  nlohmann::json operator()(const Value* /*of the daemon only*/) const {
    return {};
  }

 private:
  const settings::Rule& rule_;
};

}  // namespace

nlohmann::json options_json(settings::FeedOptions options) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& row : settings::feed_rows()) {
    if (row.name == "id" || row.name == "tag") continue;  // whom they are for
    nlohmann::json value = std::visit(ValueJson{row.rule}, row.target(options));
    if (!value.is_null()) json[std::string{row.name}] = std::move(value);
  }
  return json;
}

}  // namespace tocsin::app
