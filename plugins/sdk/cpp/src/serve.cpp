// SPDX-License-Identifier: Apache-2.0
#include "tocsin/serve.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>

#include "alert/codec.hpp"
#include "base/utf8.hpp"
#include "manifest/manifest.hpp"
#include "sdk/cpp/src/arguments.hpp"
#include "sdk/cpp/src/client.hpp"

namespace tocsin::plugin {
namespace {

constexpr int wrong_usage = 64;
constexpr std::size_t line_limit = std::size_t{64} << 10U;  // as the payload of a message

enum class Line : std::uint8_t { read, none, too_long };

/// The next line; never holds more of one than an alert may have.
Line read_line(std::istream& in, std::string& line) {
  line.resize(line_limit + 2);  // with its end, and the zero behind it
  in.getline(line.data(), static_cast<std::streamsize>(line.size()));
  const auto count = static_cast<std::size_t>(in.gcount());
  if (in.fail()) return in.eof() && count == 0 ? Line::none : Line::too_long;
  line.resize(in.eof() ? count : count - 1);
  return line.size() > line_limit ? Line::too_long : Line::read;
}

int refuse(const std::string& program, const std::string& why) {
  fmt::print(stderr, "{}: {}\n", program, why);
  return wrong_usage;
}

/// 64 ends a service until somebody acts; what may mend itself, such as a port in use or a folder
/// that is not mounted yet, is tried again by the service manager.
int status_of(const Error& error) {
  constexpr int may_mend_itself = 1;
  const bool is_mistake = error.code == Errc::invalid_input || error.code == Errc::refused ||
                          error.code == Errc::too_large;
  return is_mistake ? wrong_usage : may_mend_itself;
}

/// A mistake in a file begins with its place, as compilers write it.
int refuse(const Arguments& arguments, const std::string& why) {
  if (!arguments.options.has_place(why)) return refuse(arguments.config.program, why);
  fmt::print(stderr, "{}\n", why);
  return wrong_usage;
}

/// Every mistake in the options, a line each; 0 when there is none.
int judge(const Arguments& arguments, const Program& program) {
  int status = 0;
  if (!program.check) return status;
  for (const Mistake& one : program.check(arguments.options)) {
    status = refuse(arguments, arguments.options.wrong(one).value().message);
  }
  return status;
}

/// Where the daemon is, and with which keys.
Result<void> check_connection(const Arguments& arguments) {
  const auto wrong = [&arguments](const char* option, const Error& error) {
    return arguments.options.wrong({.option = option, .what = error.message});
  };
  const auto endpoints = endpoints_of(arguments.config.connect);
  if (!endpoints) return wrong("connect", endpoints.error());
  const auto keys = keys_of(arguments.config);
  if (!keys) return wrong("key", keys.error());
  return {};
}

/// Prints what would be done with each alert of a file, one JSON object a line.
int tell(const Arguments& arguments, const Program& program) {
  const std::string& file = *arguments.dry_run;
  std::ifstream opened;
  if (file != "-") opened.open(file);
  if (file != "-" && !opened) return refuse(arguments.config.program, file + ": cannot be read");
  std::istream& in = file == "-" ? std::cin : opened;
  std::uint64_t number = 0;
  std::string line;
  for (Line next = read_line(in, line); next != Line::none; next = read_line(in, line)) {
    ++number;
    if (next == Line::too_long) {
      return refuse(arguments.config.program,
                    fmt::format("{}:{}: longer than an alert may be", file, number));
    }
    if (line.empty()) continue;
    const auto decoded = alert::decode(line);
    if (!decoded) {
      return refuse(arguments.config.program,
                    fmt::format("{}:{}: {}", file, number, decoded.error().message));
    }
    const Delivery delivery{.topic_frame = alert::topic_frame(decoded->alert),
                            .seq = decoded->sequence,
                            .payload = line};
    const std::string said = program.describe
                                 ? program.describe(arguments.options, decoded->alert, delivery)
                                 : "would handle alert " + escape_for_line(decoded->alert.id);
    fmt::print("{}\n", said);
  }
  return 0;
}

}  // namespace

int serve(int argc, const char* const* argv, const Program& program) {
  Diagnostics diagnostics;
  const auto manifest = manifest::read_manifest(program.manifest, "plugin.toml", diagnostics);
  if (!manifest) return refuse("plugin", manifest.error().message);
  auto parsed = parse_arguments(argc, argv, *manifest);
  if (!parsed.arguments) return parsed.status;
  Arguments& arguments = *parsed.arguments;
  if (const int status = judge(arguments, program); status != 0) return status;
  if (arguments.dry_run) return tell(arguments, program);
  if (const auto good = check_connection(arguments); !good) {
    return refuse(arguments, good.error().message);
  }
  auto handling = program.open(arguments.options);
  if (!handling) {
    refuse(arguments, handling.error().message);
    return status_of(handling.error());
  }
  Config& config = arguments.config;
  config.before_ack = handling->before_ack;
  config.keep_order = handling->keep_order;
  config.longest_pause = handling->longest_pause;
  config.on_gap = handling->on_gap;
  config.on_daemon = handling->on_daemon;
  config.on_log = handling->on_log;
  config.idle = handling->idle;
  config.outcomes = handling->outcomes;
  config.at_once = handling->at_once;
  config.finish_limit = handling->finish_limit;
  const bool has_choice = config.name.empty() || handling->begins_anew;
  if (has_choice && !arguments.says_from && handling->from) config.from = *handling->from;
  if (handling->ack_interval) config.ack_interval = *handling->ack_interval;
  return run(config, handling->handle);
}

}  // namespace tocsin::plugin
