// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>

#include "base/utf8.hpp"
#include "exec/command.hpp"
#include "exec/runs.hpp"
#include "plugin/manifest.hpp"
#include "tocsin/serve.hpp"

namespace {

namespace plugin = tocsin::plugin;
using tocsin::exec::Command;
using tocsin::exec::Runs;

constexpr std::chrono::milliseconds longest_finish{10'000};  // a unit has 30 s to stop
constexpr std::size_t shown_bytes = 2'000;

plugin::Mistakes check(const plugin::Options& options) {
  plugin::Mistakes mistakes = Command::mistakes_in(options.texts("command"));
  const auto kept = options.texts("environment");
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (kept[i].find('=') == std::string::npos) continue;
    mistakes.push_back({.option = "environment",
                        .what = "'" + tocsin::escape_for_line(kept[i]) + "' is a name with a value",
                        .at = i});
  }
  return mistakes;
}

tocsin::Result<plugin::Handling> open(const plugin::Options& options) {
  auto command = Command::read(options.texts("command"));
  if (!command) return tocsin::fail(command.error());
  if (::access(command->program().c_str(), X_OK) != 0) {
    const std::string shown = tocsin::escape_for_line(command->program());
    return options.wrong(
        {.option = "command", .what = "'" + shown + "' is no program that may be run", .at = 0},
        tocsin::Errc::not_found);
  }
  const tocsin::exec::Limits limits{.timeout = options.duration("timeout"),
                                    .output = options.size("output")};
  const auto runs = std::make_shared<Runs>(
      std::move(*command),
      tocsin::exec::RunOptions{.limits = limits, .kept = options.texts("environment")});
  return plugin::Handling{
      .handle = [runs](const auto& alert,
                       const auto& delivery) { return runs->start(alert, delivery); },
      .outcomes = [runs] { return runs->take_ended(std::chrono::steady_clock::now()); },
      .at_once = static_cast<std::size_t>(options.integer("at-once")),
      .finish_limit = std::min(limits.timeout, longest_finish)};
}

std::string describe(const plugin::Options& options, const plugin::Alert& alert,
                     const plugin::Delivery& delivery) {
  const auto command = Command::read(options.texts("command"));
  if (!command) return command.error().message;
  const auto words = command->words_for(tocsin::exec::fields_of(alert, delivery));
  if (!words) return "would give up: " + words.error().message;
  std::string line = "would run";
  for (const std::string& word : *words) {
    line += " '" + tocsin::escape_for_line(word, shown_bytes) + "'";
  }
  return fmt::format("{} with {} bytes on its standard input", line, delivery.payload.size());
}

}  // namespace

int main(int argc, char** argv) {
  return plugin::serve(
      argc, argv,
      {.manifest = plugin_manifest, .open = open, .describe = describe, .check = check});
}
