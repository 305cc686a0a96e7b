// SPDX-License-Identifier: Apache-2.0
#include "settings/value_reader.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/quantity.hpp"
#include "base/suggest.hpp"
#include "base/utf8.hpp"
#include "calendar/week.hpp"
#include "calendar/zone.hpp"
#include "http/address_guard.hpp"
#include "settings/request_text.hpp"

namespace tocsin::settings {
namespace {

constexpr std::size_t list_limit = 1000;
constexpr std::size_t text_limit = 4096;

std::string quoted_value(std::string_view text) {
  return "'" + escape_for_line(text, 80) + "'";
}

/// "'min_interval'" whatever the section it stands in.
std::string key_of(const Reading& reading) {
  return "'" + std::string{reading.name.substr(reading.name.find('.') + 1)} + "'";
}

void wrong_form(const toml::node& node, const Reading& reading) {
  reading.report.error(node.source(), key_of(reading) + " must be " + description_of(reading.rule));
}

/// The amount as milliseconds, bytes or pieces, when its form is right.
std::optional<std::int64_t> amount_of(const toml::node& node, Form form) {
  if (form == Form::number) {
    if (!node.is_integer()) return std::nullopt;
    return node.value<std::int64_t>();
  }
  const auto* text = node.as_string();
  if (text == nullptr) return std::nullopt;
  return form == Form::duration ? read_duration(text->get()) : read_size(text->get());
}

void read_amount(const toml::node& node, const Reading& reading, Target target) {
  const auto amount = amount_of(node, reading.rule.form);
  if (!amount) return wrong_form(node, reading);
  if (*amount < reading.rule.low || *amount > reading.rule.high) {
    reading.report.error(node.source(), key_of(reading) + " must be " + bounds_of(reading.rule));
    return;
  }
  const std::chrono::milliseconds time{*amount};
  if (auto* const* number = std::get_if<std::size_t*>(&target)) {
    **number = static_cast<std::size_t>(*amount);
  } else if (auto* const* fixed = std::get_if<std::chrono::milliseconds*>(&target)) {
    **fixed = time;
  } else if (auto* const* set = std::get_if<std::optional<std::chrono::milliseconds>*>(&target)) {
    **set = time;
  } else if (auto* const* count = std::get_if<std::optional<std::size_t>*>(&target)) {
    **count = static_cast<std::size_t>(*amount);
  }
}

void read_choice(const toml::node& node, const Reading& reading, Target target) {
  const auto* text = node.as_string();
  if (text == nullptr) return wrong_form(node, reading);
  const auto& choices = reading.rule.choices;
  const auto found = std::find(choices.begin(), choices.end(), text->get());
  if (found == choices.end()) {
    reading.report.error(node.source(),
                         key_of(reading) + " must be " + description_of(reading.rule) + ", not " +
                             quoted_value(text->get()) + did_you_mean(text->get(), choices));
    return;
  }
  const auto number = found - choices.begin();
  if (auto* const* level = std::get_if<LogLevel*>(&target)) {
    **level = static_cast<LogLevel>(number);
  } else if (auto* const* sink = std::get_if<LogTarget*>(&target)) {
    **sink = static_cast<LogTarget>(number);
  } else if (auto* const* priority = std::get_if<std::optional<Priority>*>(&target)) {
    **priority = static_cast<Priority>(number);
  } else if (auto* const* name = std::get_if<std::string*>(&target)) {
    **name = *found;
  }
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && rest == text.data() + text.size() && port <= 65535;
}

/// Health and metrics are for this machine only.
bool is_local_address(std::string_view text) {
  constexpr std::string_view loopback = "127.0.0.1:";
  constexpr std::string_view local_socket = "unix:/";
  if (text.starts_with(local_socket)) return text.size() > local_socket.size();
  return text.starts_with(loopback) && is_port(text.substr(loopback.size()));
}

bool is_endpoint(std::string_view text) {
  constexpr std::size_t prefix = 6;
  const bool is_ipc = text.starts_with("ipc://") && text.size() > prefix;
  const auto colon = text.rfind(':');
  return is_ipc ||
         (text.starts_with("tcp://") && colon > prefix && is_port(text.substr(colon + 1)));
}

/// As fault_of, for what names hours.
std::string fault_of_hours(std::string_view text, Form form) {
  if (form == Form::windows && calendar::parse_window(text)) return {};
  if (form == Form::moments && calendar::parse_moments(text)) return {};
  if (form == Form::zone && calendar::Zone::find(text)) return {};
  if (form == Form::windows) return "hours such as \"22:00-07:00\" or \"sat,sun 00:00-24:00\"";
  if (form == Form::moments) {
    return "a time such as \"07:00\", \"mon,thu 09:00\" or \"every 6h\" (hours that divide 24)";
  }
  return "a time zone such as \"Europe/Berlin\" or \"UTC\"";
}

/// What is wrong with one text of this form; empty when nothing is.
std::string fault_of(std::string_view text, Form form) {
  const bool has_control =
      std::any_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < ' '; });
  if (has_control || text.size() > text_limit) return "a text of one line, at most 4 KiB";
  if (form == Form::networks) {
    const auto network = http::parse_allowed_target(text);
    return network ? std::string{} : "a network: " + network.error().message;
  }
  if (form == Form::zone || form == Form::windows || form == Form::moments) {
    return fault_of_hours(text, form);
  }
  if (form == Form::endpoints && !is_endpoint(text)) {
    return "an endpoint such as \"tcp://127.0.0.1:9700\" or \"ipc:///run/tocsin/pub.sock\"";
  }
  if (form == Form::address && !text.empty() && !is_local_address(text)) {
    return "\"127.0.0.1:<port>\" or \"unix:/<path>\"";
  }
  return {};
}

std::string joined_path(const std::string& path, const Reporter& report) {
  if (path.empty()) return path;
  const auto folder = std::filesystem::path{report.file()}.parent_path();
  return (folder / path).lexically_normal().string();
}

std::string fault_of_header(std::string_view text) {
  const auto header = parse_header(text);
  if (!header) return header.error().message;
  if (!is_secret_header(header->name)) return {};
  return "'" + header->name + "' is a secret and belongs into the file that 'credential' names";
}

/// What is wrong with a text that may hold a secret by mistake, and so is not shown.
std::string hidden_fault_of(std::string_view text, Form form) {
  return form == Form::headers ? fault_of_header(text) : fault_of_proxy(text);
}

/// One text of a setting or of a list, checked and made ready.
std::optional<std::string> read_one(const toml::node& node, const Reading& reading) {
  const auto* text = node.as_string();
  if (text == nullptr) {
    wrong_form(node, reading);
    return std::nullopt;
  }
  const Form form = reading.rule.form;
  if (form == Form::headers || form == Form::proxy) {
    const std::string fault = hidden_fault_of(text->get(), form);
    if (fault.empty()) return text->get();
    reading.report.error(node.source(), key_of(reading) + ": " + fault);
    return std::nullopt;
  }
  if (const std::string fault = fault_of(text->get(), form); !fault.empty()) {
    reading.report.error(node.source(), key_of(reading) + " must be " + fault + ", not " +
                                            quoted_value(text->get()));
    return std::nullopt;
  }
  const bool is_path = form == Form::path || form == Form::paths;
  return is_path ? joined_path(text->get(), reading.report) : text->get();
}

void read_list(const toml::node& node, const Reading& reading, std::vector<std::string>& target) {
  const toml::array* elements = node.as_array();
  if (elements == nullptr) return wrong_form(node, reading);
  if (elements->size() > list_limit) {
    reading.report.error(node.source(), key_of(reading) + " lists more than 1000");
    return;
  }
  for (const toml::node& element : *elements) {
    if (auto one = read_one(element, reading)) target.push_back(std::move(*one));
  }
}

void read_text(const toml::node& node, const Reading& reading, Target target) {
  if (auto* const* list = std::get_if<std::vector<std::string>*>(&target)) {
    read_list(node, reading, **list);
  } else if (auto* const* set = std::get_if<std::optional<std::vector<std::string>>*>(&target)) {
    read_list(node, reading, (*set)->emplace());
  } else if (auto one = read_one(node, reading)) {
    *std::get<std::string*>(target) = std::move(*one);
  }
}

}  // namespace

void Reporter::error(const toml::source_region& place, std::string message) const {
  diagnostics_.push_back({.file = file_,
                          .line = place.begin.line,
                          .column = place.begin.column,
                          .message = std::move(message)});
}

void Reporter::warning(const toml::source_region& place, std::string message) const {
  error(place, std::move(message));
  diagnostics_.back().level = Diagnostic::Level::warning;
}

void Reporter::unknown(const toml::key& key, std::string_view what,
                       const std::vector<std::string>& known) const {
  error(key.source(), "unknown " + std::string{what} + " " + quoted_value(key.str()) +
                          did_you_mean(key.str(), known));
}

void read_value(const toml::node& node, const Reading& reading, Target target) {
  switch (reading.rule.form) {
    case Form::duration:
    case Form::size:
    case Form::number:
      return read_amount(node, reading, target);
    case Form::choice:
      return read_choice(node, reading, target);
    case Form::flag:
      if (!node.is_boolean()) return wrong_form(node, reading);
      *std::get<std::optional<bool>*>(target) = node.value<bool>();
      return;
    default:
      return read_text(node, reading, target);
  }
}

}  // namespace tocsin::settings
