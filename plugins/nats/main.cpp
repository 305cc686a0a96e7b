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

plugin::Mistakes mistakes_in_servers(const std::vector<std::string>& servers) {
  if (servers.empty()) return {{.option = "servers", .what = "names none"}};
  plugin::Mistakes mistakes;
  for (std::size_t i = 0; i < servers.size(); ++i) {
    const std::string& one = servers[i];
    const bool has_scheme = one.starts_with("nats://") || one.starts_with("tls://");
    const bool has_credentials = one.find('@') != std::string::npos;
    if (has_scheme && !has_credentials) continue;
    mistakes.push_back({.option = "servers",
                        .what = has_scheme ? "a URL holds no credentials; they have options"
                                           : "a URL begins with nats:// or tls://",
                        .at = i});
  }
  return mistakes;
}

/// Two options of which neither does without the other.
plugin::Mistakes mistakes_in_pair(const plugin::Options& options, const std::string& one,
                                  const std::string& other) {
  if (options.has(one) == options.has(other)) return {};
  const bool has_one = options.has(one);
  return {{.option = has_one ? one : other, .what = "needs " + (has_one ? other : one)}};
}

plugin::Mistakes check(const plugin::Options& options) {
  plugin::Mistakes mistakes = mistakes_in_servers(options.texts("servers"));
  if (!tocsin::nats::is_stream_name(options.text("stream"))) {
    mistakes.push_back({.option = "stream", .what = "must be of A-Z, a-z, 0-9, - and _"});
  }
  if (!tocsin::nats::is_subject_prefix(options.text("subject"))) {
    mistakes.push_back(
        {.option = "subject", .what = "must be of A-Z, a-z, 0-9, - and _, with dots between"});
  }
  if (options.duration("window") > options.duration("keep")) {
    mistakes.push_back({.option = "window", .what = "is longer than keep"});
  }
  for (const auto& [one, other] : {std::pair{"tls-cert", "tls-key"}, {"user", "password"}}) {
    for (auto& mistake : mistakes_in_pair(options, one, other)) {
      mistakes.push_back(std::move(mistake));
    }
  }
  return mistakes;
}

Target target_of(const plugin::Options& options) {
  return {.servers = options.texts("servers"),
          .timeout = options.duration("timeout"),
          .stream = {.name = options.text("stream"),
                     .prefix = options.text("subject"),
                     .may_create = options.truth("create"),
                     .keep = options.duration("keep"),
                     .window = options.duration("window"),
                     .replicas = options.integer("replicas")}};
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
    if (!text)
      return options.wrong({.option = option, .what = text.error().message}, text.error().code);
    *place = std::move(*text);
  }
  return access;
}

Result<plugin::Handling> open(const plugin::Options& options) {
  // What is wrong with the files now is told now; later they are read at each connection.
  if (const auto access = access_of(options); !access) return fail(access.error());
  const auto bridge =
      std::make_shared<Bridge>(target_of(options), [options] { return access_of(options); });
  return plugin::Handling{
      .handle = [bridge](const auto& alert,
                         const auto& delivery) { return bridge->publish(alert, delivery); },
      .keep_order = true,
      .longest_pause = longest_pause};
}

std::string describe(const plugin::Options& options, const plugin::Alert& alert,
                     const plugin::Delivery& delivery) {
  const Target target = target_of(options);
  return fmt::format(
      "would publish {} bytes to {} in stream {} at {} as {}", delivery.payload.size(),
      tocsin::nats::subject_for(target.stream.prefix, alert), target.stream.name,
      tocsin::escape_for_line(target.servers.front()), tocsin::escape_for_line(alert.id));
}

}  // namespace

int main(int argc, char** argv) {
  return plugin::serve(
      argc, argv,
      {.manifest = plugin_manifest, .open = open, .describe = describe, .check = check});
}
