// SPDX-License-Identifier: Apache-2.0
#include "manifest/instance.hpp"

#include <algorithm>
#include <utility>

#include <toml++/toml.h>

#include "base/key_pair.hpp"
#include "base/suggest.hpp"
#include "base/utf8.hpp"
#include "manifest/reporter.hpp"

namespace tocsin::manifest {
namespace {

constexpr std::size_t most_filters = 64;  // of one subscriber; docs/reference/wire.md, HELLO

Place place_of(const toml::node& node) {
  return {.line = node.source().begin.line, .column = node.source().begin.column};
}

SetOption set_option(const std::string& name, Value value, const toml::node& node) {
  SetOption option{.name = name, .value = std::move(value), .place = place_of(node)};
  if (const toml::array* const list = node.as_array()) {
    for (const toml::node& one : *list) option.texts.push_back(place_of(one));
  }
  return option;
}

/// What stands outside [options] and which plugins know by the name of an option all the same.
void note_own(const toml::node& node, const std::string& option, Instance& instance) {
  instance.own.push_back(set_option(option, {}, node));
}

void read_delivery(const toml::node& node, const Reporter& report, Instance& instance) {
  const auto text = node.value<std::string>();
  if (text == "tail" || text == "durable") {
    instance.delivery = text == "tail" ? Delivery::tail : Delivery::durable;
  } else {
    report.error(node.source(), "'delivery' must be \"durable\" or \"tail\"");
  }
}

void read_curve(const toml::node& node, const Reporter& report, Instance& instance) {
  const toml::table* const curve = node.as_table();
  if (curve == nullptr) return report.error(node.source(), "'curve' takes a table");
  for (const auto& [key, value] : *curve) {
    if (key.str() == "server_key") {
      report.take(value, "server_key", instance.server_key);
      note_own(value, "server-key", instance);
      if (!is_curve_key(instance.server_key)) {
        report.error(value.source(), "'server_key' is the daemon's public key, 40 characters");
      }
    } else if (key.str() == "key") {
      report.take(value, "key", instance.key_file);
      note_own(value, "key", instance);
    } else {
      report.unknown(key, "key", {"server_key", "key"});
    }
  }
  if (instance.server_key.empty() || instance.key_file.empty()) {
    report.error(curve->source(), "[curve] needs 'server_key' and 'key'");
  }
}

/// Null for what is no option of the cap: "max_per_hour" is, written as it is in the file.
const OptionSpec* find_cap_option(std::string_view key) {
  std::string name{key};
  std::replace(name.begin(), name.end(), '_', '-');
  const auto& specs = cap_options();
  const auto it = std::find_if(specs.begin(), specs.end(),
                               [&name](const OptionSpec& spec) { return spec.name == name; });
  return it == specs.end() || key.find('-') != std::string_view::npos ? nullptr : &*it;
}

void read_cap(const toml::node& node, const OptionSpec& spec, const Reporter& report,
              Instance& instance) {
  auto value = report.value(node, spec);
  if (!value) return;
  instance.cap.push_back(set_option(spec.name, std::move(*value), node));
}

void read_key(const toml::key& key, const toml::node& node, const Reporter& report,
              Instance& instance) {
  const std::string_view name = key.str();
  if (name == "plugin") {
    report.take(node, name, instance.plugin);
    if (!is_plugin_name(instance.plugin)) {
      report.error(node.source(), "a plugin's name is made of a-z, 0-9 and -");
    }
  } else if (name == "connect") {
    report.take(node, name, instance.connect);
    note_own(node, "connect", instance);
  } else if (name == "delivery") {
    read_delivery(node, report, instance);
  } else if (name == "filters") {
    report.take(node, name, instance.filters);
    if (!std::all_of(instance.filters.begin(), instance.filters.end(), is_filter)) {
      report.error(node.source(), "a filter is ASCII without spaces, at most 200 bytes");
    }
    if (instance.filters.size() > most_filters) report.error(node.source(), "more than 64 filters");
  } else if (name == "curve") {
    read_curve(node, report, instance);
  } else if (const OptionSpec* const spec = find_cap_option(name)) {
    read_cap(node, *spec, report, instance);
  } else if (name == "options") {
    if (!node.is_table()) report.error(node.source(), "'options' takes a table");
  } else if (name != "format") {
    report.unknown(key, "key",
                   {"format", "plugin", "connect", "curve", "delivery", "filters", "options",
                    "max_per_hour", "cap_window", "let_through"});
  }
}

void read_options(const toml::table& options, const Manifest& manifest, const Reporter& report,
                  Instance& instance) {
  std::vector<std::string> known;
  for (const OptionSpec& one : manifest.options) known.push_back(one.name);
  for (const auto& [key, node] : options) {
    const OptionSpec* const spec = manifest.find(key.str());
    if (spec == nullptr) {
      report.unknown(key, "option of '" + manifest.name + "'", known);
    } else if (auto value = report.value(node, *spec)) {
      instance.options.push_back(set_option(spec->name, std::move(*value), node));
    }
  }
}

void check_required(const toml::table& root, const Manifest& manifest, const Reporter& report) {
  const auto* options = root.get_as<toml::table>("options");
  for (const OptionSpec& one : manifest.options) {
    if (!one.is_required || (options != nullptr && options->contains(one.name))) continue;
    report.error(options != nullptr ? options->source() : toml::source_region{},
                 "option '" + one.name + "' of '" + manifest.name + "' must be set: " + one.help);
  }
}

}  // namespace

Result<Instance> read_instance(const InstanceFile& file, const FindManifest& find,
                               Diagnostics& diagnostics) {
  const Reporter report{file.path, diagnostics};
  Instance instance{.name = file.name, .plugin = file.name};
  const auto root = report.parse(file.toml, file_limit);
  if (root) {
    for (const auto& [key, node] : *root) read_key(key, node, report, instance);
  }
  if (auto verdict = report.verdict(); !verdict) return fail(verdict.error());
  const auto manifest = find(instance.plugin);
  if (!manifest) {
    const toml::node* const place = root->get("plugin");
    if (place == nullptr || manifest.error().code != Errc::not_found) return fail(manifest.error());
    report.error(place->source(), manifest.error().message);
    return fail(Errc::invalid_input, manifest.error().message);
  }
  if (const auto* options = root->get_as<toml::table>("options")) {
    read_options(*options, *manifest, report, instance);
  }
  check_required(*root, *manifest, report);
  if (auto verdict = report.verdict(); !verdict) return fail(verdict.error());
  return instance;
}

std::vector<std::string> arguments_of(const Instance& instance, const Manifest& manifest) {
  std::vector<std::string> words;
  const bool is_tail = instance.delivery.value_or(manifest.delivery) == Delivery::tail;
  words.push_back(is_tail ? "--tail" : "--name=" + instance.name);
  if (!instance.server_key.empty()) {
    words.push_back("--server-key=" + instance.server_key);
    words.push_back("--key=" + instance.key_file);
  }
  const auto& filters = instance.filters.empty() ? manifest.filters : instance.filters;
  for (const std::string& filter : filters) words.push_back("--filter=" + filter);
  for (const OptionSpec& spec : cap_options()) {
    for (const SetOption& one : instance.cap) {
      if (one.name == spec.name)
        words.push_back("--" + spec.name + "=" + words_of(spec, one.value)[0]);
    }
  }
  for (const SetOption& one : instance.options) {
    const OptionSpec* const spec = manifest.find(one.name);
    if (spec == nullptr) continue;
    for (const std::string& word : words_of(*spec, one.value)) {
      words.push_back("--" + one.name + "=" + word);
    }
  }
  return words;
}

}  // namespace tocsin::manifest
