// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>

#include "app/command.hpp"
#include "app/daemon.hpp"
#include "app/daemon_inputs.hpp"
#include "log/log.hpp"

namespace tocsin::app {
namespace {

log::LogOptions log_options(const settings::LogSettings& settings) {
  log::LogOptions options;
  switch (settings.level) {
    case settings::LogLevel::error:
      options.level = log::Level::error;
      break;
    case settings::LogLevel::warn:
      options.level = log::Level::warn;
      break;
    case settings::LogLevel::info:
      options.level = log::Level::info;
      break;
    case settings::LogLevel::debug:
      options.level = log::Level::debug;
      break;
  }
  switch (settings.target) {
    case settings::LogTarget::automatic:
      options.target = log::Target::automatic;
      break;
    case settings::LogTarget::stderr_lines:
      options.target = log::Target::standard_error;
      break;
    case settings::LogTarget::journal:
      options.target = log::Target::journal;
      break;
  }
  return options;
}

int run(const Context& context, const RunOptions& options) {
  Diagnostics diagnostics;
  auto inputs = read_daemon_inputs(context, diagnostics);
  if (!inputs) return configuration_failed(inputs.error(), diagnostics);
  print_diagnostics(diagnostics);
  if (auto started = log::start(log_options(inputs->configuration.settings.log)); !started) {
    return complain(Exit::configuration, started.error().message);
  }
  auto daemon = Daemon::create(context, std::move(*inputs), options);
  if (!daemon) return complain(exit_code_of(daemon.error()), daemon.error().message);
  return (*daemon)->run();
}

}  // namespace

void add_run_command(CLI::App& app, Context& context) {
  CLI::App& verb = add_verb(
      app, {.name = "run",
            .sentence = "Watches the feeds and publishes alerts until told to stop",
            .example = "tocsin run --config ./tocsin.toml --state ./state --runtime ./run"});
  auto options = std::make_shared<RunOptions>();
  verb.add_flag("--once", options->once, "Poll every feed once, then leave");
  verb.add_option("--ready-fd", options->ready_fd,
                  "Write one JSON line (endpoints, pid) to this descriptor when serving")
      ->type_name("FD");
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return run(context, *options);
    };
  });
}

}  // namespace tocsin::app
