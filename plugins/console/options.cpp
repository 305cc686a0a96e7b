// SPDX-License-Identifier: Apache-2.0
#include "console/options.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/time_format.hpp"

namespace tocsin::console {
namespace {

constexpr const char* version = "0.1.0";
constexpr std::size_t widest = 100;  // longer lines are hard to read

/// What CLI11 fills, before it is made sense of.
struct Raw {
  std::string connect;
  std::string runtime;
  std::string key;
  std::string server_key;
  std::string name;
  std::vector<std::string> topics;
  std::string from;
  std::string color = "auto";
  bool all = false;
  bool tail = false;
  bool takeover = false;
  bool one_line = false;
  bool json = false;
  std::optional<std::uint64_t> exit_after;
  std::optional<double> seconds;
  std::optional<std::size_t> width;
};

void declare(CLI::App& app, Raw& raw) {
  app.set_version_flag("--version", version);
  auto* connect = app.add_option("--connect", raw.connect,
                                 "\"ipc:<runtime directory>\" or \"<pub>,<ctl>\" endpoints");
  app.add_option("--runtime", raw.runtime, "the daemon's runtime directory")->excludes(connect);
  auto* server_key = app.add_option("--server-key", raw.server_key,
                                    "the daemon's public key, where it speaks CURVE");
  app.add_option("--key", raw.key, "file of our key pair (tocsin keys new)")->needs(server_key);
  auto* name = app.add_option("--name", raw.name,
                              "durable name: alerts sent meanwhile come at the next start");
  app.add_flag("--tail", raw.tail, "keep no cursor (the default without --name)")->excludes(name);
  app.add_flag("--takeover", raw.takeover, "end another console of the same name")->needs(name);
  auto* topic = app.add_option("--topic", raw.topics,
                               "show this topic only (a name, or a prefix such as \"ops/\")");
  app.add_flag("--all", raw.all, "experimental topics and operator alerts too")->excludes(topic);
  app.add_option("--from", raw.from, "earliest, ack, latest, a sequence number or a time");
  auto* line = app.add_flag("--one-line", raw.one_line, "one line for each alert");
  app.add_flag("--json", raw.json, "the CloudEvents object, one line for each")->excludes(line);
  app.add_option("--color", raw.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_option("--width", raw.width, "columns to fill")->check(CLI::Range(40, 500));
  app.add_option("--exit-after", raw.exit_after, "stop after so many alerts")
      ->check(CLI::PositiveNumber);
  app.add_option("--for", raw.seconds, "stop after so many seconds")->check(CLI::PositiveNumber);
}

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

std::vector<std::string> filters_of(const Raw& raw) {
  if (raw.all) return {"alert/", "lab/", "ops/"};
  std::vector<std::string> filters;
  for (const std::string& topic : raw.topics) filters.push_back(prefix_of(topic));
  return filters;
}

Result<Options> options_of(const Raw& raw) {
  Options options;
  options.config.program = "tocsin-console";
  options.config.version = version;
  options.config.name = raw.name;
  options.config.connect = raw.runtime.empty() ? raw.connect : "ipc:" + raw.runtime;
  options.config.server_key = raw.server_key;
  options.config.key_file = raw.key;
  options.config.filters = filters_of(raw);
  options.config.takeover = raw.takeover;
  options.config.exit_after = raw.exit_after;
  if (raw.seconds) {
    options.config.run_for = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::duration<double>{std::min(*raw.seconds, 1e9)});
  }
  const auto from = from_of(!raw.from.empty() ? raw.from : raw.name.empty() ? "latest" : "ack");
  if (!from) return fail(from.error());
  options.config.from = *from;
  options.render.has_color = wants_color(raw.color);
  options.render.width = raw.width.value_or(terminal_width());
  if (raw.one_line) options.form = Form::line;
  if (raw.json) options.form = Form::json;
  return options;
}

}  // namespace

std::string prefix_of(const std::string& topic) {
  return topic.find('/') == std::string::npos ? "alert/" + topic + "/" : topic;
}

Result<plugin::From> from_of(const std::string& text) {
  using Place = plugin::From::Place;
  if (text == "ack") return plugin::From{.place = Place::acknowledged};
  if (text == "earliest") return plugin::From{.place = Place::earliest};
  if (text == "latest") return plugin::From{.place = Place::latest};
  std::uint64_t seq = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seq);
  if (read.ec == std::errc{} && read.ptr == text.data() + text.size()) {
    return plugin::From{.place = Place::seq, .seq = seq};
  }
  if (const auto time = from_rfc3339(text)) {
    return plugin::From{.place = Place::time, .time = *time};
  }
  return fail(Errc::invalid_input,
              "--from: expected earliest, ack, latest, a sequence number or a time in RFC 3339");
}

Parsed parse_options(int argc, const char* const* argv) {
  CLI::App app{"Prints alerts as they come, each with the reason why it was sent."};
  Raw raw;
  declare(app, raw);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error);
    return {.status = status == 0 ? 0 : 64};
  }
  auto options = options_of(raw);
  if (options) return {.options = std::move(*options)};
  fmt::print(stderr, "tocsin-console: {}\n", options.error().message);
  return {.status = 64};
}

}  // namespace tocsin::console
