// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <utility>

#include "base/utf8.hpp"
#include "sdk/cpp/src/client.hpp"
#include "tocsin/plugin.hpp"

namespace tocsin::plugin {
namespace {

constexpr std::string_view directory_scheme = "ipc:";

bool is_endpoint(std::string_view text) {
  return text.starts_with("ipc://") || text.starts_with("tcp://");
}

EndpointPair in_directory(const std::string& directory) {
  return {.pub = "ipc://" + directory + "/pub.sock", .ctl = "ipc://" + directory + "/ctl.sock"};
}

std::string variable(const char* name) {
  const char* const value =
      std::getenv(name);  // NOLINT(concurrency-mt-unsafe): at the start, one thread
  return value == nullptr ? std::string{} : std::string{value};
}

}  // namespace

std::string default_runtime_directory() {
  if (const std::string given = variable("TOCSIN_RUNTIME"); !given.empty()) return given;
  // A user's daemon has its sockets in the first, or in its state folder where there is none.
  const std::string run = variable("XDG_RUNTIME_DIR");
  const std::string state = variable("XDG_STATE_HOME");
  const std::string home = variable("HOME");
  const std::string below_home = home.empty() ? "" : home + "/.local/state/tocsin/run";
  for (const std::string& folder :
       {run.empty() ? "" : run + "/tocsin", state.empty() ? below_home : state + "/tocsin/run"}) {
    const bool is_served = !folder.empty() && ::access((folder + "/ctl.sock").c_str(), F_OK) == 0;
    if (is_served) return folder;
  }
  return "/run/tocsin";
}

Result<EndpointPair> endpoints_of(const std::string& connect) {
  if (connect.empty()) return in_directory(default_runtime_directory());
  if (const auto comma = connect.find(','); comma != std::string::npos) {
    EndpointPair pair{.pub = connect.substr(0, comma), .ctl = connect.substr(comma + 1)};
    if (is_endpoint(pair.pub) && is_endpoint(pair.ctl)) return pair;
  } else if (connect.starts_with(directory_scheme) && !is_endpoint(connect)) {
    const std::string directory = connect.substr(directory_scheme.size());
    if (directory.starts_with('/')) return in_directory(directory);
  }
  return fail(Errc::invalid_input, "no daemon is at \"" + escape_for_line(connect, 200) +
                                       "\": expected \"ipc:/run/tocsin\" or \"<pub>,<ctl>\" " +
                                       "with two ipc:// or tcp:// endpoints");
}

Result<std::optional<ClientKeys>> keys_of(const Config& config) {
  if (config.server_key.empty() && config.key_file.empty()) return std::optional<ClientKeys>{};
  if (!is_curve_key(config.server_key)) {
    return fail(Errc::invalid_input, "the daemon's public key has 40 characters");
  }
  auto own = load_key_pair(config.key_file);
  if (!own) return fail(own.error());
  return std::optional{ClientKeys{.server_key = config.server_key, .own = std::move(*own)}};
}

}  // namespace tocsin::plugin
