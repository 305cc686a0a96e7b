// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "plugin/manifest.hpp"
#include "tocsin/serve.hpp"
#include "wall/board.hpp"
#include "wall/listen.hpp"
#include "wall/site.hpp"
#include "web/http_server.hpp"

namespace {

namespace plugin = tocsin::plugin;
namespace wall = tocsin::wall;
namespace web = tocsin::web;

using tocsin::Time;

/// Alerts older than that are not on the page when it begins …
constexpr std::chrono::days shown{1};
/// … and what is the matter with feeds is: it is told again after seven days (alert.md).
constexpr std::chrono::days remembered{8};

/// The board and what shows it, in the order of their making.
struct Wall {
  explicit Wall(std::size_t most_cards) : board{most_cards} {}

  wall::Board board;
  std::unique_ptr<web::HttpServer> server;
};

tocsin::Result<web::ServerOptions> listen_of(const plugin::Options& options) {
  return wall::server_options(options.text("listen"), options.texts("hosts"));
}

plugin::Mistake wrong_with(const tocsin::Error& error) {
  return {.option = "listen", .what = error.message};
}

plugin::Mistakes check(const plugin::Options& options) {
  const auto listen = listen_of(options);
  if (listen) return {};
  return {wrong_with(listen.error())};
}

tocsin::Result<plugin::Handling> open(const plugin::Options& options) {
  auto server_options = listen_of(options);
  if (!server_options) return options.wrong(wrong_with(server_options.error()));
  server_options->max_connections = static_cast<std::size_t>(options.integer("connections"));
  const auto one = std::make_shared<Wall>(static_cast<std::size_t>(options.integer("keep")));
  auto server = web::HttpServer::start(*server_options, wall::site(one->board));
  if (!server) return options.wrong(wrong_with(server.error()), server.error().code);
  one->server = std::move(*server);
  const std::string& address = server_options->address;
  const bool is_v6 = address.find(':') != std::string::npos;
  const Time shown_from = tocsin::SystemClock{}.now() - shown;
  fmt::print(stderr, "wall: http://{}:{}/\n", is_v6 ? "[" + address + "]" : address,
             one->server->port());
  return plugin::Handling{
      .handle = [one, shown_from](const plugin::Alert& alert,
                                  const plugin::Delivery& delivery) -> plugin::Outcome {
        const bool is_ops = alert.kind == tocsin::alert::Kind::operations;
        if (!is_ops && alert.times.committed < shown_from) return plugin::Ok{};
        one->board.add(wall::card_of(alert, delivery.seq));
        one->server->wake();
        return plugin::Ok{};
      },
      .on_daemon = [one](bool is_there) { one->board.set_daemon(is_there); },
      .on_log = [one](const std::string& epoch) { one->board.set_log(epoch); },
      .from = plugin::From{.place = plugin::From::Place::time,
                           .time = shown_from + shown - remembered}};
}

std::string describe(const plugin::Options& options, const plugin::Alert& alert,
                     const plugin::Delivery& delivery) {
  return fmt::format("would show on http://{}/: {}", options.text("listen"),
                     wall::to_json(wall::card_of(alert, delivery.seq)));
}

}  // namespace

int main(int argc, char** argv) {
  return plugin::serve(
      argc, argv,
      {.manifest = plugin_manifest, .open = open, .describe = describe, .check = check});
}
