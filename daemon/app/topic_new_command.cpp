// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>

#include "alert/codec.hpp"
#include "app/command.hpp"
#include "app/input.hpp"
#include "app/output.hpp"
#include "app/topic_verbs.hpp"
#include "topics/alias_table.hpp"
#include "topics/background.hpp"
#include "topics/derive.hpp"
#include "topics/seed_corpus.hpp"
#include "topics/topic_file.hpp"

namespace tocsin::app {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string from;
  std::string batch;
  std::string id;
  std::string out;
  std::string background;
  std::string aliases;
  std::string language = "en";
  std::string attribution;
  bool explain = false;
};

/// What every derivation weighs against.
struct Tables {
  topics::Background background;
  std::optional<topics::AliasTable> aliases;

  [[nodiscard]] const topics::AliasTable* alias_pointer() const {
    return aliases ? &*aliases : nullptr;
  }
};

/// A background table, or items (JSONL) to count one from.
Result<topics::Background> read_background(const std::string& path, const Options& options) {
  auto table = topics::Background::load(path);
  const bool is_items = fs::path{path}.extension() == ".jsonl";
  if (table || !is_items) return table;
  const auto texts = topics::read_background_items(path);
  if (!texts) return fail(texts.error());
  return topics::Background::build(*texts, options.language, options.attribution);
}

Result<Tables> read_tables(const Context& context, const Options& options,
                           Diagnostics& diagnostics) {
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return fail(configuration.error());
  const auto& paths = configuration->paths;
  auto background =
      read_background(options.background.empty() ? paths.background : options.background, options);
  if (!background) return fail(background.error());
  Tables tables{std::move(*background), std::nullopt};
  const bool is_named = !options.aliases.empty();
  const std::string alias_file = is_named ? options.aliases : paths.aliases;
  std::error_code ignored;
  if (is_named || fs::exists(alias_file, ignored)) {
    auto aliases = topics::read_alias_table(alias_file, diagnostics);
    if (!aliases) return fail(aliases.error());
    tables.aliases = std::move(*aliases);
  }
  return tables;
}

Result<void> write_topic_file(const topics::Derived& derived, const std::string& folder) {
  if (!alert::is_topic_name(derived.topic.id)) {
    return fail(Errc::invalid_input, "'" + derived.topic.id + "' is no id of a topic");
  }
  const std::string name = derived.topic.id + ".toml";
  return write_file((fs::path{folder} / name).string(), topics::write_topic(derived.topic));
}

void tell(const topics::Derived& derived, bool explain) {
  const std::string report = topics::to_text(derived, explain);
  static_cast<void>(std::fwrite(report.data(), 1, report.size(), stderr));
}

int failed(const Error& error, const Diagnostics& diagnostics) {
  print_diagnostics(diagnostics);
  return complain(exit_code_of(error), error.message);
}

Result<void> make_folder(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return fail(Errc::system, folder + ": " + error.message());
  return {};
}

/// Prints the one topic, or writes each to `out`.
int deliver(const std::vector<topics::Derived>& all, const Options& options) {
  if (options.out.empty() && all.size() != 1) {
    return complain(Exit::usage, "the manifest names " + std::to_string(all.size()) +
                                     " topics; choose one by --id, or a folder by --out");
  }
  Output output;
  for (const topics::Derived& derived : all) {
    if (options.out.empty()) {
      output.write(topics::write_topic(derived.topic));
    } else if (const auto written = write_topic_file(derived, options.out); !written) {
      return complain(exit_code_of(written.error()), written.error().message);
    }
    tell(derived, options.explain);
  }
  return output.finish(Exit::ok);
}

Result<std::vector<topics::Derived>> derive_from_folder(const Options& options,
                                                        const Tables& tables,
                                                        Diagnostics& diagnostics) {
  const auto corpus = topics::read_seed_corpus(options.from, diagnostics);
  if (!corpus) return fail(corpus.error());
  const std::string manifest_file = (fs::path{options.from} / "manifest.toml").string();
  std::optional<topics::Manifest> manifest;
  std::error_code ignored;
  if (fs::exists(manifest_file, ignored)) {
    auto read = topics::read_manifest(manifest_file, diagnostics);
    if (!read) return fail(read.error());
    manifest = std::move(*read);
  }
  return topics::derive_corpus({.corpus = &*corpus,
                                .manifest = manifest ? &*manifest : nullptr,
                                .background = &tables.background,
                                .aliases = tables.alias_pointer(),
                                .id = options.id},
                               diagnostics);
}

int derive_seeds(const Options& options, const Tables& tables) {
  Diagnostics diagnostics;
  const auto derived = derive_from_folder(options, tables, diagnostics);
  if (!derived) return failed(derived.error(), diagnostics);
  print_diagnostics(diagnostics);
  if (!options.out.empty()) {
    const auto made = make_folder(options.out);
    if (!made) return complain(Exit::failed, made.error().message);
  }
  return deliver(*derived, options);
}

int derive_many(const Options& options, const Tables& tables) {
  const auto batch = topics::read_batch(options.batch);
  if (!batch) return complain(exit_code_of(batch.error()), batch.error().message);
  const auto made = make_folder(options.out);
  if (!made) return complain(Exit::failed, made.error().message);
  int code = Exit::ok;
  for (const auto& derived :
       topics::derive_batch(*batch, tables.background, tables.alias_pointer())) {
    if (!derived) {
      code = complain(Exit::failed, derived.error().message);
      continue;
    }
    const auto written = write_topic_file(*derived, options.out);
    if (!written) return complain(exit_code_of(written.error()), written.error().message);
    if (options.explain) tell(*derived, true);
  }
  return code;
}

int make_topics(const Context& context, const Options& options) {
  if (options.from.empty() == options.batch.empty()) {
    return complain(Exit::usage, "name the seeds by --from DIR or by --batch SEEDS.jsonl");
  }
  if (!options.batch.empty() && options.out.empty()) {
    return complain(Exit::usage, "--batch needs --out DIR");
  }
  Diagnostics diagnostics;
  const auto tables = read_tables(context, options, diagnostics);
  if (!tables) return failed(tables.error(), diagnostics);
  return options.batch.empty() ? derive_seeds(options, *tables) : derive_many(options, *tables);
}

int make_background(const std::string& items, const Options& options) {
  const auto texts = topics::read_background_items(items);
  if (!texts) return complain(exit_code_of(texts.error()), texts.error().message);
  const auto table = topics::Background::build(*texts, options.language, options.attribution);
  const auto saved = table.save(options.out);
  if (!saved) return complain(exit_code_of(saved.error()), saved.error().message);
  const std::string report = std::to_string(table.item_count()) + " items, " +
                             std::to_string(table.term_count()) + " terms, digest " +
                             table.digest() + "\n";
  static_cast<void>(std::fwrite(report.data(), 1, report.size(), stderr));
  return Exit::ok;
}

}  // namespace

void add_topic_new_command(CLI::App& topic, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App& verb = add_verb(
      topic, {.name = "new",
              .sentence = "Derives topic files from seeds: the file to stdout, a report to stderr",
              .example = "tocsin topic new --from seeds --id islamic-state > islamic-state.toml"});
  verb.add_option("--from", options->from,
                  "Folder of seed documents, with or without manifest.toml")
      ->type_name("DIR");
  verb.add_option("--id", options->id,
                  "Only this topic of the manifest; its id without a manifest");
  verb.add_option("--batch", options->batch,
                  "Many topics: {\"id\", \"seeds\": [{\"title\", "
                  "\"text\"}]} a line")
      ->type_name("SEEDS.jsonl");
  verb.add_option("--out", options->out, "Write <id>.toml into this folder")->type_name("DIR");
  verb.add_option("--background", options->background,
                  "Background table, or items (*.jsonl) to count one from")
      ->type_name("FILE");
  verb.add_option("--aliases", options->aliases, "Alias table to start from")->type_name("FILE");
  verb.add_option("--language", options->language, "Language of --background items")
      ->capture_default_str();
  verb.add_flag("--explain", options->explain, "Tell where each term comes from");
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return make_topics(context, *options);
    };
  });
}

void add_topic_background_command(CLI::App& topic, Context& context) {
  const auto options = std::make_shared<Options>();
  const auto items = std::make_shared<std::string>();
  CLI::App& verb =
      add_verb(topic, {.name = "background",
                       .sentence = "Counts a background table from items, {\"text\": …} a line",
                       .example = "tocsin topic background items.jsonl --out background.table"});
  verb.add_option("items", *items, "The items")->required()->type_name("ITEMS.jsonl");
  verb.add_option("--out", options->out, "The table to write")->required()->type_name("FILE");
  verb.add_option("--language", options->language, "Language of the items")->capture_default_str();
  verb.add_option("--attribution", options->attribution, "A line that travels with the table");
  verb.callback([&context, items, options] {
    context.work = [items, options] {
      return make_background(*items, *options);
    };
  });
}

}  // namespace tocsin::app
