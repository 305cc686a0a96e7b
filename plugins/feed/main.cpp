// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "base/url.hpp"
#include "base/utf8.hpp"
#include "plugin/manifest.hpp"
#include "plugins/feed/shelf.hpp"
#include "tocsin/serve.hpp"

namespace {

namespace plugin = tocsin::plugin;
using tocsin::Result;
using tocsin::feed_plugin::Folder;
using tocsin::feed_plugin::Shelf;
using tocsin::feed_plugin::ShelfOptions;

plugin::Mistakes check(const plugin::Options& options) {
  if (options.text("url").empty()) return {};
  const auto url = tocsin::parse_http_url(options.text("url"));
  if (url) return {};
  return {{.option = "url", .what = url.error().message}};
}

ShelfOptions shelf_options(const plugin::Options& options) {
  std::string url = options.text("url");
  if (!url.empty() && !url.ends_with('/')) url += '/';
  return ShelfOptions{.url = std::move(url),
                      .title = tocsin::clean_utf8(options.text("title")),
                      .items = static_cast<std::size_t>(options.integer("items")),
                      .since = options.duration("since"),
                      .interval = options.duration("interval")};
}

Result<plugin::Handling> open(const plugin::Options& options) {
  static const tocsin::SystemClock clock;
  const ShelfOptions wanted = shelf_options(options);
  auto folder = Folder::open(options.text("folder"));
  if (!folder)
    return options.wrong({.option = "folder", .what = folder.error().message}, folder.error().code);
  const auto shelf = std::make_shared<Shelf>(wanted, std::move(*folder), clock);
  const auto now = [] {
    return std::chrono::steady_clock::now();
  };
  return plugin::Handling{
      .handle =
          [shelf](const auto& alert, const auto& delivery) {
            shelf->add(alert, delivery.seq);
            return plugin::Ok{};
          },
      .before_ack = [shelf, now] { return shelf->write_now(now()); },
      .ack_interval = wanted.interval,
      .keep_order = true,
      .idle = [shelf, now] { return shelf->write_due(now()); },
      .from = plugin::From{.place = plugin::From::Place::time, .time = clock.now() - wanted.since},
      .begins_anew = true};
}

std::string describe(const plugin::Options& options, const plugin::Alert& alert,
                     const plugin::Delivery& delivery) {
  const auto item = tocsin::feed_plugin::item_of(alert, delivery.seq);
  return fmt::format(
      "would add \"{}\" as {} to alerts.json, alerts.atom, topics/{}.json and topics/{}.atom in {}",
      tocsin::escape_for_line(item.title), tocsin::escape_for_line(item.id),
      tocsin::escape_for_line(item.topic), tocsin::escape_for_line(item.topic),
      tocsin::escape_for_line(options.text("folder")));
}

}  // namespace

int main(int argc, char** argv) {
  return plugin::serve(
      argc, argv,
      {.manifest = plugin_manifest, .open = open, .describe = describe, .check = check});
}
