// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <utility>

#include <CLI/CLI.hpp>

#include "base/time_format.hpp"
#include "base/utf8.hpp"
#include "manifest/option_places.hpp"

namespace tocsin::plugin {
namespace {

using manifest::Manifest;
using manifest::OptionSpec;
using manifest::Type;

constexpr int wrong_usage = 64;

/// What CLI11 fills, before it is made sense of.
struct Raw {
  std::string connect;
  std::string runtime;
  std::string key;
  std::string server_key;
  std::string name;
  std::vector<std::string> topics;
  std::vector<std::string> filters;
  std::string from;
  bool all = false;
  bool tail = false;
  bool takeover = false;
  std::optional<std::uint64_t> exit_after;
  std::optional<double> seconds;
  std::optional<std::string> dry_run;
  std::map<std::string, std::vector<std::string>> options;  ///< Those of the manifest.
};

std::string type_name(const OptionSpec& spec) {
  if (spec.is_secret) return "FILE|CREDENTIAL";
  if (spec.choices.empty()) return std::string{manifest::name_of(spec.type)};
  std::string names;
  for (const std::string& one : spec.choices) names += (names.empty() ? "" : "|") + one;
  return names;
}

void declare(CLI::App& app, const OptionSpec& spec, Raw& raw) {
  const std::string flag = "--" + spec.name;
  if (spec.type == Type::boolean) {
    auto* const option = app.add_flag_function(
        flag,
        [&raw, name = spec.name](std::int64_t count) {
          raw.options[name] = {count > 0 ? "true" : "false"};  // --x=false counts -1
        },
        spec.help);
    // What stands behind `--` of `tocsin plugin run` wins over the instance's file.
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    return;
  }
  auto* option = app.add_option_function<std::vector<std::string>>(
      flag,
      [&raw, name = spec.name](const std::vector<std::string>& given) {
        raw.options[name] = given;
      },
      spec.help);
  option->type_name(type_name(spec))->allow_extra_args(false);
}

void declare_common(CLI::App& app, Raw& raw) {
  auto* connect = app.add_option("--connect", raw.connect,
                                 "\"ipc:<runtime directory>\" or \"<pub>,<ctl>\" endpoints");
  app.add_option("--runtime", raw.runtime, "the daemon's runtime directory")->excludes(connect);
  auto* server_key = app.add_option("--server-key", raw.server_key,
                                    "the daemon's public key, where it speaks CURVE");
  app.add_option("--key", raw.key, "file of our key pair (tocsin keys new)")->needs(server_key);
  auto* name = app.add_option("--name", raw.name,
                              "durable name: alerts sent meanwhile come at the next start");
  app.add_flag("--tail", raw.tail, "keep no cursor (the default without --name)")->excludes(name);
  app.add_flag("--takeover", raw.takeover, "end another reader of the same name")->needs(name);
  auto* topic = app.add_option("--topic", raw.topics,
                               "this topic only (a name, or a prefix such as \"ops/\")");
  topic->allow_extra_args(false);
  app.add_option("--filter", raw.filters, "a prefix of topic frames")->allow_extra_args(false);
  app.add_flag("--all", raw.all, "experimental topics and operator alerts too")->excludes(topic);
  app.add_option("--from", raw.from, "earliest, ack, latest, a sequence number or a time");
  app.add_option("--exit-after", raw.exit_after, "stop after so many alerts")
      ->check(CLI::PositiveNumber);
  constexpr double shortest = 0.001;
  constexpr double longest = 1e9;
  app.add_option("--for", raw.seconds, "stop after so many seconds")
      ->check(CLI::Range(shortest, longest));
  for (const OptionSpec& spec : manifest::cap_options()) declare(app, spec, raw);
  app.add_option("--dry-run", raw.dry_run, "tell what would be done for the alerts in this file")
      ->type_name("FILE");
}

Result<void> read_option(const OptionSpec& spec, const Raw& raw, Options::Values& values) {
  const auto it = raw.options.find(spec.name);
  if (it == raw.options.end()) {
    if (spec.fallback) values[spec.name] = *spec.fallback;
    if (spec.fallback || !spec.is_required) return {};
    if (!raw.dry_run) return fail(Errc::invalid_input, "--" + spec.name + " is missing");
    values[spec.name] = spec.example.value_or(manifest::Value{"<" + spec.name + ">"});
    return {};
  }
  if (spec.type == Type::strings) {
    values[spec.name] = it->second;
    return {};
  }
  const auto value = manifest::parse_value(spec, it->second.back());
  if (!value) return fail(Errc::invalid_input, "--" + spec.name + " " + value.error().message);
  values[spec.name] = *value;
  return {};
}

std::vector<std::string> filters_of(const Raw& raw, const Manifest& manifest) {
  if (raw.all) return {"alert/", "lab/", "ops/"};
  std::vector<std::string> filters;
  for (const std::string& topic : raw.topics) filters.push_back(prefix_of(topic));
  filters.insert(filters.end(), raw.filters.begin(), raw.filters.end());
  return filters.empty() ? manifest.filters : filters;
}

Result<CapOptions> cap_of(const Raw& raw) {
  Options::Values values;
  for (const OptionSpec& spec : manifest::cap_options()) {
    if (auto read = read_option(spec, raw, values); !read) return fail(read.error());
  }
  const Options options{std::move(values)};
  return CapOptions{.max_per_hour = static_cast<std::size_t>(options.integer("max-per-hour")),
                    .window = options.duration("cap-window"),
                    .let_through = static_cast<int>(options.integer("let-through"))};
}

Result<Arguments> arguments_of(const Raw& raw, const Manifest& manifest) {
  Arguments arguments;
  Config& config = arguments.config;
  config.program = "tocsin-" + manifest.name;
  config.version = manifest.version;
  config.name = raw.name;
  config.connect = raw.runtime.empty() ? raw.connect : "ipc:" + raw.runtime;
  config.server_key = raw.server_key;
  config.key_file = raw.key;
  config.filters = filters_of(raw, manifest);
  config.takeover = raw.takeover;
  config.exit_after = raw.exit_after;
  if (raw.seconds) {
    config.run_for = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::duration<double>{std::min(*raw.seconds, 1e9)});
  }
  const auto from = from_of(!raw.from.empty() ? raw.from : raw.name.empty() ? "latest" : "ack");
  if (!from) return fail(from.error());
  config.from = *from;
  arguments.says_from = !raw.from.empty();
  arguments.dry_run = raw.dry_run;
  const auto cap = cap_of(raw);
  if (!cap) return fail(cap.error());
  config.cap = *cap;
  Options::Values values;
  for (const OptionSpec& spec : manifest.options) {
    if (auto read = read_option(spec, raw, values); !read) return fail(read.error());
  }
  arguments.options = Options{std::move(values), raw.dry_run.has_value(), places_of_environment()};
  return arguments;
}

}  // namespace

Options::Places places_of_environment() {
  const char* const text =
      std::getenv(manifest::places_variable);  // NOLINT(concurrency-mt-unsafe): one thread
  return text == nullptr ? Options::Places{} : manifest::read_places(text);
}

std::string prefix_of(const std::string& topic) {
  return topic.find('/') == std::string::npos ? "alert/" + topic + "/" : topic;
}

Result<From> from_of(const std::string& text) {
  using Place = From::Place;
  if (text == "ack") return From{.place = Place::acknowledged};
  if (text == "earliest") return From{.place = Place::earliest};
  if (text == "latest") return From{.place = Place::latest};
  std::uint64_t seq = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seq);
  if (read.ec == std::errc{} && read.ptr == text.data() + text.size()) {
    return From{.place = Place::seq, .seq = seq};
  }
  if (const auto time = from_rfc3339(text)) {
    return From{.place = Place::time, .time = *time};
  }
  return fail(Errc::invalid_input,
              "--from: expected earliest, ack, latest, a sequence number or a time in RFC 3339");
}

Parsed parse_arguments(int argc, const char* const* argv, const Manifest& manifest) {
  CLI::App app{manifest.summary, "tocsin-" + manifest.name};
  Raw raw;
  app.set_version_flag("--version", manifest.version);
  declare_common(app, raw);
  for (const OptionSpec& spec : manifest.options) declare(app, spec, raw);
  const std::string program = "tocsin-" + manifest.name;
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& wish) {
    return {.status = app.exit(wish)};
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "{}: {}\n", program, escape_for_line(error.what()));
    return {.status = wrong_usage};
  }
  auto arguments = arguments_of(raw, manifest);
  if (arguments) return {.arguments = std::move(*arguments)};
  fmt::print(stderr, "{}: {}\n", program, arguments.error().message);
  return {.status = wrong_usage};
}

}  // namespace tocsin::plugin
