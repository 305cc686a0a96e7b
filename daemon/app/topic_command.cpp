// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/input.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"
#include "app/rules.hpp"
#include "app/topic_verbs.hpp"
#include "base/suggest.hpp"
#include "topics/filter.hpp"
#include "topics/topic.hpp"
#include "topics/topic_file.hpp"

namespace tocsin::app {
namespace {

std::string_view name_of(topics::Status status) {
  switch (status) {
    case topics::Status::experimental:
      return "experimental";
    case topics::Status::stable:
      return "stable";
    case topics::Status::retired:
      return "retired";
  }
  return {};
}

nlohmann::json to_json(const topics::Topic& topic) {
  auto filters = nlohmann::json::array();
  for (const auto& filter : topic.filters) filters.push_back(filter->id);
  return {{"id", topic.id},
          {"title", topic.title},
          {"version", topic.version},
          {"status", name_of(topic.status)},
          {"severity", topic.severity},
          {"languages", topic.languages},
          {"medtop", topic.medtop},
          {"threshold", topic.threshold},
          {"terms", topic.terms.size()},
          {"tests", topic.tests.size()},
          {"filters", std::move(filters)},
          {"file", topic.file},
          {"digest", topic.digest}};
}

int list(const Context& context) {
  const RulesOrExit found = rules_of(context);
  if (!found.rules) return found.exit;
  Output output;
  for (const topics::Topic& topic : found.rules->topics()) {
    if (context.json) {
      output.line(json_line(to_json(topic)));
    } else {
      output.line(fmt::format("{}  {}  severity {}  version {}  {} terms  {} tests  {}",
                              emphasised(topic.id), name_of(topic.status), topic.severity,
                              topic.version, topic.terms.size(), topic.tests.size(),
                              shown(topic.title)));
    }
  }
  return output.finish(Exit::ok);
}

int show(const Context& context, const std::string& id) {
  const RulesOrExit found = rules_of(context);
  if (!found.rules) return found.exit;
  const auto& all = found.rules->topics();
  const auto topic =
      std::find_if(all.begin(), all.end(), [&id](const auto& one) { return one.id == id; });
  if (topic == all.end()) {
    std::vector<std::string> ids;
    for (const topics::Topic& one : all) ids.push_back(one.id);
    return complain(Exit::failed, "no topic '" + id + "'" + did_you_mean(id, ids));
  }
  Output output;
  if (context.json) {
    output.line(json_line(to_json(*topic)));
  } else {
    output.write(topics::write_topic(*topic));
    for (const auto& filter : topic->filters) {
      output.line(fmt::format("# filter {}: {} ({})", filter->id, shown(filter->title),
                              shown(filter->file)));
    }
  }
  return output.finish(Exit::ok);
}

struct FormatOptions {
  std::vector<std::string> files;
  bool check = false;
};

/// Formats one file in place, or with `check` only names it when it would change.
Result<bool> format_file(const std::string& file, bool check, Output& output) {
  const auto bytes = read_file(file, topics::TopicLimits::file_bytes);
  if (!bytes) return fail(bytes.error());
  const auto formatted = topics::format_topic(*bytes, file);
  if (!formatted) return fail(formatted.error());
  if (*formatted == *bytes) return false;
  output.line(shown(file));
  if (check) return true;
  const auto written = write_file(file, *formatted);
  if (!written) return fail(written.error());
  return true;
}

int format(const FormatOptions& options) {
  Output output;
  int code = Exit::ok;
  for (const std::string& file : options.files) {
    const auto changed = format_file(file, options.check, output);
    if (!changed) {
      code = complain(exit_code_of(changed.error()), changed.error().message);
    } else if (*changed && options.check && code == Exit::ok) {
      code = Exit::failed;
    }
  }
  return output.finish(code);
}

void add_list_command(CLI::App& topic, Context& context) {
  add_verb(topic, {.name = "list",
                   .sentence = "Lists the topics",
                   .example = "tocsin topic list --topics config/topics"})
      .callback([&context] {
        context.work = [&context] {
          return list(context);
        };
      });
}

void add_show_command(CLI::App& topic, Context& context) {
  const auto id = std::make_shared<std::string>();
  CLI::App& verb = add_verb(topic, {.name = "show",
                                    .sentence = "Prints one topic in its canonical form",
                                    .example = "tocsin topic show islamic-state"});
  verb.add_option("id", *id, "Id of the topic")->required();
  verb.callback([&context, id] {
    context.work = [&context, id] {
      return show(context, *id);
    };
  });
}

void add_format_command(CLI::App& topic, Context& context) {
  const auto options = std::make_shared<FormatOptions>();
  CLI::App& verb = add_verb(
      topic, {.name = "fmt",
              .sentence = "Brings topic files into canonical form and names those it changed",
              .example = "tocsin topic fmt --check config/topics/*.toml"});
  verb.add_option("files", options->files, "Topic files")->required()->type_name("FILES");
  verb.add_flag("--check", options->check, "Change nothing; exit 1 when a file is not canonical");
  verb.callback([&context, options] {
    context.work = [options] {
      return format(*options);
    };
  });
}

}  // namespace

void add_topic_command(CLI::App& app, Context& context) {
  CLI::App& topic =
      add_verb(app, {.name = "topic",
                     .sentence = "Derives, lists, shows, formats, previews and tunes topics",
                     .example = "tocsin topic new --from seeds --id islamic-state"});
  topic.require_subcommand(1);
  add_topic_new_command(topic, context);
  add_topic_diff_command(topic, context);
  add_topic_background_command(topic, context);
  add_list_command(topic, context);
  add_show_command(topic, context);
  add_format_command(topic, context);
  add_topic_preview_command(topic, context);
  add_topic_tune_command(topic, context);
}

}  // namespace tocsin::app
