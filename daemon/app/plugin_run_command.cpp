// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/child_process.hpp"
#include "app/plugin_place.hpp"
#include "app/plugin_verbs.hpp"

namespace tocsin::app {
namespace {

struct PluginRun {
  std::string instance;
  std::string dry_run;
  std::vector<std::string> arguments;
};

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  out.reserve(words.size() + 1);
  for (std::string& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

/// Becomes the plugin: the service manager sees one process, and its exit status is the plugin's.
int run_plugin(const Context& context, const PluginRun& run) {
  if (!manifest::is_plugin_name(run.instance)) {
    return complain(Exit::usage, "a plugin's name is made of a-z, 0-9 and -");
  }
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const auto secrets = run.dry_run.empty() ? Secrets::must_be_there : Secrets::may_be_absent;
  const auto read = read_instance(configuration->paths, run.instance, secrets, diagnostics);
  if (!read) return configuration_failed(read.error(), diagnostics);

  std::vector<std::string> more = run.arguments;
  if (!run.dry_run.empty()) more.insert(more.begin(), "--dry-run=" + run.dry_run);
  PluginStart start = start_of(configuration->paths, *read, more);
  const auto argv = pointers(start.words);
  const auto envp = pointers(start.environment);
  ::execvpe(argv.front(), argv.data(), envp.data());
  return complain(errno == ENOENT ? Exit::configuration : Exit::failed,
                  "plugin " + start.words.front() + ": " + std::generic_category().message(errno));
}

}  // namespace

void add_plugin_run_verb(CLI::App& plugin, Context& context) {
  CLI::App& verb =
      add_verb(plugin, {.name = "run",
                        .sentence = "Becomes the plugin that plugins.d/NAME.toml names, else the "
                                    "plugin NAME, as the subscriber NAME",
                        .example = "tocsin plugin run console -- --one-line"});
  auto run = std::make_shared<PluginRun>();
  verb.add_option("name", run->instance, "The instance, and its durable name")
      ->type_name("NAME")
      ->required();
  verb.add_option("--dry-run", run->dry_run,
                  "Tell what would be done for the alerts in this file, one a line; - is stdin")
      ->type_name("FILE");
  verb.add_option("arguments", run->arguments, "More options for the plugin, after --");
  verb.callback([&context, run] {
    context.work = [&context, run] {
      return run_plugin(context, *run);
    };
  });
}

}  // namespace tocsin::app
