// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/child_process.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"
#include "app/plugin_place.hpp"
#include "app/plugin_verbs.hpp"
#include "app/recorded_alert.hpp"
#include "base/unique_fd.hpp"

namespace tocsin::app {
namespace {

constexpr std::size_t output_limit = std::size_t{1} << 20U;
constexpr std::chrono::seconds patience{30};

struct Options {
  std::string subject;  ///< A folder or an instance.
  std::vector<std::string> arguments;
};

/// What a program said, on either stream, and how it ended.
struct Told {
  std::string text;
  int status = -1;  ///< -1: it did not end in time, or by a signal.
};

/// The recorded alerts as a file that is nowhere.
UniqueFd alerts_file() {
  UniqueFd file{::memfd_create("alerts", MFD_CLOEXEC)};
  const std::string alerts = recorded_alerts();
  if (::write(file.get(), alerts.data(), alerts.size()) < 0) return UniqueFd{};
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

/// Until the stream ends; false when that takes too long.
bool read_all(int fd, std::string& text) {
  const auto until = std::chrono::steady_clock::now() + patience;
  std::array<char, 4096> piece{};
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    pollfd one{.fd = fd, .events = POLLIN, .revents = 0};
    if (left.count() <= 0 || ::poll(&one, 1, static_cast<int>(left.count())) == 0) return false;
    const auto count = ::read(fd, piece.data(), piece.size());
    if (count <= 0) return true;
    if (text.size() < output_limit) text.append(piece.data(), static_cast<std::size_t>(count));
  }
}

Result<Told> dry_run(const PluginStart& start) {
  const UniqueFd alerts = alerts_file();
  std::array<int, 2> ends{};
  if (!alerts.is_open() || ::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail(Errc::system, "no descriptors for the dry run");
  }
  const UniqueFd reader{ends[0]};
  UniqueFd writer{ends[1]};
  const auto pid = start_child({.words = start.words,
                                .environment = start.environment,
                                .in = alerts.get(),
                                .out = writer.get(),
                                .err = writer.get()});
  if (!pid) return fail(pid.error());
  writer = UniqueFd{};
  Told told;
  if (!read_all(reader.get(), told.text)) {
    ::kill(-*pid, SIGKILL);
    told.text += "it did not end within 30 s\n";
  }
  int status = 0;
  ::waitpid(*pid, &status, 0);
  if (WIFEXITED(status)) told.status = WEXITSTATUS(status);
  return told;
}

/// The plugin's own words, made harmless line by line.
void print_lines(const std::string& text, Output& output) {
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    output.line("  " + shown(std::string_view{text}.substr(at, end - at), 2000));
    at = end + 1;
  }
}

int exit_for(const Told& told) {
  constexpr int wrong_usage = 64;  // of the plugin: an option is wrong
  if (told.status == 0) return Exit::ok;
  return told.status == wrong_usage ? Exit::configuration : Exit::failed;
}

int report(const manifest::Manifest& manifest, const Told& told, bool as_json) {
  const bool is_well = told.status == 0;
  Output output;
  if (as_json) {
    output.line(json_line({{"name", manifest.name},
                           {"version", manifest.version},
                           {"ok", is_well},
                           {"status", told.status},
                           {"output", told.text}}));
    return output.finish(exit_for(told));
  }
  output.line(manifest.name + " " + shown(manifest.version) + ": the manifest is well-formed");
  output.line(is_well ? "of two recorded alerts it says:"
                      : "its dry run failed with status " + std::to_string(told.status) + ":");
  print_lines(told.text, output);
  return output.finish(exit_for(told));
}

/// What is checked: the plugin in a folder, or an instance with the options that its file sets.
struct Subject {
  manifest::Manifest manifest = {};
  PluginStart start = {};
};

Result<Subject> plugin_in(const settings::Paths& paths, const Options& options,
                          const std::vector<std::string>& more, Diagnostics& diagnostics) {
  auto plugin = read_plugin(options.subject, diagnostics);
  if (!plugin) return fail(plugin.error());
  PluginStart start = start_of(paths, *plugin);
  start.words.insert(start.words.end(), more.begin(), more.end());
  return Subject{.manifest = std::move(plugin->manifest), .start = std::move(start)};
}

Result<Subject> instance_of(const settings::Paths& paths, const Options& options,
                            const std::vector<std::string>& more, Diagnostics& diagnostics) {
  auto read = read_instance(paths, options.subject, Secrets::may_be_unknown, diagnostics);
  if (!read) return fail(read.error());
  PluginStart start = start_of(paths, *read, more);
  return Subject{.manifest = std::move(read->plugin.manifest), .start = std::move(start)};
}

bool is_folder(const std::string& text) {
  return text.find('/') != std::string::npos || !manifest::is_plugin_name(text) ||
         ::access((text + "/plugin.toml").c_str(), F_OK) == 0;
}

int check(const Context& context, const Options& options) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  std::vector<std::string> more{"--dry-run=-"};
  more.insert(more.end(), options.arguments.begin(), options.arguments.end());
  const auto find = is_folder(options.subject) ? plugin_in : instance_of;
  const auto subject = find(configuration->paths, options, more, diagnostics);
  if (!subject) return configuration_failed(subject.error(), diagnostics);
  const auto told = dry_run(subject->start);
  if (!told) return complain(Exit::configuration, "plugin " + told.error().message);
  return report(subject->manifest, *told, context.json);
}

}  // namespace

void add_plugin_check_verb(CLI::App& plugin, Context& context) {
  CLI::App& verb = add_verb(
      plugin, {.name = "check",
               .sentence = "Reads the manifest in DIR, or plugins.d/NAME.toml, and runs the "
                           "plugin, without effect, on recorded alerts",
               .example = "tocsin plugin check ./plugins/console"});
  auto options = std::make_shared<Options>();
  verb.add_option("plugin", options->subject, "The plugin's folder, or the name of an instance")
      ->type_name("DIR|NAME")
      ->required();
  verb.add_option("arguments", options->arguments, "Options for the plugin, after --");
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return check(context, *options);
    };
  });
}

}  // namespace tocsin::app
