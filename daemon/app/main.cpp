// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/command.hpp"
#include "base/suggest.hpp"

namespace tocsin::app {
namespace {

constexpr const char* footer =
    "Example:\n  tocsin check --config config/tocsin.toml\n"
    "Exit codes: 0 ok, 1 no or failed, 2 usage, 3 warnings under check --strict, 65 bad input,\n"
    "69 no daemon answers, 77 permission, 78 configuration. NO_COLOR switches colours off.";

void add_options_of_every_verb(CLI::App& app, Context& context) {
  app.add_option("--config", context.paths.config, "Read this tocsin.toml")->type_name("FILE");
  app.add_option("--feeds", context.paths.feeds, "Read the feeds from this OPML file")
      ->type_name("FILE");
  app.add_option("--topics", context.paths.topics,
                 "Read the topics from this folder; a later one masks an earlier")
      ->type_name("DIR")
      ->allow_extra_args(false);
  app.add_option("--state", context.paths.state, "Folder of the database")->type_name("DIR");
  app.add_option("--runtime", context.paths.runtime, "Folder of the sockets")->type_name("DIR");
  app.add_option("--key", context.key, "File of our key pair, for a daemon on another machine")
      ->type_name("FILE");
  app.add_option("--server-key", context.server_key, "That daemon's public key")->type_name("KEY");
  app.add_flag("--json", context.json, "Print results as JSON");
}

void add_verbs(CLI::App& app, Context& context) {
  add_run_command(app, context);
  add_check_command(app, context);
  add_parse_command(app, context);
  add_match_command(app, context);
  add_explain_command(app, context);
  add_feed_command(app, context);
  add_topic_command(app, context);
  add_test_command(app, context);
  add_replay_command(app, context);
  add_plugin_command(app, context);
  add_reload_command(app, context);
  add_feedback_command(app, context);
  add_status_command(app, context);
  add_dead_letter_command(app, context);
  add_item_command(app, context);
  add_story_command(app, context);
  add_alert_command(app, context);
  add_silence_command(app, context);
  add_subscribers_command(app, context);
  add_audit_command(app, context);
  add_db_command(app, context);
  add_tail_command(app, context);
  add_keys_command(app, context);
  add_version_command(app, context);
}

const CLI::App& innermost(const CLI::App& app) {
  const CLI::App* verb = &app;
  for (auto chosen = app.get_subcommands(); !chosen.empty(); chosen = verb->get_subcommands()) {
    verb = chosen.back();
  }
  return *verb;
}

/// What a person most likely meant by `word`, behind the verb that was understood last.
std::string suggestion(const CLI::App& app, const CLI::App& verb, const std::string& word) {
  std::vector<std::string> known;
  for (const CLI::App* inner : verb.get_subcommands(nullptr)) known.push_back(inner->get_name());
  for (const CLI::App* owner : {&app, &verb}) {
    for (const CLI::Option* option : owner->get_options()) {
      for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
    }
  }
  return did_you_mean(word, known);
}

/// Refuses the first word that was not understood.
int refuse_word(const CLI::App& app, const std::string& word) {
  const CLI::App& verb = innermost(app);
  const std::string meant = suggestion(app, verb, word);
  if (word.starts_with('-')) return complain(Exit::usage, "unknown option '" + word + "'" + meant);
  if (verb.get_subcommands(nullptr).empty()) {
    return complain(Exit::usage, "unexpected word '" + word + "'" + meant);
  }
  const std::string where = &verb == &app ? "tocsin" : "tocsin " + verb.get_name();
  const std::string list = "; " + where + " --help lists the verbs";
  return complain(Exit::usage, "unknown verb '" + word + "'" + (meant.empty() ? list : meant));
}

/// The first word that nothing on the command line took; CLI11 counts the "--" before such words.
std::optional<std::string> word_left_over(const CLI::App& app) {
  for (const std::string& word : app.remaining(true)) {
    if (word != "--") return word;
  }
  return std::nullopt;
}

/// Help was asked for, or the version: of what does not exist there is neither.
int inform(const CLI::App& app, const CLI::Success& wish) {
  const auto word = word_left_over(app);
  return word ? refuse_word(app, *word) : app.exit(wish);
}

/// What the parser of the command line says, as the verbs would say it.
std::string in_our_words(const CLI::App& app, const CLI::ParseError& error) {
  constexpr std::string_view required = " is required";
  constexpr std::string_view conversion = "Could not convert: ";
  const std::string said = error.what();
  const CLI::App& verb = innermost(app);
  if (error.get_name() == "RequiredError" && said.ends_with(required) && &verb != &app) {
    const std::string help = "; tocsin " + verb.get_name() + " --help tells what it takes";
    if (!verb.get_subcommands(nullptr).empty()) return "no verb was given" + help;
    return said.substr(0, said.size() - required.size()) + " is missing";
  }
  const std::size_t equals = said.find(" = ");
  if (!said.starts_with(conversion) || equals == std::string::npos) return said;
  return "'" + said.substr(equals + 3) + "' is nothing that " +
         said.substr(conversion.size(), equals - conversion.size()) + " takes";
}

int refuse(const CLI::App& app, const CLI::ParseError& error) {
  const auto word = word_left_over(app);
  return word ? refuse_word(app, *word) : complain(Exit::usage, in_our_words(app, error));
}

int run(int argc, const char* const* argv) {
  Context context;
  CLI::App app{"The alarm bell for news: polls feeds, matches topics, publishes alerts.", "tocsin"};
  app.fallthrough();  // the options of every verb may stand behind the verb
  app.require_subcommand(1);
  app.footer(footer);
  app.set_version_flag("--version", "tocsin " TOCSIN_VERSION);
  add_options_of_every_verb(app, context);
  add_verbs(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& wish) {
    return inform(app, wish);
  } catch (const CLI::ParseError& error) {
    return refuse(app, error);
  }
  return context.work ? context.work() : complain(Exit::usage, "no verb was given");
}

}  // namespace
}  // namespace tocsin::app

int main(int argc, char** argv) {
  // A closed stdout is seen where it is written to.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  try {
    return tocsin::app::run(argc, argv);
  } catch (const std::exception& error) {
    static_cast<void>(std::fprintf(stderr, "tocsin: %s\n", error.what()));
    return tocsin::app::Exit::failed;
  }
}
