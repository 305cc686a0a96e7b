// SPDX-License-Identifier: Apache-2.0
#include "settings/plugin_instance.hpp"

#include <algorithm>

#include <toml++/toml.h>

#include "base/key_pair.hpp"
#include "base/utf8.hpp"
#include "settings/value_reader.hpp"

namespace tocsin::settings {
namespace {

constexpr std::size_t file_limit = std::size_t{64} << 10U;

void read_option(std::string_view name, const toml::node& node, const Reporter& report,
                 PluginInstance& instance) {
  const std::string flag = "--" + std::string{name};
  if (!is_plugin_name(name)) {
    report.error(node.source(), "an option's name is made of a-z, 0-9 and -");
  } else if (const auto* truth = node.as_boolean()) {
    if (truth->get()) instance.arguments.push_back(flag);
  } else if (const auto text = node.value<std::string>()) {
    instance.arguments.insert(instance.arguments.end(), {flag, *text});
  } else if (const auto* number = node.as_integer()) {
    instance.arguments.insert(instance.arguments.end(), {flag, std::to_string(number->get())});
  } else {
    report.error(node.source(),
                 "option '" + std::string{name} + "' takes a text, a whole number or true");
  }
}

void read_text(const toml::node& node, std::string_view name, const Reporter& report,
               std::string& target) {
  if (const auto text = node.value<std::string>(); text && !text->empty()) {
    target = *text;
  } else {
    report.error(node.source(), "'" + std::string{name} + "' takes a text");
  }
}

void read_curve(const toml::table& curve, const Reporter& report, PluginInstance& instance) {
  std::string server_key;
  std::string file;
  for (const auto& [key, node] : curve) {
    if (key.str() == "server_key") {
      read_text(node, "server_key", report, server_key);
      if (!is_curve_key(server_key)) {
        report.error(node.source(), "'server_key' is the daemon's public key, 40 characters");
      }
    } else if (key.str() == "key") {
      read_text(node, "key", report, file);
    } else {
      report.unknown(key, "key", {"server_key", "key"});
    }
  }
  if (server_key.empty() || file.empty()) {
    report.error(curve.source(), "[curve] needs 'server_key' and 'key'");
  }
  instance.arguments.insert(instance.arguments.end(), {"--server-key", server_key, "--key", file});
}

PluginInstance read_root(const toml::table& root, const Reporter& report) {
  PluginInstance instance;
  bool has_format = false;
  for (const auto& [key, node] : root) {
    if (key.str() == "format") {
      has_format = node.value<std::int64_t>() == 1;
    } else if (key.str() == "plugin") {
      read_text(node, "plugin", report, instance.plugin);
      if (!instance.plugin.empty() && !is_plugin_name(instance.plugin)) {
        report.error(node.source(), "a plugin's name is made of a-z, 0-9 and -");
      }
    } else if (key.str() == "connect") {
      read_text(node, "connect", report, instance.connect);
    } else if (key.str() == "curve" && node.is_table()) {
      read_curve(*node.as_table(), report, instance);
    } else if (key.str() == "options" && node.is_table()) {
      for (const auto& [name, value] : *node.as_table()) {
        read_option(name.str(), value, report, instance);
      }
    } else {
      report.unknown(key, "key", {"format", "plugin", "connect", "curve", "options"});
    }
  }
  if (!has_format) report.error({}, "'format = 1' must stand at the head");
  return instance;
}

}  // namespace

bool is_plugin_name(std::string_view name) {
  constexpr std::size_t longest = 64;
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  return !name.empty() && name.size() <= longest && is_plain(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return is_plain(c) || c == '-'; });
}

Result<PluginInstance> read_plugin_instance(std::string_view toml, const std::string& file_name,
                                            Diagnostics& diagnostics) {
  const Reporter report{file_name, diagnostics};
  const std::size_t already = diagnostics.size();
  PluginInstance instance;
  if (toml.size() > file_limit) {
    report.error({}, "file over 64 KiB");
  } else {
    try {
      instance = read_root(toml::parse(toml, file_name), report);
    } catch (const toml::parse_error& error) {
      report.error(error.source(), escape_for_line(error.description()));
    }
  }
  if (diagnostics.size() > already) {
    return fail(Errc::invalid_input, to_line(diagnostics.at(already)));
  }
  return instance;
}

}  // namespace tocsin::settings
