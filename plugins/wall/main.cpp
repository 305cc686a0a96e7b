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

/// The board and what shows it, in the order of their making.
struct Wall {
  explicit Wall(std::size_t most_cards) : board{most_cards} {}

  wall::Board board;
  std::unique_ptr<web::HttpServer> server;
};

tocsin::Result<plugin::Handling> open(const plugin::Options& options) {
  auto server_options = wall::server_options(options.text("listen"), options.texts("hosts"));
  if (!server_options) return tocsin::fail(server_options.error());
  server_options->max_connections = static_cast<std::size_t>(options.integer("connections"));
  const auto one = std::make_shared<Wall>(static_cast<std::size_t>(options.integer("keep")));
  auto server = web::HttpServer::start(*server_options, wall::site(one->board));
  if (!server) return tocsin::fail(server.error());
  one->server = std::move(*server);
  fmt::print(stderr, "wall: http://{}:{}/\n", server_options->address, one->server->port());
  return plugin::Handling{
      .handle = [one](const plugin::Alert& alert,
                      const plugin::Delivery& delivery) -> plugin::Outcome {
        one->board.add(wall::card_of(alert, delivery.seq));
        one->server->wake();
        return plugin::Ok{};
      },
      .on_gap =
          [one](const plugin::Gap& gap) {
            if (gap.reason == "epoch") one->board.restart();
          },
      .on_daemon = [one](bool is_there) { one->board.set_daemon(is_there); },
      .from = plugin::From{.place = plugin::From::Place::time,
                           .time = tocsin::SystemClock{}.now() - std::chrono::days{1}}};
}

std::string describe(const plugin::Options& options, const plugin::Alert& alert,
                     const plugin::Delivery& delivery) {
  return fmt::format("would show on http://{}/: {}", options.text("listen"),
                     wall::to_json(wall::card_of(alert, delivery.seq)));
}

}  // namespace

int main(int argc, char** argv) {
  return plugin::serve(argc, argv,
                       {.manifest = plugin_manifest, .open = open, .describe = describe});
}
