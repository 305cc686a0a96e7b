// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/diagnostic.hpp"
#include "base/result.hpp"
#include "settings/paths.hpp"
#include "settings/settings.hpp"

namespace CLI {
class App;
}  // namespace CLI

namespace tocsin::app {

/// What the process returns, as docs/reference/cli.md lists it.
struct Exit {
  static constexpr int ok = 0;
  static constexpr int failed = 1;
  static constexpr int usage = 2;
  static constexpr int warnings = 3;  ///< `check --strict`
  static constexpr int bad_input = 65;
  static constexpr int unreachable = 69;
  static constexpr int permission = 77;
  static constexpr int configuration = 78;
};

/// What every verb is given: the options that stand before or after it, and where to leave the
/// work.
///
/// A verb lives in one file: `add_…_command` declares it and sets `context.work` from its callback;
/// main runs the work once the command line has been read and returns its result.
struct Context {
  settings::CommandLinePaths paths;
  bool json = false;
  std::string key;         ///< `--key`: the file of our own CURVE pair.
  std::string server_key;  ///< `--server-key`: the daemon's public key.
  std::function<int()> work;
};

/// The configuration as a verb sees it.
struct Configuration {
  settings::Settings settings;
  settings::Paths paths;
};

/// Finds and reads tocsin.toml; without a file the defaults hold, unless `--config` named it.
/// `invalid_input` with the mistakes in `diagnostics`, `not_found`, or `refused` for a file that
/// may not be read.
[[nodiscard]] Result<Configuration> load_configuration(const Context& context,
                                                       Diagnostics& diagnostics);

/// Tells why there is no configuration and returns 78, or 77 where a permission is missing.
int configuration_failed(const Error& error, const Diagnostics& diagnostics);

/// How a verb presents itself in `--help`.
struct Verb {
  const char* name;
  const char* sentence;
  const char* example;  ///< A whole command, "tocsin parse feed.xml".
};

/// Adds a verb with its example below its options.
CLI::App& add_verb(CLI::App& parent, const Verb& verb);

/// Writes "tocsin: <message>" to stderr, made safe and one line, and returns `code`.
int complain(int code, std::string_view message);

/// Writes each diagnostic as one line to stderr.
void print_diagnostics(const Diagnostics& diagnostics);

/// The exit code that fits an error: 65 bad input, 69 unreachable, 77 permission, 1 otherwise.
[[nodiscard]] int exit_code_of(const Error& error);

void add_alert_command(CLI::App& app, Context& context);
void add_audit_command(CLI::App& app, Context& context);
void add_check_command(CLI::App& app, Context& context);
void add_db_command(CLI::App& app, Context& context);
void add_dead_letter_command(CLI::App& app, Context& context);
void add_explain_command(CLI::App& app, Context& context);
void add_feed_command(CLI::App& app, Context& context);
void add_feedback_command(CLI::App& app, Context& context);
void add_item_command(CLI::App& app, Context& context);
void add_keys_command(CLI::App& app, Context& context);
void add_match_command(CLI::App& app, Context& context);
void add_parse_command(CLI::App& app, Context& context);
void add_plugin_command(CLI::App& app, Context& context);
void add_reload_command(CLI::App& app, Context& context);
void add_replay_command(CLI::App& app, Context& context);
void add_run_command(CLI::App& app, Context& context);
void add_silence_command(CLI::App& app, Context& context);
void add_status_command(CLI::App& app, Context& context);
void add_story_command(CLI::App& app, Context& context);
void add_subscribers_command(CLI::App& app, Context& context);
void add_tail_command(CLI::App& app, Context& context);
void add_test_command(CLI::App& app, Context& context);
void add_topic_command(CLI::App& app, Context& context);
void add_version_command(CLI::App& app, Context& context);

}  // namespace tocsin::app
