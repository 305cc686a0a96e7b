// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <cstdio>
#include <string>

#include "console/options.hpp"
#include "plugin/manifest.hpp"
#include "tocsin/serve.hpp"

namespace {

namespace plugin = tocsin::plugin;
using tocsin::console::look_of;
using tocsin::console::text_of;

plugin::Mistakes check(const plugin::Options& options) {
  if (!options.truth("one-line") || !options.truth("json")) return {};
  return {{.option = "json", .what = "excludes one-line"}};
}

tocsin::Result<plugin::Handling> open(const plugin::Options& options) {
  return plugin::Handling{
      .handle = [look = look_of(options)](const auto& alert,
                                          const auto& delivery) -> plugin::Outcome {
        const std::string text = text_of(look, alert, delivery);
        const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
        if (!is_written || std::fflush(stdout) != 0) return plugin::Halt{"standard output is gone"};
        return plugin::Ok{};
      }};
}

std::string describe(const plugin::Options& options, const plugin::Alert& alert,
                     const plugin::Delivery& delivery) {
  return "would print:\n" + text_of(look_of(options), alert, delivery);
}

}  // namespace

int main(int argc, char** argv) {
  // Whoever reads us may stop reading; then the alert counts as not shown.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));  // NOLINT(cert-err33-c): it cannot fail
  return plugin::serve(
      argc, argv,
      {.manifest = plugin_manifest, .open = open, .describe = describe, .check = check});
}
