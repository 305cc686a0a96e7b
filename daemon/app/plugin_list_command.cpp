// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/json_line.hpp"
#include "app/output.hpp"
#include "app/plugin_place.hpp"
#include "app/plugin_verbs.hpp"

namespace tocsin::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// An instance as plugins.d has it; of one that cannot run the reason.
struct Seen {
  std::string name;
  std::string plugin;
  std::string wrong;
};

Seen look_at(const settings::Paths& paths, const std::string& name) {
  if (!manifest::is_plugin_name(name)) {
    return {.name = name, .plugin = {}, .wrong = "its name is not made of a-z, 0-9 and -"};
  }
  Diagnostics diagnostics;
  // Who may read a secret is looked at when the plugin starts, by its own user.
  const auto read = read_instance(paths, name, Secrets::may_be_absent, diagnostics);
  if (read) return {.name = name, .plugin = read->instance.plugin, .wrong = {}};
  return {.name = name, .plugin = {}, .wrong = read.error().message};
}

/// True when it runs without a file: nothing is required.
bool is_ready(const manifest::Manifest& manifest) {
  return std::none_of(manifest.options.begin(), manifest.options.end(),
                      [](const auto& one) { return one.is_required; });
}

json json_of(const InstalledPlugin& plugin, const std::vector<Seen>& instances) {
  json names = json::array();
  for (const Seen& one : instances) {
    if (one.plugin == plugin.manifest.name) names.push_back(one.name);
  }
  const manifest::Manifest& manifest = plugin.manifest;
  return {{"name", manifest.name},
          {"version", manifest.version},
          {"summary", manifest.summary},
          {"folder", plugin.folder},
          {"delivery", manifest::name_of(manifest.delivery)},
          {"filters", manifest.filters},
          {"needs", manifest.needs},
          {"instances", std::move(names)},
          {"needs_configuration", !is_ready(manifest)}};
}

std::string line_of(const InstalledPlugin& plugin, const std::vector<Seen>& instances) {
  std::string names;
  for (const Seen& one : instances) {
    if (one.plugin == plugin.manifest.name) names += (names.empty() ? "" : ", ") + one.name;
  }
  if (names.empty()) names = is_ready(plugin.manifest) ? "-" : "- (must be configured)";
  return fmt::format("{:<12} {:<8} {:<24} {}\n", plugin.manifest.name, plugin.manifest.version,
                     names, shown(plugin.manifest.summary));
}

int list(const Context& context) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const settings::Paths& paths = configuration->paths;
  const auto plugins = installed_plugins(paths, diagnostics);
  std::vector<Seen> instances;
  for (const auto& name : names_of_instances(paths)) {
    instances.push_back(look_at(paths, name));
  }
  Output output;
  if (!context.json) output.line("PLUGIN       VERSION  INSTANCES");
  for (const InstalledPlugin& plugin : plugins) {
    if (context.json) {
      output.line(json_line(json_of(plugin, instances)));
    } else {
      output.write(line_of(plugin, instances));
    }
  }
  print_diagnostics(diagnostics);
  bool is_well = diagnostics.empty();
  for (const Seen& one : instances) {
    if (one.wrong.empty()) continue;
    is_well = false;
    complain(Exit::configuration, "instance " + one.name + ": " + one.wrong);
  }
  return output.finish(is_well ? Exit::ok : Exit::configuration);
}

}  // namespace

void add_plugin_list_verb(CLI::App& plugin, Context& context) {
  CLI::App& verb = add_verb(plugin, {.name = "list",
                                     .sentence = "The plugins that are installed, and the "
                                                 "instances that plugins.d configures",
                                     .example = "tocsin plugin list --json"});
  verb.callback([&context] {
    context.work = [&context] {
      return list(context);
    };
  });
}

}  // namespace tocsin::app
