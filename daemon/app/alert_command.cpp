// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "alert/codec.hpp"
#include "app/alert_query.hpp"
#include "app/command.hpp"
#include "app/found_item.hpp"
#include "app/output.hpp"
#include "app/time_words.hpp"
#include "app/wrap.hpp"
#include "base/time_format.hpp"

namespace tocsin::app {
namespace {

struct ListOptions {
  AlertWish wish;
  std::string since = "7d";
};

std::string line_of(const alert::LogRecord& record, const alert::Alert& alert) {
  return to_rfc3339(alert.times.committed) + "  " + emphasised(record.frame) + "  " + record.id +
         "  " + shown(headline_of(alert));
}

int list(const Context& context, ListOptions options) {
  const auto since = time_back(options.since, SystemClock{}.now());
  if (!since) return complain(Exit::usage, since.error().message);
  options.wish.since = *since;
  if (const auto empty = empty_word(options.wish.words)) {
    return complain(Exit::usage, "'" + *empty + "' holds no word to search for");
  }
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const auto store = open_store_for_reading(*configuration);
  if (!store) return complain(exit_code_of(store.error()), store.error().message);
  Output output;
  bool is_found = false;
  const auto read =
      find_alerts(**store, options.wish, [&](const auto& record, const alert::Alert& alert) {
        is_found = true;
        return output.line(context.json ? record.payload : line_of(record, alert));
      });
  if (!read) return complain(exit_code_of(read.error()), read.error().message);
  const bool is_search = !options.wish.words.empty();
  return output.finish(is_search && !is_found ? Exit::failed : Exit::ok);
}

std::string evidence_of(const alert::Alert& alert) {
  std::string text;
  for (const alert::Evidence& one : alert.match.evidence) {
    text += (text.empty() ? "" : ", ") + one.field + " \"" + shown(one.text) + "\"";
  }
  return text;
}

void print_digest(const alert::DigestPart& digest, Output& output) {
  for (const alert::DigestItem& item : digest.items) {
    output.write(wrapped("- ", shown(item.title, 1000) + " " + shown(item.url, 1000) + " (" +
                                   item.reason + ", " + to_rfc3339(item.held) + ", story " +
                                   item.story + ", " + std::to_string(item.copies) + " copies)"));
  }
  if (digest.more > 0) output.line("and " + std::to_string(digest.more) + " more");
}

void print_alert(const alert::LogRecord& record, const alert::Alert& alert, Output& output) {
  const auto row = [&output](const char* name, const std::string& value) {
    if (!value.empty()) output.write(wrapped(name, value));
  };
  output.write(wrapped("", emphasised(shown(headline_of(alert), 1000))));
  row("alert    ", record.id + ", revision " + std::to_string(alert.revision));
  row("log      ", std::to_string(record.seq) + " on " + record.frame + ", " +
                       to_rfc3339(alert.times.committed));
  row("link     ", shown(alert.item.url, 1000));
  row("source   ", shown(alert.source.name));
  row("topic    ",
      shown(alert.match.title) + " (version " + std::to_string(alert.match.rule_version) + ")");
  row("story    ",
      alert.story.id.empty() ? "" : alert.story.id + ": " + shown(alert.story.why, 600));
  row("evidence ", evidence_of(alert));
  if (alert.digest) return print_digest(*alert.digest, output);
  row("", shown(alert.item.summary, 2048));
}

int show(const Context& context, const std::string& id) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const auto store = open_store_for_reading(*configuration);
  if (!store) return complain(exit_code_of(store.error()), store.error().message);
  const auto record = (*store)->find_alert(id);
  if (!record) return complain(exit_code_of(record.error()), record.error().message);
  if (!*record) return complain(Exit::failed, "no alert '" + shown(id) + "' in the log");
  Output output;
  if (context.json) {
    output.line((*record)->payload);
    return output.finish(Exit::ok);
  }
  const auto decoded = alert::decode((*record)->payload);
  if (!decoded) return complain(Exit::failed, decoded.error().message);
  print_alert(**record, decoded->alert, output);
  return output.finish(Exit::ok);
}

void add_filters(CLI::App& verb, const std::shared_ptr<ListOptions>& options) {
  verb.add_option("--topic", options->wish.topics, "Only of this topic; repeated: of any of them")
      ->type_name("ID")
      ->allow_extra_args(false);
  verb.add_option("--since", options->since, "How far back, or a date; 7d unless told")
      ->type_name("TIME");
  verb.add_option("--severity", options->wish.severity, "Only this severe or more; 1 is the most")
      ->check(CLI::Range(1, 9));
  verb.add_option("--story", options->wish.story, "Only of this story")->type_name("ID");
  verb.add_option("--limit", options->wish.limit, "At most so many, 100 unless told")
      ->check(CLI::Range(1, 1'000'000));
}

void add_list_command(CLI::App& alert, Context& context) {
  CLI::App& verb = add_verb(alert, {.name = "list",
                                    .sentence = "Prints the alerts in the log, the newest first",
                                    .example = "tocsin alert list --since 24h --severity 3"});
  const auto options = std::make_shared<ListOptions>();
  add_filters(verb, options);
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return list(context, *options);
    };
  });
}

void add_search_command(CLI::App& alert, Context& context) {
  CLI::App& verb = add_verb(
      alert,
      {.name = "search",
       .sentence = "Prints the alerts that hold every one of some words; exit 1 if none does",
       .example = "tocsin alert search raqqa 'fight*' --since 30d"});
  const auto options = std::make_shared<ListOptions>();
  verb.add_option("words", options->wish.words, "Words of title, summary or content; * ends a part")
      ->type_name("WORD")
      ->required();
  add_filters(verb, options);
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return list(context, *options);
    };
  });
}

void add_show_command(CLI::App& alert, Context& context) {
  CLI::App& verb =
      add_verb(alert, {.name = "show",
                       .sentence = "Prints one alert",
                       .example = "tocsin alert show 5d0e71b3c2aa9f048c1f09d2a47be350"});
  const auto id = std::make_shared<std::string>();
  verb.add_option("id", *id, "The alert's id")->type_name("ID")->required();
  verb.callback([&context, id] {
    context.work = [&context, id] {
      return show(context, *id);
    };
  });
}

}  // namespace

void add_alert_command(CLI::App& app, Context& context) {
  CLI::App& alert = add_verb(app, {.name = "alert",
                                   .sentence = "Lists, shows and searches the alerts in the log",
                                   .example = "tocsin alert list --since 24h"});
  alert.require_subcommand(1);
  add_list_command(alert, context);
  add_show_command(alert, context);
  add_search_command(alert, context);
}

}  // namespace tocsin::app
