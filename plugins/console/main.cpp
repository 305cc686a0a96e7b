// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <cstdio>
#include <string>

#include "console/options.hpp"
#include "console/render.hpp"
#include "tocsin/plugin.hpp"

namespace {

using tocsin::console::Form;
using tocsin::console::Options;
namespace plugin = tocsin::plugin;

std::string text_of(const Options& options, const plugin::Alert& alert,
                    const plugin::Delivery& delivery) {
  switch (options.form) {
    case Form::json:
      return std::string{delivery.payload} + "\n";
    case Form::line:
      return tocsin::console::render_line(alert);
    case Form::page:
      break;
  }
  return tocsin::console::render(alert, options.render) + "\n";
}

}  // namespace

int main(int argc, char** argv) {
  const auto parsed = tocsin::console::parse_options(argc, argv);
  if (!parsed.options) return parsed.status;
  // Whoever reads us may stop reading; then the alert counts as not shown.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));  // NOLINT(cert-err33-c): it cannot fail
  const Options& options = *parsed.options;
  return plugin::run(
      options.config,
      [&](const plugin::Alert& alert, const plugin::Delivery& delivery) -> plugin::Outcome {
        const std::string text = text_of(options, alert, delivery);
        const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
        if (!is_written || std::fflush(stdout) != 0) return plugin::Halt{"standard output is gone"};
        return plugin::Ok{};
      });
}
