// SPDX-License-Identifier: Apache-2.0
#include "console/options.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace tocsin::console {
namespace {

constexpr std::size_t widest = 100;  // longer lines are hard to read

bool wants_color(const std::string& choice) {
  if (choice != "auto") return choice == "always";
  const char* const refused = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): one thread
  return (refused == nullptr || *refused == '\0') && ::isatty(STDOUT_FILENO) == 1;
}

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return std::clamp<std::size_t>(size.ws_col, 40, widest);
}

}  // namespace

Look look_of(const plugin::Options& options) {
  Look look;
  look.render.has_color = wants_color(options.text("color"));
  look.render.width =
      options.has("width") ? static_cast<std::size_t>(options.integer("width")) : terminal_width();
  if (options.truth("one-line")) look.form = Form::line;
  if (options.truth("json")) look.form = Form::json;
  return look;
}

std::string text_of(const Look& look, const plugin::Alert& alert,
                    const plugin::Delivery& delivery) {
  switch (look.form) {
    case Form::json:
      return std::string{delivery.payload} + "\n";
    case Form::line:
      return render_line(alert);
    case Form::page:
      break;
  }
  return render(alert, look.render) + "\n";
}

}  // namespace tocsin::console
