// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "alert/codec.hpp"
#include "alert/ninjs.hpp"
#include "app/command.hpp"
#include "app/json_line.hpp"
#include "app/order.hpp"
#include "app/output.hpp"
#include "app/reader_keys.hpp"
#include "base/time_format.hpp"
#include "bus/client.hpp"

namespace tocsin::app {
namespace {

/// The daemon says ~head/ once a second by default; a silence this long means there is none.
constexpr std::chrono::seconds patience{10};

struct Options {
  std::vector<std::string> topics;
  std::size_t count = 0;
  double near = 0;     ///< 0: alerts alone.
  std::string format;  ///< "text", "json", "ninjs"; empty as --json says.
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

bool print(const bus::LiveReader::Live& live, const std::string& format, Output& output) {
  const auto decoded = alert::decode(live.payload);
  if (!decoded) {
    complain(Exit::bad_input, "an alert on " + live.frame + ": " + decoded.error().message);
    return true;
  }
  if (format == "json") {
    output.line(live.payload);
  } else if (format == "ninjs") {
    output.line(alert::encode_ninjs(decoded->alert));
  } else {
    output.write(describe(decoded->alert));
  }
  return output.flush();
}

/// Near misses, asked of the daemon once a second: they are looked for only as long as somebody
/// asks, are in no log, and pass no socket that others read.
class NearWatch {
 public:
  NearWatch(std::string endpoint, std::optional<bus::ClientKeys> keys, const Options& options)
      : endpoint_{std::move(endpoint)},
        keys_{std::move(keys)},
        options_{options} {}

  /// False when nobody reads the output any more. A daemon that does not answer is told by `tail`.
  bool print(bool as_json, Output& output) {
    const auto now = std::chrono::steady_clock::now();
    if (options_.near <= 0 || now < next_) return true;
    next_ = now + pause;
    const nlohmann::json wish{{"share", options_.near}, {"after", last_}};
    const auto answer = bus::ask_daemon(endpoint_, "near", wish.dump(), patience, keys_);
    if (!answer) return true;
    const auto object = read_answer(*answer);
    if (!object || !object->contains("near")) return true;
    last_ = object->value("last", std::int64_t{-1});
    for (const auto& miss : (*object)["near"]) {
      if (!is_wanted(miss)) continue;
      as_json ? output.line(json_line(miss)) : output.write(describe_miss(miss));
    }
    return output.flush();
  }

  static constexpr std::chrono::seconds pause{1};

 private:
  [[nodiscard]] bool is_wanted(const nlohmann::json& miss) const {
    const auto& wanted = options_.topics;
    return wanted.empty() ||
           std::find(wanted.begin(), wanted.end(), miss.value("topic", "")) != wanted.end();
  }

  static std::string describe_miss(const nlohmann::json& miss) {
    const double threshold = miss.value("threshold", 0.0);
    return fmt::format("near  {}  {:.2f} x threshold  {}\n    {}  {}\n    why not: {}\n",
                       emphasised(shown(miss.value("topic", ""))),
                       threshold > 0 ? miss.value("score", 0.0) / threshold : 0.0,
                       shown(miss.value("title", "")), shown(miss.value("feed", "")),
                       shown(miss.value("link", "")), shown(miss.value("why", "")));
  }

  std::string endpoint_;
  std::optional<bus::ClientKeys> keys_;
  const Options& options_;
  std::int64_t last_ = -1;  ///< What was there before is not told.
  std::chrono::steady_clock::time_point next_{};
};

/// Prints until nobody reads, `count` is reached or the daemon falls silent.
int follow(bus::LiveReader& reader, NearWatch near, const Options& options) {
  Output output;
  const bool as_json = options.format != "text";
  std::size_t printed = 0;
  while (const auto live = reader.next(patience)) {
    if (!near.print(as_json, output)) return output.finish(Exit::ok);
    if (live->frame == "~head/") continue;
    if (!print(*live, options.format, output)) return output.finish(Exit::ok);
    if (++printed == options.count) return output.finish(Exit::ok);
  }
  return complain(output.finish(Exit::unreachable), "the daemon has fallen silent");
}

int tail(const Context& context, const Options& options) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const auto keys = client_keys(context);
  if (!keys) return complain(exit_code_of(keys.error()), keys.error().message);
  const auto reader =
      bus::LiveReader::connect(configuration->paths.pub.front(), filters_of(options), *keys);
  if (!reader) return complain(exit_code_of(reader.error()), reader.error().message);
  Options told = options;
  if (told.format.empty()) told.format = context.json ? "json" : "text";
  return follow(**reader, NearWatch{configuration->paths.ctl.front(), *keys, told}, told);
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
  verb.add_option("--near", options->near,
                  "Also items that reached this share of a topic's threshold and did not fire")
      ->type_name("SHARE")
      ->check(CLI::Range(0.01, 1.0));
  verb.add_option("--format", options->format,
                  "text, json (the CloudEvents object) or ninjs (IPTC's news item)")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json", "ninjs"}));
  verb.add_option("--count", options->count, "Stop after so many alerts");
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return tail(context, *options);
    };
  });
}

}  // namespace tocsin::app
