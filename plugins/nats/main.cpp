// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

#include "base/utf8.hpp"
#include "nats/bridge.hpp"
#include "nats/subject.hpp"
#include "plugin/manifest.hpp"
#include "tocsin/serve.hpp"

namespace {

namespace plugin = tocsin::plugin;
using tocsin::Errc;
using tocsin::fail;
using tocsin::Result;
using tocsin::nats::Access;
using tocsin::nats::Bridge;
using tocsin::nats::Target;

constexpr std::chrono::milliseconds longest_pause{30'000};
constexpr std::size_t pem_limit = std::size_t{1} << 20U;

Result<void> check_servers(const std::vector<std::string>& servers) {
  if (servers.empty()) return fail(Errc::invalid_input, "--servers names none");
  for (const std::string& one : servers) {
    const bool has_scheme = one.starts_with("nats://") || one.starts_with("tls://");
    if (!has_scheme) {
      return fail(Errc::invalid_input, "--servers: a URL begins with nats:// or tls://");
    }
    if (one.find('@') != std::string::npos) {
      return fail(Errc::invalid_input, "--servers: a URL holds no credentials; they have options");
    }
  }
  return {};
}

Result<Target> target_of(const plugin::Options& options) {
  Target target{.servers = options.texts("servers"),
                .timeout = options.duration("timeout"),
                .stream = {.name = options.text("stream"),
                           .prefix = options.text("subject"),
                           .may_create = options.truth("create"),
                           .keep = options.duration("keep"),
                           .window = options.duration("window"),
                           .replicas = options.integer("replicas")}};
  if (const auto good = check_servers(target.servers); !good) return fail(good.error());
  if (!tocsin::nats::is_stream_name(target.stream.name)) {
    return fail(Errc::invalid_input, "--stream must be of A-Z, a-z, 0-9, - and _");
  }
  if (!tocsin::nats::is_subject_prefix(target.stream.prefix)) {
    return fail(Errc::invalid_input,
                "--subject must be of A-Z, a-z, 0-9, - and _, with dots between");
  }
  if (target.stream.window > target.stream.keep) {
    return fail(Errc::invalid_input, "--window is longer than --keep");
  }
  return target;
}

Result<std::string> file_text(const std::string& path) {
  if (path.empty()) return std::string{};
  const std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  if (!file || text.str().size() > pem_limit) {
    return fail(Errc::not_found, path + ": cannot be read");
  }
  return text.str();
}

/// libnats reads this one itself; that it is closed to others has been looked at.
std::string credentials_path(const plugin::Options& options) {
  std::string reference = options.text("credentials");
  if (reference.empty() || reference.find('/') != std::string::npos) return reference;
  const char* const folder =
      std::getenv("CREDENTIALS_DIRECTORY");  // NOLINT: one thread writes none
  return std::string{folder == nullptr ? "." : folder} + "/" + reference;
}

Result<Access> access_of(const plugin::Options& options) {
  Access access{.credentials_file = credentials_path(options), .user = options.text("user")};
  if (const auto read = options.secret("credentials"); !read) return fail(read.error());
  const auto take = [&](const char* option, std::string& place) -> Result<void> {
    auto read = options.secret(option);
    if (!read) return fail(read.error());
    place = std::move(*read);
    return {};
  };
  for (const auto& [option, place] : {std::pair{"token", &access.token},
                                      {"password", &access.password},
                                      {"tls-key", &access.key}}) {
    if (const auto taken = take(option, *place); !taken) return fail(taken.error());
  }
  for (const auto& [option, place] :
       {std::pair{"tls-ca", &access.authorities}, {"tls-cert", &access.certificate}}) {
    auto text = file_text(options.text(option));
    if (!text) return fail(text.error());
    *place = std::move(*text);
  }
  return access;
}

Result<void> check_access(const plugin::Options& options) {
  if (options.has("tls-cert") != options.has("tls-key")) {
    return fail(Errc::invalid_input, "--tls-cert and --tls-key go together");
  }
  if (options.has("password") != options.has("user")) {
    return fail(Errc::invalid_input, "--user and --password go together");
  }
  // What is wrong with the files now is told now; later they are read at each connection.
  if (const auto access = access_of(options); !access) return fail(access.error());
  return {};
}

Result<plugin::Handling> open(const plugin::Options& options) {
  auto target = target_of(options);
  if (!target) return fail(target.error());
  if (const auto good = check_access(options); !good) return fail(good.error());
  const auto bridge =
      std::make_shared<Bridge>(std::move(*target), [options] { return access_of(options); });
  return plugin::Handling{
      .handle = [bridge](const auto& alert,
                         const auto& delivery) { return bridge->publish(alert, delivery); },
      .keep_order = true,
      .longest_pause = longest_pause};
}

std::string describe(const plugin::Options& options, const plugin::Alert& alert,
                     const plugin::Delivery& delivery) {
  const auto target = target_of(options);
  if (!target) return "cannot run: " + target.error().message;
  return fmt::format(
      "would publish {} bytes to {} in stream {} at {} as {}", delivery.payload.size(),
      tocsin::nats::subject_for(target->stream.prefix, alert), target->stream.name,
      tocsin::escape_for_line(target->servers.front()), tocsin::escape_for_line(alert.id));
}

}  // namespace

int main(int argc, char** argv) {
  return plugin::serve(argc, argv,
                       {.manifest = plugin_manifest, .open = open, .describe = describe});
}
