// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "console/render.hpp"
#include "tocsin/plugin.hpp"

namespace tocsin::console {

enum class Form { page, line, json };

/// What the command line asks for.
struct Options {
  plugin::Config config = {};
  RenderOptions render = {};
  Form form = Form::page;
};

/// The options, or the exit status when there is nothing left to do: help was shown, or a mistake.
struct Parsed {
  std::optional<Options> options = {};
  int status = 0;
};

/// Reads the command line. Says what is wrong on standard error.
[[nodiscard]] Parsed parse_options(int argc, const char* const* argv);

/// The prefix that `--topic` means: "floods" → "alert/floods/", "ops/" as it is.
[[nodiscard]] std::string prefix_of(const std::string& topic);

/// "earliest", "ack", "latest", a number, or a time in RFC 3339.
[[nodiscard]] Result<plugin::From> from_of(const std::string& text);

}  // namespace tocsin::console
