// SPDX-License-Identifier: Apache-2.0
#include "settings/paths.hpp"

#include <unistd.h>

#include <filesystem>

namespace tocsin::settings {
namespace {

namespace fs = std::filesystem;

/// The folders of a mode, before anybody asks for others.
struct Folders {
  std::string config;
  std::string state;
  std::string runtime;
};

std::string joined(const std::string& folder, const char* name) {
  return (fs::path{folder} / name).string();
}

/// systemd gives several folders apart by colons when the unit lists several; ours is the first.
std::optional<std::string> first_folder(const Environment& environment, const char* name) {
  auto value = environment.get(name);
  if (value) value->resize(std::min(value->find(':'), value->size()));
  return value;
}

/// A folder of the XDG base directories, or `fallback` below the home folder.
Result<std::string> user_folder(const Environment& environment, const char* variable,
                                const char* fallback) {
  if (const auto folder = environment.get(variable); folder && fs::path{*folder}.is_absolute()) {
    return joined(*folder, "tocsin");
  }
  const auto home = environment.get("HOME");
  if (!home) {
    return fail(Errc::invalid_input, std::string{"neither $"} + variable +
                                         " nor $HOME is set; name the place by an option");
  }
  return (fs::path{*home} / fallback / "tocsin").string();
}

Result<Folders> user_folders(const Environment& environment) {
  auto config = user_folder(environment, "XDG_CONFIG_HOME", ".config");
  if (!config) return fail(config.error());
  auto state = user_folder(environment, "XDG_STATE_HOME", ".local/state");
  if (!state) return fail(state.error());
  std::string runtime = joined(*state, "run");  // where no login manager made a folder
  if (const auto folder = environment.get("XDG_RUNTIME_DIR")) runtime = joined(*folder, "tocsin");
  return Folders{*config, *state, std::move(runtime)};
}

/// True when every folder is named by an option or by systemd, so that no home is needed.
bool needs_no_home(const CommandLinePaths& line, const Environment& environment) {
  const auto is_set = [&environment](const std::optional<std::string>& option, const char* name) {
    return option || environment.get(name);
  };
  return is_set(line.config, "CONFIGURATION_DIRECTORY") && is_set(line.state, "STATE_DIRECTORY") &&
         is_set(line.runtime, "RUNTIME_DIRECTORY");
}

Result<Folders> folders_of_mode(const CommandLinePaths& line, const Environment& environment) {
  const bool is_service = environment.get("CONFIGURATION_DIRECTORY").has_value();
  if (environment.is_root || is_service || needs_no_home(line, environment)) {
    return Folders{"/etc/tocsin", "/var/lib/tocsin", "/run/tocsin"};
  }
  return user_folders(environment);
}

std::string chosen(const std::string& from_file, const std::string& otherwise) {
  return from_file.empty() ? otherwise : from_file;
}

/// The installed data folder, or the source tree's config/ for a binary that runs where it was
/// built.
std::string data_file(const char* name) {
  const fs::path installed = fs::path{TOCSIN_DATA_DIR} / name;
  std::error_code ignored;
  if (fs::exists(installed, ignored)) return installed.string();
  const fs::path built = fs::path{TOCSIN_SOURCE_CONFIG_DIR} / name;
  return fs::exists(built, ignored) ? built.string() : installed.string();
}

void set_folders(const CommandLinePaths& line, const Environment& environment,
                 const Settings& settings, Paths& paths) {
  paths.state = chosen(settings.paths.state, paths.state);
  paths.runtime = chosen(settings.paths.runtime, paths.runtime);
  if (const auto folder = environment.get("TOCSIN_RUNTIME")) paths.runtime = *folder;
  if (const auto folder = first_folder(environment, "STATE_DIRECTORY")) paths.state = *folder;
  if (const auto folder = first_folder(environment, "RUNTIME_DIRECTORY")) paths.runtime = *folder;
  if (line.state) paths.state = *line.state;
  if (line.runtime) paths.runtime = *line.runtime;
}

void set_files(const CommandLinePaths& line, const Settings& settings, Paths& paths) {
  const std::string folder = fs::path{paths.config}.parent_path().string();
  paths.feeds = chosen(settings.paths.feeds, joined(folder, "feeds.opml"));
  paths.plugins = joined(folder, "plugins.d");
  paths.background = chosen(settings.paths.background, data_file("background.bin"));
  paths.aliases = chosen(settings.paths.aliases, data_file("aliases.toml"));
  paths.topics = settings.paths.topics;
  if (paths.topics.empty()) paths.topics = {data_file("topics"), joined(folder, "topics")};
  if (line.feeds) paths.feeds = *line.feeds;
  if (!line.topics.empty()) paths.topics = line.topics;
}

/// A relative path would name another place to whoever stands in another folder, and no socket can
/// be bound to one.
void make_absolute(const std::string& working_folder, Paths& paths) {
  const auto make = [&working_folder](std::string& path) {
    if (path.empty() || path == "-") return;
    path = (fs::path{working_folder} / path).lexically_normal().string();
  };
  for (std::string* path : {&paths.config, &paths.feeds, &paths.background, &paths.aliases,
                            &paths.plugins, &paths.state, &paths.runtime, &paths.credentials}) {
    make(*path);
  }
  for (std::string& folder : paths.topics) make(folder);
}

void set_sockets_and_database(const Settings& settings, Paths& paths) {
  paths.database = joined(paths.state, "tocsin.db");
  paths.pub = settings.bus.pub;
  paths.ctl = settings.bus.ctl;
  if (paths.pub.empty()) paths.pub = {"ipc://" + joined(paths.runtime, "pub.sock")};
  if (paths.ctl.empty()) paths.ctl = {"ipc://" + joined(paths.runtime, "ctl.sock")};
}

}  // namespace

Environment Environment::of_process() {
  Environment environment;
  environment.is_root = ::geteuid() == 0;
  std::error_code problem;  // the folder was removed: paths are then taken from the root
  if (const auto folder = fs::current_path(problem); !problem) {
    environment.working_folder = folder.string();
  }
  for (char** variable = ::environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string text{*variable};
    const auto equals = text.find('=');
    if (equals == std::string::npos) continue;
    environment.variables[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return environment;
}

std::optional<std::string> Environment::get(const std::string& name) const {
  const auto found = variables.find(name);
  if (found == variables.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

Result<Paths> resolve_paths(const CommandLinePaths& command_line, const Environment& environment,
                            const Settings& settings) {
  auto folders = folders_of_mode(command_line, environment);
  if (!folders) return fail(folders.error());
  Paths paths;
  paths.is_user_mode = folders->config != "/etc/tocsin";
  std::string config_folder = folders->config;
  if (const auto folder = first_folder(environment, "CONFIGURATION_DIRECTORY")) {
    config_folder = *folder;
  }
  paths.is_config_given = command_line.config.has_value();
  paths.config = command_line.config.value_or(joined(config_folder, "tocsin.toml"));
  paths.state = folders->state;
  paths.runtime = folders->runtime;
  paths.credentials = first_folder(environment, "CREDENTIALS_DIRECTORY").value_or("");
  set_folders(command_line, environment, settings, paths);
  set_files(command_line, settings, paths);
  make_absolute(environment.working_folder, paths);
  set_sockets_and_database(settings, paths);
  return paths;
}

}  // namespace tocsin::settings
