// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>

#include "app/command.hpp"
#include "app/daemon.hpp"
#include "app/daemon_inputs.hpp"
#include "app/plugin_place.hpp"
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

/// What stands on the command line.
struct RunWords {
  bool once = false;
  int ready_fd = -1;
  std::vector<std::string> plugins;
};

/// Takes the descriptor over before anything else is opened: a number that was not inherited would
/// soon be that of a file of our own.
Result<UniqueFd> take_over(int fd) {
  if (fd == -1) return UniqueFd{};
  const int copy = fd < 1 ? -1 : ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) {
    return fail(Errc::invalid_input,
                "--ready-fd " + std::to_string(fd) + ": no open descriptor of that number");
  }
  if (fd > 2) ::close(fd);
  return UniqueFd{copy};
}

int run(const Context& context, const RunWords& words) {
  RunOptions options{.once = words.once, .plugins = words.plugins, .ready = {}};
  auto ready = take_over(words.ready_fd);
  if (!ready) return complain(Exit::usage, ready.error().message);
  options.ready = std::move(*ready);
  Diagnostics diagnostics;
  auto inputs = read_daemon_inputs(context, diagnostics);
  if (!inputs) return configuration_failed(inputs.error(), diagnostics);
  for (const std::string& name : words.plugins) {
    const auto read =
        read_instance(inputs->configuration.paths, name, Secrets::must_be_there, diagnostics);
    if (!read) return configuration_failed(read.error(), diagnostics);
  }
  print_diagnostics(diagnostics);
  if (auto started = log::start(log_options(inputs->configuration.settings.log)); !started) {
    return complain(Exit::configuration, started.error().message);
  }
  auto daemon = Daemon::create(context, std::move(*inputs), std::move(options));
  if (!daemon) return complain(exit_code_of(daemon.error()), daemon.error().message);
  return (*daemon)->run();
}

}  // namespace

void add_run_command(CLI::App& app, Context& context) {
  CLI::App& verb = add_verb(
      app, {.name = "run",
            .sentence = "Watches the feeds and publishes alerts until told to stop",
            .example = "tocsin run --config ./tocsin.toml --state ./state --runtime ./run"});
  auto options = std::make_shared<RunWords>();
  verb.add_flag("--once", options->once, "Poll every feed once, then leave");
  verb.add_option("--ready-fd", options->ready_fd,
                  "Write one JSON line (endpoints, pid) to this descriptor when serving")
      ->type_name("FD");
  verb.add_option("--with", options->plugins,
                  "Also run these plugins, as children: their names with commas between")
      ->type_name("PLUGIN,…")
      ->delimiter(',')
      ->allow_extra_args(false);
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return run(context, *options);
    };
  });
}

}  // namespace tocsin::app
