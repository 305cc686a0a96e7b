// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "jsonl/archive.hpp"
#include "plugin/manifest.hpp"
#include "tocsin/serve.hpp"

namespace {

namespace plugin = tocsin::plugin;
using tocsin::jsonl::Archive;
using tocsin::jsonl::ArchiveOptions;
using tocsin::jsonl::Fsync;

ArchiveOptions archive_options(const plugin::Options& options) {
  const std::string policy = options.text("fsync");
  return {.folder = options.text("folder"),
          .max_size = options.size("max-size"),
          .is_daily = options.truth("daily"),
          .keep = static_cast<std::size_t>(options.integer("keep")),
          .fsync = policy == "every"  ? Fsync::every
                   : policy == "none" ? Fsync::none
                                      : Fsync::interval};
}

plugin::Outcome keep(Archive& archive, const plugin::Alert& alert,
                     const plugin::Delivery& delivery) {
  const auto added = archive.add(alert.id, delivery.payload);
  if (added) return plugin::Ok{};
  if (archive.is_broken()) return plugin::Halt{added.error().message};
  return plugin::Retry{.reason = added.error().message};
}

tocsin::Result<plugin::Handling> open(const plugin::Options& options) {
  static const tocsin::SystemClock clock;
  auto opened = Archive::open(archive_options(options), clock);
  if (!opened)
    return options.wrong({.option = "folder", .what = opened.error().message}, opened.error().code);
  const auto archive = std::make_shared<Archive>(std::move(*opened));
  return plugin::Handling{
      .handle = [archive](const auto& alert,
                          const auto& delivery) { return keep(*archive, alert, delivery); },
      .before_ack = [archive] { return archive->sync().has_value(); },
      .ack_interval = options.duration("interval"),
      .keep_order = true};
}

std::string describe(const plugin::Options& options, const plugin::Alert&,
                     const plugin::Delivery& delivery) {
  return fmt::format("would add {} bytes to {}/alerts.jsonl", delivery.payload.size() + 1,
                     options.text("folder"));
}

}  // namespace

int main(int argc, char** argv) {
  return plugin::serve(argc, argv,
                       {.manifest = plugin_manifest, .open = open, .describe = describe});
}
