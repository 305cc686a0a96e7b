// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>
#include <memory>
#include <sstream>
#include <utility>

#include <CLI/CLI.hpp>

#include "alert/codec.hpp"
#include "app/command.hpp"
#include "app/daemon_inputs.hpp"
#include "app/input.hpp"
#include "app/output.hpp"
#include "app/replay_corpus.hpp"
#include "app/rules.hpp"
#include "app/scratch_folder.hpp"
#include "app/story_orders.hpp"
#include "base/time_format.hpp"
#include "base/utf8.hpp"

namespace tocsin::app {
namespace {

struct ReplayCommand {
  std::string corpus;
  std::string expect;
};

std::string number(double value) {
  std::array<char, 32> digits{};
  std::snprintf(digits.data(), digits.size(), "%.4f", value);
  return digits.data();
}

/// One alert as replay prints it: what fired, and each piece of evidence where it stands.
Result<std::string> to_text(const alert::LogRecord& record) {
  auto decoded = alert::decode(record.payload);
  if (!decoded) return fail(decoded.error());
  const alert::Alert& alert = decoded->alert;
  std::string text = record.frame + " " + number(alert.match.score) +
                     " >= " + number(alert.match.threshold) + " " + alert.story.status + " \"" +
                     escape_for_line(alert.item.title, 160) + "\" " + alert.item.guid + " " +
                     (alert.times.published ? to_rfc3339(*alert.times.published) : "undated") +
                     "\n";
  for (const alert::Evidence& one : alert.match.evidence) {
    text += "  " + one.field + " " + std::to_string(one.start) + "-" + std::to_string(one.end) +
            " \"" + escape_for_line(one.text, 80) + "\" " + one.term + " +" + number(one.weight) +
            "\n";
  }
  return text;
}

Result<std::string> run_replay(const Context& context, const ReplayCommand& command,
                               Diagnostics& diagnostics) {
  auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return fail(configuration.error());
  const auto& [settings, paths] = *configuration;
  auto rules = load_rules(paths.topics, diagnostics);
  if (!rules) return fail(rules.error());
  auto items = read_replay_corpus(command.corpus, diagnostics);
  if (!items) return fail(items.error());

  const ScratchFolder scratch;
  if (scratch.path().empty()) return fail(Errc::system, "no temporary folder can be made");
  pipeline::ReplayOptions options;
  options.folder = scratch.path();
  options.ledger.policy = {.late = settings.alerts.late,
                           .update_interval = settings.alerts.update_interval};
  options.ledger.story = story_options_of(settings);
  auto alerts = pipeline::replay(std::move(*items), std::move(*rules), options,
                                 load_word_weights(paths.background, diagnostics));
  if (!alerts) return fail(alerts.error());
  std::string text;
  for (const alert::LogRecord& record : *alerts) {
    if (context.json) {
      text += record.payload + "\n";
      continue;
    }
    auto lines = to_text(record);
    if (!lines) return fail(lines.error());
    text += *lines;
  }
  return text;
}

/// Names the first line that differs, as diff would.
int compare(const std::string& text, const std::string& expected_path) {
  constexpr std::size_t largest = std::size_t{256} << 20U;
  const auto expected = read_file(expected_path, largest);
  if (!expected) return complain(Exit::bad_input, expected.error().message);
  if (*expected == text) return Exit::ok;
  std::istringstream ours{text};
  std::istringstream theirs{*expected};
  std::string our_line;
  std::string their_line;
  for (int line = 1;; ++line) {
    const bool has_ours = static_cast<bool>(std::getline(ours, our_line));
    const bool has_theirs = static_cast<bool>(std::getline(theirs, their_line));
    if (has_ours && has_theirs && our_line == their_line) continue;
    std::fprintf(stderr, "-%s\n+%s\n", has_theirs ? their_line.c_str() : "(end)",
                 has_ours ? our_line.c_str() : "(end)");
    return complain(Exit::failed,
                    "replay differs from " + expected_path + " at line " + std::to_string(line));
  }
}

int replay(const Context& context, const ReplayCommand& command) {
  Diagnostics diagnostics;
  const auto text = run_replay(context, command, diagnostics);
  print_diagnostics(diagnostics);
  if (!text) {
    return complain(
        text.error().code == Errc::not_found ? Exit::bad_input : exit_code_of(text.error()),
        text.error().message);
  }
  if (!command.expect.empty()) return compare(*text, command.expect);
  Output output;
  output.write(*text);
  return output.finish(Exit::ok);
}

}  // namespace

void add_replay_command(CLI::App& app, Context& context) {
  CLI::App& verb =
      add_verb(app, {.name = "replay",
                     .sentence = "Runs documents, feeds or archived items through the pipeline "
                                 "and prints the alerts",
                     .example = "tocsin replay seeds/ --topics config/topics"});
  auto command = std::make_shared<ReplayCommand>();
  verb.add_option("corpus", command->corpus, "A folder of .txt, .jsonl or feed files, or one file")
      ->type_name("CORPUS")
      ->required();
  verb.add_option("--expect", command->expect, "Compare with this file; exit 1 at a difference")
      ->type_name("FILE");
  verb.callback([&context, command] {
    context.work = [&context, command] {
      return replay(context, *command);
    };
  });
}

}  // namespace tocsin::app
