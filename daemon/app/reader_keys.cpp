// SPDX-License-Identifier: Apache-2.0
#include "app/reader_keys.hpp"

#include <pwd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "app/input.hpp"
#include "app/secret_file.hpp"
#include "settings/reader_grant.hpp"

namespace tocsin::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t file_limit = std::size_t{64} << 10U;
constexpr std::string_view ending = ".toml";

void complain_of(const std::string& file, const std::string& message, Diagnostics& diagnostics) {
  diagnostics.push_back({.file = file, .message = message});
}

std::vector<fs::path> files_in(const std::string& folder, Diagnostics& diagnostics) {
  std::vector<fs::path> files;
  std::error_code problem;
  for (fs::directory_iterator it{folder, problem}, end; !problem && it != end;
       it.increment(problem)) {
    if (it->path().extension() == ending) files.push_back(it->path());
  }
  if (problem && problem != std::errc::no_such_file_or_directory) {
    complain_of(folder, problem.message(), diagnostics);
  }
  std::sort(files.begin(), files.end());
  return files;
}

void add_grant(const fs::path& file, bus::Grants& grants, Diagnostics& diagnostics) {
  const std::string name = file.stem().string();
  if (!settings::is_reader_name(name)) {
    return complain_of(file, "a reader's name is made of a-z, 0-9, '.', '_' and '-'", diagnostics);
  }
  const auto text = read_file(file, file_limit);
  if (!text) return complain_of(file, text.error().message, diagnostics);
  const auto read = settings::read_reader_grant(*text, file, diagnostics);
  if (!read) return;
  grants.keys.push_back(
      {.name = name, .key = read->key, .topics = read->topics, .verbs = read->verbs});
}

/// A key is one reader's. Where two files have it nobody can say what its holder may read: nothing.
void drop_shared_keys(const std::string& folder, bus::Grants& grants, Diagnostics& diagnostics) {
  std::set<std::string> shared;
  for (const bus::Grant& grant : grants.keys) {
    const bus::Grant* first = grants.of_key(grant.key);
    if (first == &grant) continue;
    shared.insert(grant.key);
    complain_of((fs::path{folder} / (grant.name + ".toml")).string(),
                "reader '" + first->name + "' has the same key; neither is let in", diagnostics);
  }
  std::erase_if(grants.keys,
                [&shared](const bus::Grant& grant) { return shared.count(grant.key) > 0; });
}

/// A number, or a name that the system knows.
std::optional<std::uint32_t> user_number(const std::string& text) {
  std::uint32_t number = 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec == std::errc{} && read.ptr == end) return number;
  const passwd* user = ::getpwnam(text.c_str());  // NOLINT(concurrency-mt-unsafe): seldom called
  if (user == nullptr) return std::nullopt;
  return user->pw_uid;
}

}  // namespace

std::string readers_folder(const Configuration& configuration) {
  const std::string& named = configuration.settings.bus.readers;
  if (!named.empty()) return named;
  return (fs::path{configuration.paths.config}.parent_path() / "readers.d").string();
}

bus::Grants read_grants(const Configuration& configuration, Diagnostics& diagnostics) {
  bus::Grants grants;
  for (const fs::path& file : files_in(readers_folder(configuration), diagnostics)) {
    add_grant(file, grants, diagnostics);
  }
  drop_shared_keys(readers_folder(configuration), grants, diagnostics);
  for (const std::string& user : configuration.settings.bus.users) {
    if (const auto number = user_number(user)) {
      grants.users.push_back(*number);
    } else {
      complain_of(configuration.paths.config, "[bus] users: no user '" + user + "'", diagnostics);
    }
  }
  return grants;
}

std::optional<KeyPair> read_own_key(const Configuration& configuration, Diagnostics& diagnostics) {
  const std::string& named = configuration.settings.bus.key;
  if (named.empty()) return std::nullopt;
  const auto place = place_of_secret(named, configuration.paths);
  if (!place) {
    complain_of(configuration.paths.config, "[bus] key: " + place.error().message, diagnostics);
    return std::nullopt;
  }
  auto pair = load_key_pair(*place);
  if (pair) return std::move(*pair);
  complain_of(configuration.paths.config, "[bus] key: " + pair.error().message, diagnostics);
  return std::nullopt;
}

Result<std::optional<bus::ClientKeys>> client_keys(const Context& context) {
  if (context.key.empty() && context.server_key.empty()) return std::optional<bus::ClientKeys>{};
  if (!is_curve_key(context.server_key)) {
    return fail(Errc::invalid_input, "--server-key is the daemon's public key, 40 characters");
  }
  auto own = load_key_pair(context.key);
  if (!own) return fail(own.error());
  return std::optional{bus::ClientKeys{.server_key = context.server_key, .own = std::move(*own)}};
}

}  // namespace tocsin::app
