// SPDX-License-Identifier: Apache-2.0
#include "settings/table.hpp"

#include <type_traits>
#include <variant>

#include "base/quantity.hpp"
#include "settings/rows.hpp"

namespace tocsin::settings {
namespace {

std::string type_of(const Rule& rule) {
  switch (rule.form) {
    case Form::duration:
      return "duration, " + bounds_of(rule);
    case Form::size:
      return "size, " + bounds_of(rule);
    case Form::number:
      return "number, " + bounds_of(rule);
    case Form::text:
      return "text";
    case Form::path:
      return "path";
    case Form::paths:
      return "list of paths";
    case Form::names:
      return "list of topic ids";
    case Form::users:
      return "list of users";
    case Form::networks:
      return "list of networks";
    case Form::headers:
      return "list of headers";
    case Form::proxy:
      return "proxy";
    case Form::endpoints:
      return "list of endpoints";
    case Form::address:
      return "address";
    case Form::zone:
      return "time zone";
    case Form::windows:
      return "list of hours";
    case Form::moments:
      return "list of times";
    case Form::flag:
      return "true or false";
    case Form::choice:
      break;
  }
  std::string names;
  for (const std::string& name : rule.choices) names += (names.empty() ? "" : ", ") + name;
  return names;
}

std::string in_quotes(const std::string& text) {
  return "\"" + text + "\"";
}

/// The value at `target` as TOML. The defaults hold no quotes, backslashes or filled lists.
std::string value_at(const Target& target, const Rule& rule) {
  const auto write = [&rule](const auto* value) -> std::string {
    using Value = std::remove_cv_t<std::remove_pointer_t<decltype(value)>>;
    if constexpr (std::is_same_v<Value, std::string>) {
      return in_quotes(*value);
    } else if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
      return "[]";
    } else if constexpr (std::is_same_v<Value, std::size_t>) {
      const auto amount = static_cast<std::int64_t>(*value);
      return rule.form == Form::size ? in_quotes(write_size(amount)) : std::to_string(amount);
    } else if constexpr (std::is_same_v<Value, std::chrono::milliseconds>) {
      return in_quotes(write_duration(value->count()));
    } else if constexpr (std::is_enum_v<Value>) {
      return in_quotes(rule.choices.at(static_cast<std::size_t>(*value)));
    } else {
      return {};
    }
  };
  return std::visit(write, target);
}

template <typename Owner>
std::vector<SettingInfo> options_in(const std::vector<Row<Owner>>& rows) {
  std::vector<SettingInfo> table;
  for (const auto& row : rows) {
    table.push_back({.name = std::string{row.name},
                     .type = type_of(row.rule),
                     .default_value = {},
                     .sentence = std::string{row.sentence}});
  }
  return table;
}

}  // namespace

std::vector<SettingInfo> settings_table() {
  Settings defaults;
  std::vector<SettingInfo> table;
  for (const auto& row : settings_rows()) {
    table.push_back({.name = std::string{row.name},
                     .type = type_of(row.rule),
                     .default_value = value_at(row.target(defaults), row.rule),
                     .sentence = std::string{row.sentence}});
  }
  return table;
}

std::vector<SettingInfo> feed_options_table() {
  return options_in(feed_rows());
}

std::vector<SettingInfo> topic_options_table() {
  return options_in(topic_rows());
}

}  // namespace tocsin::settings
