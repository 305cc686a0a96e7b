// SPDX-License-Identifier: Apache-2.0
#include "app/command.hpp"

#include <cstdio>

#include <CLI/CLI.hpp>

#include "app/input.hpp"
#include "app/output.hpp"

namespace tocsin::app {
namespace {

constexpr std::size_t configuration_limit = std::size_t{1} << 20U;
constexpr std::size_t message_limit = 2000;

}  // namespace

Result<Configuration> load_configuration(const Context& context, Diagnostics& diagnostics) {
  const auto environment = settings::Environment::of_process();
  auto paths = settings::resolve_paths(context.paths, environment);
  if (!paths) return fail(paths.error());
  auto bytes = read_file(paths->config, configuration_limit);
  if (!bytes) {
    const bool may_be_absent = !paths->is_config_given && bytes.error().code == Errc::not_found;
    if (!may_be_absent) return fail(bytes.error());
    return Configuration{{}, std::move(*paths)};
  }
  auto read = settings::read_settings(*bytes, paths->config, diagnostics);
  if (!read) return fail(read.error());
  paths = settings::resolve_paths(context.paths, environment, *read);
  if (!paths) return fail(paths.error());
  return Configuration{std::move(*read), std::move(*paths)};
}

int configuration_failed(const Error& error, const Diagnostics& diagnostics) {
  print_diagnostics(diagnostics);
  if (!has_errors(diagnostics)) complain(Exit::configuration, error.message);
  return error.code == Errc::refused ? Exit::permission : Exit::configuration;
}

int complain(int code, std::string_view message) {
  const std::string line = "tocsin: " + shown(message, message_limit) + "\n";
  // Where stderr is gone there is nobody left to tell.
  static_cast<void>(std::fwrite(line.data(), 1, line.size(), stderr));
  return code;
}

void print_diagnostics(const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics) {
    const std::string line = shown(to_line(diagnostic), message_limit) + "\n";
    static_cast<void>(std::fwrite(line.data(), 1, line.size(), stderr));
  }
}

int exit_code_of(const Error& error) {
  switch (error.code) {
    case Errc::invalid_input:
    case Errc::too_large:
      return Exit::bad_input;
    case Errc::unreachable:
    case Errc::timed_out:
      return Exit::unreachable;
    case Errc::refused:
      return Exit::permission;
    default:
      return Exit::failed;
  }
}

CLI::App& add_verb(CLI::App& parent, const Verb& verb) {
  CLI::App* command = parent.add_subcommand(verb.name, verb.sentence);
  command->footer(std::string{"Example:\n  "} + verb.example +
                  "\nOptions of every verb: tocsin --help");
  return *command;
}

}  // namespace tocsin::app
