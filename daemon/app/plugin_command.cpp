// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/command.hpp"
#include "app/input.hpp"
#include "settings/plugin_instance.hpp"

namespace tocsin::app {
namespace {

namespace fs = std::filesystem;

struct PluginRun {
  std::string instance;
  std::vector<std::string> arguments;
};

/// Where "tocsin-<plugin>" may lie: beside this program, where the build leaves it, or on the PATH.
std::string program_of(const std::string& plugin) {
  const std::string name = "tocsin-" + plugin;
  std::error_code problem;
  const fs::path here = fs::read_symlink("/proc/self/exe", problem).parent_path();
  const fs::path built = here.parent_path().parent_path() / "plugins" / plugin / name;
  for (const fs::path& candidate : {here / name, built}) {
    if (::access(candidate.c_str(), X_OK) == 0) return candidate.string();
  }
  return name;
}

Result<settings::PluginInstance> instance_of(const settings::Paths& paths, const std::string& name,
                                             Diagnostics& diagnostics) {
  constexpr std::size_t limit = std::size_t{64} << 10U;
  const std::string file = paths.plugins + "/" + name + ".toml";
  const auto bytes = read_file(file, limit);
  settings::PluginInstance instance;
  if (bytes) {
    auto read = settings::read_plugin_instance(*bytes, file, diagnostics);
    if (!read) return fail(read.error());
    instance = std::move(*read);
  } else if (bytes.error().code != Errc::not_found) {
    return fail(bytes.error());
  }
  if (instance.plugin.empty()) instance.plugin = name;
  return instance;
}

/// Becomes the plugin: the service manager sees one process, and its exit status is the plugin's.
int run_plugin(const Context& context, const PluginRun& run) {
  if (!settings::is_plugin_name(run.instance)) {
    return complain(Exit::usage, "a plugin's name is made of a-z, 0-9 and -");
  }
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const auto instance = instance_of(configuration->paths, run.instance, diagnostics);
  if (!instance) return configuration_failed(instance.error(), diagnostics);

  std::vector<std::string> words{program_of(instance->plugin), "--name", run.instance};
  if (instance->connect.empty()) {
    words.insert(words.end(), {"--runtime", configuration->paths.runtime});
  } else {
    words.insert(words.end(), {"--connect", instance->connect});
  }
  words.insert(words.end(), instance->arguments.begin(), instance->arguments.end());
  words.insert(words.end(), run.arguments.begin(), run.arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execvp(argv.front(), argv.data());
  return complain(errno == ENOENT ? Exit::configuration : Exit::failed,
                  "plugin " + words.front() + ": " + std::generic_category().message(errno));
}

}  // namespace

void add_plugin_command(CLI::App& app, Context& context) {
  CLI::App& plugin = add_verb(
      app, {.name = "plugin", .sentence = "Runs plugins", .example = "tocsin plugin run console"});
  plugin.require_subcommand(1);
  CLI::App& verb =
      add_verb(plugin, {.name = "run",
                        .sentence = "Becomes the plugin that plugins.d/NAME.toml names, else "
                                    "tocsin-NAME, as the durable subscriber NAME",
                        .example = "tocsin plugin run console -- --one-line"});
  auto run = std::make_shared<PluginRun>();
  verb.add_option("name", run->instance, "The instance, and its durable name")
      ->type_name("NAME")
      ->required();
  verb.add_option("arguments", run->arguments, "More options for the plugin, after --");
  verb.callback([&context, run] {
    context.work = [&context, run] {
      return run_plugin(context, *run);
    };
  });
}

}  // namespace tocsin::app
