// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <iterator>
#include <memory>

#include <CLI/CLI.hpp>

#include "alert/codec.hpp"
#include "app/command.hpp"
#include "app/output.hpp"
#include "base/time_format.hpp"
#include "bus/client.hpp"

namespace tocsin::app {
namespace {

/// The daemon says ~head/ once a second by default; a silence this long means there is none.
constexpr std::chrono::seconds patience{10};

struct Options {
  std::vector<std::string> topics;
  std::size_t count = 0;
};

std::vector<std::string> filters_of(const Options& options) {
  std::vector<std::string> filters{"~head/"};
  if (options.topics.empty()) filters.insert(filters.end(), {"alert/", "lab/", "ops/"});
  for (const std::string& topic : options.topics) {
    filters.push_back("alert/" + topic + "/");
    filters.push_back("lab/" + topic + "/");
  }
  return filters;
}

std::string describe(const alert::Alert& alert) {
  if (alert.kind == alert::Kind::operations) {
    return fmt::format("{}  ops  {}  {}\n", to_rfc3339(alert.times.committed), shown(alert.subject),
                       shown(alert.summary));
  }
  std::string lines = fmt::format(
      "{}  {}  severity {}  {}\n    {}  {}\n    why:", to_rfc3339(alert.times.committed),
      emphasised(shown(alert.match.topic)), alert.severity, shown(alert.item.title),
      shown(alert.source.name), shown(alert.item.url, 500));
  for (const alert::Evidence& evidence : alert.match.evidence) {
    fmt::format_to(std::back_inserter(lines), " \"{}\"", shown(evidence.text));
  }
  if (alert.match.threshold > 0) {
    fmt::format_to(std::back_inserter(lines), "  {:.2f} x threshold",
                   alert.match.score / alert.match.threshold);
  }
  return lines + "\n";
}

bool print(const bus::LiveReader::Live& live, bool as_json, Output& output) {
  const auto decoded = alert::decode(live.payload);
  if (!decoded) {
    complain(Exit::bad_input, "an alert on " + live.frame + ": " + decoded.error().message);
    return true;
  }
  if (as_json) {
    output.line(live.payload);
  } else {
    output.write(describe(decoded->alert));
  }
  return output.flush();
}

/// Prints until nobody reads, `count` is reached or the daemon falls silent.
int follow(bus::LiveReader& reader, const Options& options, bool as_json) {
  Output output;
  std::size_t printed = 0;
  while (const auto live = reader.next(patience)) {
    if (live->frame == "~head/") continue;
    if (!print(*live, as_json, output)) return output.finish(Exit::ok);
    if (++printed == options.count) return output.finish(Exit::ok);
  }
  return complain(output.finish(Exit::unreachable), "the daemon has fallen silent");
}

int tail(const Context& context, const Options& options) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const auto reader =
      bus::LiveReader::connect(configuration->paths.pub.front(), filters_of(options));
  if (!reader) return complain(exit_code_of(reader.error()), reader.error().message);
  return follow(**reader, options, context.json);
}

}  // namespace

void add_tail_command(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App& verb = add_verb(
      app, {.name = "tail",
            .sentence = "Prints alerts as they pass; what was missed stays missed, unlike a plugin",
            .example = "tocsin tail --topic islamic-state --json"});
  verb.add_option("--topic", options->topics, "Only this topic; may be repeated")
      ->allow_extra_args(false);
  verb.add_option("--count", options->count, "Stop after so many alerts");
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return tail(context, *options);
    };
  });
}

}  // namespace tocsin::app
