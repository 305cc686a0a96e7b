// SPDX-License-Identifier: Apache-2.0
#include "manifest/option.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/quantity.hpp"
#include "base/utf8.hpp"
#include "manifest/manifest.hpp"

namespace tocsin::manifest {
namespace {

constexpr std::array<std::pair<Type, std::string_view>, 7> type_names{{
    {Type::string, "string"},
    {Type::integer, "integer"},
    {Type::number, "number"},
    {Type::boolean, "boolean"},
    {Type::duration, "duration"},
    {Type::size, "size"},
    {Type::strings, "strings"},
}};

template <typename Number>
std::optional<Value> number(std::string_view text) {
  Number value{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return Value{value};
}

std::optional<Value> amount(std::optional<std::int64_t> value) {
  if (!value) return std::nullopt;
  return Value{*value};
}

std::optional<Value> read(Type type, std::string_view text) {
  switch (type) {
    case Type::string:
    case Type::strings:
      return Value{std::string{text}};
    case Type::integer:
      return number<std::int64_t>(text);
    case Type::number:
      return number<double>(text);
    case Type::boolean:
      if (text == "true" || text == "false") return Value{text == "true"};
      return std::nullopt;
    case Type::duration:
      return amount(read_duration(text));
    case Type::size:
      return amount(read_size(text));
  }
  return std::nullopt;
}

std::string written(Type type, double value) {
  const auto whole = static_cast<std::int64_t>(value);
  if (type == Type::duration) return write_duration(whole);
  if (type == Type::size) return write_size(whole);
  return type == Type::integer ? std::to_string(whole) : fmt::format("{}", value);
}

std::optional<double> magnitude(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return std::nullopt;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

std::string_view name_of(Type type) {
  for (const auto& [one, name] : type_names) {
    if (one == type) return name;
  }
  return {};
}

std::optional<Type> type_of(std::string_view wanted) {
  for (const auto& [type, name] : type_names) {
    if (name == wanted) return type;
  }
  return std::nullopt;
}

std::string description_of(Type type) {
  switch (type) {
    case Type::string:
      return "a text";
    case Type::integer:
      return "a whole number";
    case Type::number:
      return "a number";
    case Type::boolean:
      return "true or false";
    case Type::duration:
      return "a duration such as \"15m\"";
    case Type::size:
      return "a size such as \"10MiB\"";
    case Type::strings:
      return "a list of texts";
  }
  return {};
}

Result<Value> parse_value(const OptionSpec& spec, std::string_view text) {
  const auto value = read(spec.type, text);
  if (!value) return fail(Errc::invalid_input, "must be " + description_of(spec.type));
  if (const std::string wrong = wrong_with(spec, *value); !wrong.empty()) {
    return fail(Errc::invalid_input, wrong);
  }
  return *value;
}

std::string wrong_with(const OptionSpec& spec, const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  const auto& choices = spec.choices;
  if (text != nullptr && !choices.empty() &&
      std::find(choices.begin(), choices.end(), *text) == choices.end()) {
    return "must be one of " + joined(choices);
  }
  const auto size = magnitude(value);
  if (size && spec.low && *size < *spec.low) {
    return "must be at least " + written(spec.type, *spec.low);
  }
  if (size && spec.high && *size > *spec.high) {
    return "must be at most " + written(spec.type, *spec.high);
  }
  return {};
}

std::vector<std::string> words_of(const OptionSpec& spec, const Value& value) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) return *texts;
  if (const auto* text = std::get_if<std::string>(&value)) return {*text};
  if (const auto* truth = std::get_if<bool>(&value)) return {*truth ? "true" : "false"};
  if (const auto* real = std::get_if<double>(&value)) return {fmt::format("{}", *real)};
  const std::int64_t whole = std::get<std::int64_t>(value);
  if (spec.type == Type::duration) return {write_duration(whole)};
  if (spec.type == Type::size) return {write_size(whole)};
  return {std::to_string(whole)};
}

const std::vector<OptionSpec>& cap_options() {
  constexpr double most = 1'000'000;
  constexpr double second = 1000;
  constexpr double week = 7 * 24 * 3600 * second;
  static const std::vector<OptionSpec> specs{
      {.name = "max-per-hour",
       .type = Type::integer,
       .help = "hold what is more, and tell it as one alert; 0: no cap",
       .fallback = Value{std::int64_t{0}},
       .low = 0,
       .high = most},
      {.name = "cap-window",
       .type = Type::duration,
       .help = "the time that --max-per-hour counts in, from its first alert on (1h)",
       .fallback = Value{std::int64_t{3'600'000}},
       .low = second,
       .high = week},
      {.name = "let-through",
       .type = Type::integer,
       .help = "severities up to this are counted and never held",
       .fallback = Value{std::int64_t{0}},
       .low = 0,
       .high = 9}};
  return specs;
}

const std::vector<std::string>& common_options() {
  static const std::vector<std::string> names{
      "all",        "cap-window", "connect", "dry-run",     "exit-after",   "filter", "for",
      "from",       "help",       "key",     "let-through", "max-per-hour", "name",   "runtime",
      "server-key", "takeover",   "tail",    "topic",       "version"};
  return names;
}

bool is_option_name(std::string_view name) {
  const auto& taken = common_options();
  return is_plugin_name(name) && std::find(taken.begin(), taken.end(), name) == taken.end();
}

}  // namespace tocsin::manifest
