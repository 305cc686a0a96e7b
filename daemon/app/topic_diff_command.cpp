// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/derivation.hpp"
#include "app/input.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"
#include "app/rules.hpp"
#include "app/topic_verbs.hpp"
#include "base/suggest.hpp"
#include "topics/topic_diff.hpp"
#include "topics/topic_file.hpp"

namespace tocsin::app {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string topic;
  DerivationOptions derivation;
};

/// A file that is named, else the topic of that id.
Result<topics::Topic> read_named(const Context& context, const std::string& name,
                                 Diagnostics& diagnostics) {
  std::error_code ignored;
  if (fs::is_regular_file(name, ignored)) {
    const auto bytes = read_file(name, topics::TopicLimits::file_bytes);
    if (!bytes) return fail(bytes.error());
    return topics::read_topic(*bytes, name, diagnostics);
  }
  const auto folders = topic_folders(context, diagnostics);
  if (!folders) return fail(folders.error());
  const auto all = topics::load_topics({folders->begin(), folders->end()}, diagnostics);
  if (!all) return fail(all.error());
  std::vector<std::string> ids;
  for (const topics::Topic& one : *all) {
    if (one.id == name) return one;
    ids.push_back(one.id);
  }
  return fail(Errc::not_found,
              fmt::format("no topic '{}'{}", shown(name), did_you_mean(name, ids)));
}

/// The seeds that `derived.from` names, "seeds/manifest.toml" or "seeds", seen from here.
std::string folder_of(const topics::Derivation& derivation) {
  const fs::path from{derivation.from};
  return (from.extension() == ".toml" ? from.parent_path() : from).string();
}

nlohmann::json to_json(const topics::TopicChange& change) {
  nlohmann::json json{{"what", change.what}};
  if (!change.name.empty()) json["name"] = change.name;
  if (!change.before.empty()) json["file"] = change.before;
  if (!change.after.empty()) json["derived"] = change.after;
  return json;
}

/// Says whose the differences are: the editor's alone where nothing else changed.
std::string_view origin_of(bool is_same_input) {
  return is_same_input
             ? "derived from what it would be derived from today: each difference is an edit"
             : "its seeds, manifest, background or aliases have changed since: a difference "
               "is an edit, or what they would change";
}

int print(const Context& context, const topics::Topic& topic, const topics::Topic& fresh) {
  const auto changes = topics::topic_diff(topic, fresh);
  const bool is_same_input = topic.derived->digest == fresh.derived->digest &&
                             topic.derived->algorithm == fresh.derived->algorithm;
  Output output;
  if (context.json) {
    nlohmann::json rows = nlohmann::json::array();
    for (const topics::TopicChange& change : changes) rows.push_back(to_json(change));
    output.line(
        json_line({{"id", topic.id}, {"same_input", is_same_input}, {"changes", std::move(rows)}}));
  } else {
    output.line(fmt::format("{}: {}", emphasised(topic.id), origin_of(is_same_input)));
    for (const topics::TopicChange& change : changes) output.line(to_text(change));
  }
  return output.finish(changes.empty() ? Exit::ok : Exit::failed);
}

int failed(const Error& error, const Diagnostics& diagnostics) {
  print_diagnostics(diagnostics);
  return complain(exit_code_of(error), error.message);
}

int compare(const Context& context, Options options) {
  Diagnostics diagnostics;
  const auto topic = read_named(context, options.topic, diagnostics);
  if (!topic) return failed(topic.error(), diagnostics);
  if (!topic->derived)
    return complain(Exit::bad_input, "topic '" + topic->id + "' was written, not derived");
  if (options.derivation.from.empty()) options.derivation.from = folder_of(*topic->derived);
  options.derivation.id = topic->id;
  const auto tables = read_tables(context, options.derivation, diagnostics);
  if (!tables) return failed(tables.error(), diagnostics);
  const auto fresh = derive_from_folder(options.derivation, *tables, diagnostics);
  if (!fresh) return failed(fresh.error(), diagnostics);
  print_diagnostics(diagnostics);
  return print(context, *topic, fresh->front().topic);
}

}  // namespace

void add_topic_diff_command(CLI::App& topic, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App& verb = add_verb(
      topic,
      {.name = "diff",
       .sentence = "Tells what a fresh derivation would change in a topic; exit 1 if anything",
       .example = "tocsin topic diff islamic-state --from seeds"});
  verb.add_option("topic", options->topic, "Id of the topic, or a topic file")->required();
  verb.add_option("--from", options->derivation.from,
                  "Folder of its seeds; without it the one the topic names")
      ->type_name("DIR");
  add_table_options(verb, options->derivation);
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return compare(context, *options);
    };
  });
}

}  // namespace tocsin::app
