// SPDX-License-Identifier: Apache-2.0
#include "app/plugin_place.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "app/child_process.hpp"
#include "app/input.hpp"
#include "app/secret_file.hpp"
#include "manifest/option_places.hpp"

namespace tocsin::app {
namespace {

namespace fs = std::filesystem;
using manifest::OptionSpec;
using manifest::SetOption;

/// Where a program may lie: beside this one, where the build leaves it, or on the PATH.
std::string place_of_program(const InstalledPlugin& plugin) {
  const std::string& name = plugin.manifest.program;
  std::error_code problem;
  const fs::path here = fs::read_symlink("/proc/self/exe", problem).parent_path();
  const fs::path built = here.parent_path().parent_path() / "plugins" / plugin.manifest.name / name;
  for (const fs::path& candidate : {here / name, built}) {
    if (::access(candidate.c_str(), X_OK) == 0) return candidate.string();
  }
  return name;
}

std::string file_of_instance(const settings::Paths& paths, const std::string& name) {
  return paths.plugins + "/" + name + ".toml";
}

/// Resolves what the instance's secrets name; what is wrong becomes a diagnostic at its place.
void look_at_secrets(const settings::Paths& paths, Secrets secrets, ReadInstance& read,
                     Diagnostics& diagnostics) {
  const std::string file = file_of_instance(paths, read.instance.name);
  for (SetOption& one : read.instance.options) {
    const OptionSpec* const spec = read.plugin.manifest.find(one.name);
    if (spec == nullptr || !spec->is_secret) continue;
    const std::string reference = std::get<std::string>(one.value);
    const bool is_credential = reference.find('/') == std::string::npos;
    const bool is_unknown = is_credential && paths.credentials.empty();
    if (is_unknown && secrets == Secrets::may_be_unknown) continue;
    auto place = place_of_secret(reference, paths);
    const auto closed = place ? check_private(*place) : Result<void>{fail(place.error())};
    if (!closed) {
      diagnostics.push_back({.file = file,
                             .line = one.place.line,
                             .column = one.place.column,
                             .message = "secret '" + one.name + "': " + closed.error().message});
    } else if (!is_credential) {
      one.value = *place;
    }
  }
}

}  // namespace

std::vector<std::string> plugin_folders(const settings::Paths& paths) {
  const auto environment = settings::Environment::of_process();
  std::vector<std::string> folders;
  if (const auto first = environment.get("TOCSIN_PLUGINS")) folders.push_back(*first);
  if (paths.is_user_mode) {
    const auto home = environment.get("HOME");
    const auto data = environment.get("XDG_DATA_HOME");
    if (data) folders.push_back(*data + "/tocsin/plugins");
    if (!data && home) folders.push_back(*home + "/.local/share/tocsin/plugins");
  }
  folders.emplace_back("/usr/local/share/tocsin/plugins");
  folders.emplace_back(TOCSIN_INSTALLED_PLUGINS);
  folders.emplace_back(TOCSIN_SOURCE_PLUGINS);  // for a binary that runs where it was built
  std::error_code ignored;
  for (std::string& folder : folders) folder = fs::absolute(folder, ignored).string();
  return folders;
}

Result<InstalledPlugin> read_plugin(const std::string& folder, Diagnostics& diagnostics) {
  const std::string file = folder + "/plugin.toml";
  const auto bytes = read_file(file, manifest::file_limit);
  if (!bytes) return fail(bytes.error());
  auto manifest = manifest::read_manifest(*bytes, file, diagnostics);
  if (!manifest) return fail(manifest.error());
  return InstalledPlugin{.folder = folder, .manifest = std::move(*manifest)};
}

Result<InstalledPlugin> find_plugin(const settings::Paths& paths, const std::string& name,
                                    Diagnostics& diagnostics) {
  for (const std::string& folder : plugin_folders(paths)) {
    const std::string candidate = folder + "/" + name;
    if (::access((candidate + "/plugin.toml").c_str(), F_OK) != 0) continue;
    auto plugin = read_plugin(candidate, diagnostics);
    if (!plugin) return plugin;
    if (plugin->manifest.name == name) return plugin;
    return fail(Errc::invalid_input, candidate + "/plugin.toml: its name is '" +
                                         plugin->manifest.name + "', its folder's is '" + name +
                                         "'");
  }
  return fail(Errc::not_found,
              "no plugin '" + name + "' is installed; 'tocsin plugin list' shows those that are");
}

std::vector<InstalledPlugin> installed_plugins(const settings::Paths& paths,
                                               Diagnostics& diagnostics) {
  std::vector<InstalledPlugin> plugins;
  for (const std::string& folder : plugin_folders(paths)) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator{folder, ignored}) {
      if (!fs::exists(entry.path() / "plugin.toml", ignored)) continue;
      auto plugin = read_plugin(entry.path().string(), diagnostics);
      if (!plugin) continue;
      const bool is_masked = std::any_of(plugins.begin(), plugins.end(), [&](const auto& one) {
        return one.manifest.name == plugin->manifest.name;
      });
      if (!is_masked) plugins.push_back(std::move(*plugin));
    }
  }
  std::sort(plugins.begin(), plugins.end(),
            [](const auto& a, const auto& b) { return a.manifest.name < b.manifest.name; });
  return plugins;
}

std::vector<std::string> names_of_instances(const settings::Paths& paths) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator{paths.plugins, ignored}) {
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<ReadInstance> read_instance(const settings::Paths& paths, const std::string& name,
                                   Secrets secrets, Diagnostics& diagnostics) {
  const std::string file = file_of_instance(paths, name);
  auto bytes = read_file(file, manifest::file_limit);
  if (!bytes && bytes.error().code != Errc::not_found) return fail(bytes.error());
  ReadInstance read;
  const auto find = [&](const std::string& plugin) -> Result<manifest::Manifest> {
    auto found = find_plugin(paths, plugin, diagnostics);
    if (!found) return fail(found.error());
    read.plugin = std::move(*found);
    return read.plugin.manifest;
  };
  const std::string text = bytes ? *bytes : "format = 1\n";
  auto instance =
      manifest::read_instance({.path = file, .name = name, .toml = text}, find, diagnostics);
  if (!instance) return fail(instance.error());
  read.instance = std::move(*instance);
  if (secrets != Secrets::may_be_absent) {
    const std::size_t before = diagnostics.size();
    look_at_secrets(paths, secrets, read, diagnostics);
    if (diagnostics.size() > before) {
      return fail(Errc::invalid_input, to_line(diagnostics.at(before)));
    }
  }
  return read;
}

PluginStart start_of(const settings::Paths& paths, const InstalledPlugin& plugin) {
  PluginStart start{.environment = environment_of_process()};
  if (plugin.manifest.exec.empty()) {
    start.words = {place_of_program(plugin)};
    return start;
  }
  const std::string file = plugin.folder + "/" + plugin.manifest.exec;
  const bool is_program = ::access(file.c_str(), X_OK) == 0;
  if (!is_program && file.ends_with(".py")) start.words.emplace_back("/usr/bin/python3");
  start.words.push_back(file);
  // Installed, Python finds its library by itself; in the source tree it lies beside the plugins.
  for (const std::string& folder : plugin_folders(paths)) {
    const std::string library = folder + "/sdk/python";
    if (::access((library + "/tocsin_plugin/__init__.py").c_str(), R_OK) != 0) continue;
    const char* const before = std::getenv("PYTHONPATH");  // NOLINT(concurrency-mt-unsafe)
    set_variable(start.environment, "PYTHONPATH",
                 library + (before == nullptr ? "" : ":" + std::string{before}));
    break;
  }
  return start;
}

PluginStart start_of(const settings::Paths& paths, const ReadInstance& read,
                     const std::vector<std::string>& more) {
  PluginStart start = start_of(paths, read.plugin);
  set_variable(start.environment, "TOCSIN_RUNTIME", paths.runtime);
  set_variable(
      start.environment, manifest::places_variable,
      manifest::write_places(read.instance, file_of_instance(paths, read.instance.name), more));
  auto& words = start.words;
  const auto options = manifest::arguments_of(read.instance, read.plugin.manifest);
  words.insert(words.end(), options.begin(), options.end());
  const std::string& connect = read.instance.connect;
  words.push_back("--connect=" + (connect.empty() ? "ipc:" + paths.runtime : connect));
  words.insert(words.end(), more.begin(), more.end());
  return start;
}

}  // namespace tocsin::app
