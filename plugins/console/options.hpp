// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "console/render.hpp"
#include "tocsin/options.hpp"
#include "tocsin/plugin.hpp"

namespace tocsin::console {

enum class Form : std::uint8_t { page, line, json };

/// How alerts are shown, as the options say; what they leave open, the terminal and NO_COLOR
/// decide.
struct Look {
  RenderOptions render = {};
  Form form = Form::page;
};

[[nodiscard]] Look look_of(const plugin::Options& options);

/// What goes to standard output for one alert, line end and all.
[[nodiscard]] std::string text_of(const Look& look, const plugin::Alert& alert,
                                  const plugin::Delivery& delivery);

}  // namespace tocsin::console
