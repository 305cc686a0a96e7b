// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "outbound/http_post.hpp"
#include "outbound/target_options.hpp"
#include "outbound/verdict.hpp"
#include "plugin/manifest.hpp"
#include "tocsin/serve.hpp"
#include "webhook/signature.hpp"

namespace {

namespace outbound = tocsin::outbound;
namespace plugin = tocsin::plugin;
namespace webhook = tocsin::webhook;
using tocsin::Result;
using tocsin::http::Header;

constexpr const char* content_type = "application/cloudevents+json; charset=utf-8";

/// Read for each alert, so that a secret can be replaced while the plugin runs.
Result<std::vector<Header>> headers_of(const plugin::Options& options, const plugin::Alert& alert,
                                       std::string_view body) {
  const auto secrets = options.secret("secret");
  if (!secrets) return tocsin::fail(secrets.error());
  const auto keys = webhook::parse_secrets(*secrets);
  if (!keys) return options.wrong({.option = "secret", .what = keys.error().message});
  const auto authorization = options.secret("authorization");
  if (!authorization) return tocsin::fail(authorization.error());
  const auto now = std::chrono::floor<std::chrono::seconds>(tocsin::SystemClock{}.now());
  const auto timestamp = now.time_since_epoch();
  std::vector<Header> headers{
      {"Content-Type", content_type},
      {"User-Agent", "tocsin-webhook"},
      {"webhook-id", alert.id},
      {"webhook-timestamp", std::to_string(timestamp.count())},
      {"webhook-signature",
       webhook::sign(*keys, {.id = alert.id, .timestamp = timestamp, .body = body})}};
  if (!outbound::is_header_safe(*authorization)) {
    return options.wrong({.option = "authorization", .what = "holds a line break"});
  }
  if (!authorization->empty()) headers.push_back({"Authorization", *authorization});
  return headers;
}

plugin::Outcome send(outbound::HttpPost& post, const plugin::Options& options,
                     const plugin::Alert& alert, const plugin::Delivery& delivery) {
  const auto headers = headers_of(options, alert, delivery.payload);
  if (!headers) return outbound::held(headers.error().message);
  return outbound::outcome_of(post.send(*headers, delivery.payload), post.host(), delivery);
}

Result<plugin::Handling> open(const plugin::Options& options) {
  auto created = outbound::open_target(options, options.text("url"));
  if (!created) return tocsin::fail(created.error());
  if (const auto good = headers_of(options, {}, {}); !good) return tocsin::fail(good.error());
  const auto post = std::make_shared<outbound::HttpPost>(std::move(*created));
  return plugin::Handling{
      .handle = [post, options](const plugin::Alert& alert, const plugin::Delivery& delivery) {
        return send(*post, options, alert, delivery);
      }};
}

std::string describe(const plugin::Options& options, const plugin::Alert& alert,
                     const plugin::Delivery& delivery) {
  return fmt::format(
      "POST {}\nContent-Type: {}\nwebhook-id: {}\nwebhook-timestamp: <when it is sent>\n"
      "webhook-signature: v1,<signature>\n{}\n{}\n",
      options.text("url"), content_type, alert.id,
      options.has("authorization") ? "Authorization: <authorization>\n" : "", delivery.payload);
}

}  // namespace

int main(int argc, char** argv) {
  return plugin::serve(argc, argv,
                       {.manifest = plugin_manifest,
                        .open = open,
                        .describe = describe,
                        .check = outbound::mistakes_in_target});
}
