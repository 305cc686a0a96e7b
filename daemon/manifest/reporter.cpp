// SPDX-License-Identifier: Apache-2.0
#include "manifest/reporter.hpp"

#include <algorithm>
#include <utility>

#include "base/suggest.hpp"
#include "base/utf8.hpp"

namespace tocsin::manifest {
namespace {

constexpr std::size_t text_limit = 4096;
constexpr std::size_t list_limit = 1000;

/// The value before bounds and choices are looked at; nothing for another type.
std::optional<Value> typed(const toml::node& node, Type type) {
  switch (type) {
    case Type::boolean:
      if (const auto* truth = node.as_boolean()) return Value{truth->get()};
      return std::nullopt;
    case Type::integer:
      if (const auto* number = node.as_integer()) return Value{number->get()};
      return std::nullopt;
    case Type::number:
      if (!node.is_number()) return std::nullopt;
      return Value{node.value<double>().value_or(0)};
    default:
      return std::nullopt;
  }
}

bool is_text(const toml::node& node) {
  const auto* text = node.as_string();
  if (text == nullptr || text->get().empty() || text->get().size() > text_limit) return false;
  return text->get().find_first_of(std::string_view{"\n\r\0", 3}) == std::string::npos;
}

}  // namespace

void Reporter::error(const toml::source_region& place, std::string message) const {
  diagnostics_.push_back({.file = file_,
                          .line = place.begin.line,
                          .column = place.begin.column,
                          .message = std::move(message)});
}

void Reporter::unknown(const toml::key& key, std::string_view what,
                       const std::vector<std::string>& known) const {
  error(key.source(), "unknown " + std::string{what} + " '" + escape_for_line(key.str(), 80) + "'" +
                          did_you_mean(key.str(), known));
}

std::optional<toml::table> Reporter::parse(std::string_view toml, std::size_t limit) const {
  if (toml.size() > limit) {
    error({}, "file over " + std::to_string(limit >> 10U) + " KiB");
    return std::nullopt;
  }
  try {
    toml::table root = toml::parse(toml, file_);
    const auto* format = root.get_as<std::int64_t>("format");
    if (format == nullptr || format->get() != 1) {
      error({}, "'format = 1' must stand at the head");
    }
    return root;
  } catch (const toml::parse_error& problem) {
    error(problem.source(), escape_for_line(problem.description()));
    return std::nullopt;
  }
}

Result<void> Reporter::verdict() const {
  if (diagnostics_.size() == already_) return {};
  return fail(Errc::invalid_input, to_line(diagnostics_.at(already_)));
}

void Reporter::take(const toml::node& node, std::string_view name, std::string& into) const {
  if (!is_text(node)) return error(node.source(), "'" + std::string{name} + "' takes a text");
  into = node.value<std::string>().value_or("");
}

void Reporter::take(const toml::node& node, std::string_view name,
                    std::vector<std::string>& into) const {
  const auto* list = node.as_array();
  const bool is_good = list != nullptr && list->size() <= list_limit &&
                       std::all_of(list->begin(), list->end(), is_text);
  if (!is_good) {
    return error(node.source(), "'" + std::string{name} + "' takes a list of texts");
  }
  into.clear();
  for (const toml::node& one : *list) into.push_back(one.value<std::string>().value_or(""));
}

std::optional<Value> Reporter::value(const toml::node& node, const OptionSpec& spec) const {
  const std::string shown_name = "'" + spec.name + "'";
  std::optional<Value> value = typed(node, spec.type);
  if (!value && spec.type == Type::strings) {
    std::vector<std::string> texts;
    take(node, spec.name, texts);
    return Value{std::move(texts)};
  }
  if (!value && is_text(node)) {
    const auto parsed = parse_value(spec, node.value<std::string>().value_or(""));
    const bool is_written_so =
        spec.type == Type::string || spec.type == Type::duration || spec.type == Type::size;
    if (is_written_so && parsed) return *parsed;
    if (is_written_so) {
      error(node.source(), shown_name + " " + parsed.error().message);
      return std::nullopt;
    }
  }
  if (!value) {
    error(node.source(), shown_name + " must be " + description_of(spec.type));
    return std::nullopt;
  }
  if (const std::string wrong = wrong_with(spec, *value); !wrong.empty()) {
    error(node.source(), shown_name + " " + wrong);
    return std::nullopt;
  }
  return value;
}

bool is_filter(std::string_view text) {
  constexpr std::size_t longest = 200;  // libzmq 4.3.4 loses longer subscriptions
  return text.size() <= longest &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace tocsin::manifest
