// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>

#include "alert/codec.hpp"
#include "app/batch_folder.hpp"
#include "app/command.hpp"
#include "app/derivation.hpp"
#include "app/input.hpp"
#include "app/output.hpp"
#include "app/topic_verbs.hpp"
#include "topics/background.hpp"
#include "topics/derive.hpp"
#include "topics/suggest.hpp"
#include "topics/topic_file.hpp"

namespace tocsin::app {
namespace {

namespace fs = std::filesystem;

struct Options {
  DerivationOptions derivation;
  std::string batch;
  std::string out;
  bool explain = false;
  bool suggest = false;
};

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

int derive_seeds(const Options& options, const Tables& tables) {
  Diagnostics diagnostics;
  const auto derived = derive_from_folder(options.derivation, tables, diagnostics);
  if (!derived) return failed(derived.error(), diagnostics);
  print_diagnostics(diagnostics);
  if (!options.out.empty()) {
    const auto made = make_folder(options.out);
    if (!made) return complain(Exit::failed, made.error().message);
  }
  return deliver(*derived, options);
}

/// Tells on a terminal how far a long batch is.
void show_progress(std::size_t done, std::size_t all) {
  if (::isatty(STDERR_FILENO) == 0) return;
  const std::string line = "\r" + std::to_string(done) + " of " + std::to_string(all) + " topics" +
                           (done == all ? "\n" : "");
  static_cast<void>(std::fwrite(line.data(), 1, line.size(), stderr));
}

/// What happened to seeds of one line, at that line.
Diagnostics warnings_of(const topics::Derived& derived, const std::string& batch,
                        const topics::BatchTopic& one) {
  Diagnostics warnings;
  for (const std::string& warning : derived.report.warnings) {
    warnings.push_back({.file = batch,
                        .line = one.line,
                        .message = "topic '" + one.name + "': " + warning,
                        .level = Diagnostic::Level::warning});
  }
  return warnings;
}

/// Nothing where there are none.
void tell_of(const std::string& folder, const std::string& what,
             const std::vector<std::string>& ids) {
  constexpr std::size_t told = 5;
  if (ids.empty()) return;
  std::string names;
  for (std::size_t i = 0; i < std::min(told, ids.size()); ++i) {
    names += (i > 0 ? ", " : "") + ids[i];
  }
  if (ids.size() > told) names += ", …";
  print_diagnostics({{.file = folder,
                      .message = what + " (" + std::to_string(ids.size()) + "): " + names,
                      .level = Diagnostic::Level::warning}});
}

int derive_each(const std::vector<topics::BatchTopic>& batch, const Options& options,
                const Tables& tables, BatchFolder& folder) {
  int code = Exit::ok;
  std::size_t done = 0;
  for (const topics::BatchTopic& one : batch) {
    const auto derived = topics::derive_one(one, tables.background, tables.alias_pointer());
    show_progress(++done, batch.size());
    if (!derived) {
      code = complain(Exit::failed, options.batch + ":" + std::to_string(one.line) + ": " +
                                        derived.error().message);
      continue;
    }
    print_diagnostics(warnings_of(*derived, options.batch, one));
    const auto written = folder.write(derived->topic.id, topics::write_topic(derived->topic));
    if (!written) return complain(exit_code_of(written.error()), written.error().message);
    if (options.explain) tell(*derived, true);
  }
  return code;
}

int derive_many(const Options& options, const Tables& tables) {
  Diagnostics mistakes;
  const auto batch = topics::read_batch(options.batch, mistakes);
  print_diagnostics(mistakes);
  if (!batch) return complain(exit_code_of(batch.error()), batch.error().message);
  if (batch->empty()) return complain(Exit::bad_input, options.batch + ": holds no topic");
  auto folder = BatchFolder::open(options.out);
  if (!folder) return complain(exit_code_of(folder.error()), folder.error().message);
  const int code = derive_each(*batch, options, tables, *folder);
  tell_of(options.out, "topics of an earlier batch are gone", folder->gone());
  tell_of(options.out, "holds topics that are not of this batch", folder->others());
  return mistakes.empty() ? code : Exit::bad_input;
}

int suggest(const Options& options, const Tables& tables) {
  Diagnostics diagnostics;
  const auto folder = read_seed_folder(options.derivation.from, diagnostics);
  if (!folder) return failed(folder.error(), diagnostics);
  print_diagnostics(diagnostics);
  const auto groups =
      topics::suggest_groups(folder->corpus, tables.background, tables.alias_pointer());
  if (!groups) return complain(exit_code_of(groups.error()), groups.error().message);
  Output output;
  output.write(topics::to_manifest(*groups, folder->corpus));
  return output.finish(Exit::ok);
}

int make_topics(const Context& context, const Options& options) {
  if (options.derivation.from.empty() == options.batch.empty()) {
    return complain(Exit::usage, "name the seeds by --from DIR or by --batch SEEDS.jsonl");
  }
  if (!options.batch.empty() && options.out.empty()) {
    return complain(Exit::usage, "--batch needs --out DIR");
  }
  if (options.suggest && !options.batch.empty()) {
    return complain(Exit::usage, "--suggest looks at the documents of --from DIR");
  }
  Diagnostics diagnostics;
  const auto tables = read_tables(context, options.derivation, diagnostics);
  if (!tables) return failed(tables.error(), diagnostics);
  print_diagnostics(diagnostics);
  if (options.suggest) return suggest(options, *tables);
  return options.batch.empty() ? derive_seeds(options, *tables) : derive_many(options, *tables);
}

struct BackgroundOptions {
  std::string items;
  std::string out;
  std::string language = "en";
  std::string attribution;
};

int make_background(const BackgroundOptions& options) {
  Diagnostics warnings;
  const auto texts = topics::read_background_items(options.items, warnings);
  print_diagnostics(warnings);
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
  verb.add_option("--from", options->derivation.from,
                  "Folder of seed documents, with or without manifest.toml")
      ->type_name("DIR");
  verb.add_option("--id", options->derivation.id,
                  "Only this topic of the manifest; its id without a manifest");
  verb.add_option("--batch", options->batch,
                  "Many topics: {\"id\", \"seeds\": [{\"title\", "
                  "\"text\"}]} a line")
      ->type_name("SEEDS.jsonl");
  verb.add_option("--out", options->out, "Write <id>.toml into this folder")->type_name("DIR");
  add_table_options(verb, options->derivation);
  verb.add_flag("--explain", options->explain, "Tell where each term comes from");
  verb.add_flag("--suggest", options->suggest,
                "Print a manifest of the groups that the paragraphs of --from fall into");
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return make_topics(context, *options);
    };
  });
}

void add_topic_background_command(CLI::App& topic, Context& context) {
  const auto options = std::make_shared<BackgroundOptions>();
  CLI::App& verb =
      add_verb(topic, {.name = "background",
                       .sentence = "Counts a background table from items, {\"text\": …} a line",
                       .example = "tocsin topic background items.jsonl --out background.table"});
  verb.add_option("items", options->items, "The items")->required()->type_name("ITEMS.jsonl");
  verb.add_option("--out", options->out, "The table to write")->required()->type_name("FILE");
  verb.add_option("--language", options->language, "Language of the items")->capture_default_str();
  verb.add_option("--attribution", options->attribution, "A line that travels with the table");
  verb.callback([&context, options] {
    context.work = [options] {
      return make_background(*options);
    };
  });
}

}  // namespace tocsin::app
