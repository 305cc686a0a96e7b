// SPDX-License-Identifier: Apache-2.0
#include <syslog.h>

#include "plugin/manifest.hpp"
#include "tocsin/serve.hpp"
#include "tocsin/text.hpp"

namespace plugin = tocsin::plugin;

std::string line_of(const plugin::Alert& alert) {
  return plugin::cut(alert.match.topic + ": " + alert.item.title + " " + alert.item.url, 500);
}

int main(int argc, char** argv) {
  const auto open = [](const plugin::Options& options) -> tocsin::Result<plugin::Handling> {
    return plugin::Handling{
        .handle = [least = options.integer("least")](const auto& alert, const auto&) {
          if (alert.severity <= least) ::syslog(LOG_ALERT | LOG_USER, "%s", line_of(alert).c_str());
          return plugin::Ok{};
        }};
  };
  const auto describe = [](const auto&, const auto& alert, const auto&) {
    return "would log: " + line_of(alert);
  };
  return plugin::serve(argc, argv, {plugin_manifest, open, describe});
}
