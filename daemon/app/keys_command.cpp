// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/json_line.hpp"
#include "app/order.hpp"
#include "app/output.hpp"
#include "app/reader_keys.hpp"
#include "base/key_pair.hpp"
#include "base/unique_fd.hpp"
#include "bus/client.hpp"
#include "settings/reader_grant.hpp"

namespace tocsin::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::chrono::seconds patience{10};

struct Options {
  std::string name;
  std::string key;  ///< The key itself, or a file with it.
  std::string out;
  std::vector<std::string> topics;
  std::vector<std::string> verbs;
  bool replace = false;
};

Error failure_at(const std::string& path) {
  const int error = errno;
  const bool is_denied = error == EACCES || error == EPERM;
  const Errc code = is_denied ? Errc::refused : Errc::system;
  return {error == EEXIST ? Errc::busy : code,
          path + ": " + std::generic_category().message(error)};
}

/// Writes a file that is not there yet, so that no key is ever overwritten by mistake.
Result<void> write_new(const std::string& path, const std::string& text, mode_t mode) {
  const UniqueFd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)};
  if (!file.is_open()) return fail(failure_at(path));
  const auto written = ::write(file.get(), text.data(), text.size());
  if (written != static_cast<ssize_t>(text.size()) || ::fsync(file.get()) != 0) {
    const Error error = failure_at(path);
    ::unlink(path.c_str());
    return fail(error);
  }
  return {};
}

/// A reader of the folder sees the old file or the new one.
Result<void> replace_file(const std::string& path, const std::string& text) {
  const std::string fresh = path + ".new";
  ::unlink(fresh.c_str());
  if (auto written = write_new(fresh, text, 0644); !written) return written;
  if (::rename(fresh.c_str(), path.c_str()) != 0) return fail(failure_at(path));
  return {};
}

int make(const Context& context, const Options& options) {
  if (!settings::is_reader_name(options.name)) {
    return complain(Exit::usage, "a name is made of a-z, 0-9, '.', '_' and '-'");
  }
  const auto pair = bus::new_key_pair();
  if (!pair) return complain(Exit::failed, pair.error().message);
  const std::string path = options.out.empty() ? options.name + ".key" : options.out;
  const auto written = write_new(path, render(*pair, options.name), 0600);
  if (!written) return complain(exit_code_of(written.error()), written.error().message);
  Output output;
  if (context.json) {
    output.line(json_line(json{{"file", path}, {"public", pair->public_key}}));
  } else {
    output.line("wrote " + shown(path) + "; its public key is");
    output.line(pair->public_key);
  }
  return output.finish(Exit::ok);
}

/// The public key that the word is, or that stands in the file it names.
Result<std::string> public_key_of(const std::string& word) {
  if (is_curve_key(word)) return word;
  const auto pair = load_key_pair(word);
  if (pair) return pair->public_key;
  if (pair.error().code != Errc::not_found) return fail(pair.error());
  return fail(Errc::invalid_input,
              "'" + word + "' is neither a public key of 40 characters nor a file with one");
}

/// Whether the running daemon lets the reader in, now that it has read the folder again.
struct Taken {
  bool is_allowed = false;
  std::string note;  ///< Where no daemon was asked.
};

Result<Taken> tell_daemon(const Configuration& configuration, const std::string& name) {
  const auto answer = bus::ask_daemon(configuration.paths.ctl.front(), "keys", "{}", patience);
  if (!answer) return fail(answer.error());
  const auto object = read_answer(*answer);
  if (!object) return fail(object.error());
  if (!object->contains("readers") || !(*object)["readers"].is_array()) {
    return fail(Errc::invalid_input, "the daemon does not say whom it lets in");
  }
  for (const json& problem : object->value("problems", json::array())) {
    if (problem.is_string()) complain(Exit::ok, problem.get<std::string>());
  }
  const json& readers = (*object)["readers"];
  return Taken{.is_allowed = std::find(readers.begin(), readers.end(), name) != readers.end()};
}

/// `is_allowed`: what must be so once the daemon has read the folder.
int tell_done(const Context& context, const Configuration& configuration, const std::string& name,
              bool is_allowed) {
  auto taken = tell_daemon(configuration, name);
  if (!taken && taken.error().code == Errc::unreachable) {
    taken = Taken{.is_allowed = is_allowed,
                  .note = "no daemon runs here; it holds from its next start"};
  }
  if (!taken || taken->is_allowed != is_allowed) {
    const std::string why = taken ? "the daemon has it otherwise" : taken.error().message;
    return complain(Exit::failed, "written, but not in force: " + why);
  }
  const std::string what = is_allowed ? "allowed" : "revoked";
  Output output;
  if (context.json) {
    output.line(json_line(json{{what, name}, {"note", taken->note}}));
  } else {
    output.line(what + " " + name + (taken->note.empty() ? "" : " (" + taken->note + ")"));
  }
  return output.finish(Exit::ok);
}

/// A key is one reader's: two files with one key would leave it open what its holder may read.
Result<void> refuse_key_of_another(const Configuration& configuration, const std::string& name,
                                   const std::string& key) {
  Diagnostics others;
  const bus::Grants grants = read_grants(configuration, others);
  const bus::Grant* owner = grants.of_key(key);
  if (owner == nullptr || owner->name == name) return {};
  return fail(Errc::invalid_input, "the key is that of reader '" + owner->name + "'");
}

Result<std::string> write_grant(const Configuration& configuration, const Options& options) {
  const auto key = public_key_of(options.key);
  if (!key) return fail(key.error());
  if (auto own = refuse_key_of_another(configuration, options.name, *key); !own) {
    return fail(own.error());
  }
  for (const auto* texts : {&options.topics, &options.verbs}) {
    for (const std::string& text : *texts) {
      if (text.find_first_of("\"\\\r\n") == std::string::npos) continue;
      return fail(Errc::invalid_input, "'" + text + "' is no prefix and no verb");
    }
  }
  const settings::ReaderGrant grant{.key = *key, .topics = options.topics, .verbs = options.verbs};
  const std::string folder = readers_folder(configuration);
  const std::string path = (fs::path{folder} / (options.name + ".toml")).string();
  const std::string text = settings::render(grant);
  Diagnostics diagnostics;
  if (const auto read = settings::read_reader_grant(text, path, diagnostics); !read) {
    return fail(read.error());
  }
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem) return fail(Errc::system, folder + ": " + problem.message());
  const auto written = options.replace ? replace_file(path, text) : write_new(path, text, 0644);
  if (!written) return fail(written.error());
  return path;
}

int allow(const Context& context, const Options& options) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  if (!settings::is_reader_name(options.name)) {
    return complain(Exit::usage, "a name is made of a-z, 0-9, '.', '_' and '-'");
  }
  const auto path = write_grant(*configuration, options);
  if (!path) {
    const bool is_there = path.error().code == Errc::busy;
    return complain(
        exit_code_of(path.error()),
        path.error().message + (is_there ? "; --replace puts another in its place" : ""));
  }
  return tell_done(context, *configuration, options.name, true);
}

int revoke(const Context& context, const Options& options) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  if (!settings::is_reader_name(options.name)) return complain(Exit::usage, "no such reader");
  const fs::path path = fs::path{readers_folder(*configuration)} / (options.name + ".toml");
  if (::unlink(path.c_str()) != 0) {
    const Error error = failure_at(path);
    return complain(exit_code_of(error), error.message);
  }
  return tell_done(context, *configuration, options.name, false);
}

int list(const Context& context) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const bus::Grants grants = read_grants(*configuration, diagnostics);
  print_diagnostics(diagnostics);
  Output output;
  for (const bus::Grant& grant : grants.keys) {
    const auto topics = grant.reads_all() ? std::vector<std::string>{"*"} : grant.topics;
    if (context.json) {
      output.line(json_line(json{
          {"name", grant.name}, {"key", grant.key}, {"topics", topics}, {"verbs", grant.verbs}}));
      continue;
    }
    std::string line = emphasised(grant.name) + "  " + grant.key + " ";
    for (const std::string& topic : topics) line += " " + shown(topic);
    output.line(line);
  }
  return output.finish(has_errors(diagnostics) ? Exit::configuration : Exit::ok);
}

using Work = int (*)(const Context& context, const Options& options);

CLI::App& add_one(CLI::App& keys, Context& context, const Verb& names, Work work,
                  const std::shared_ptr<Options>& options) {
  CLI::App& verb = add_verb(keys, names);
  verb.add_option("name", options->name, "The reader's durable name")
      ->type_name("NAME")
      ->required();
  verb.callback([&context, options, work] {
    context.work = [&context, options, work] {
      return work(context, *options);
    };
  });
  return verb;
}

void add_allow_command(CLI::App& keys, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App& verb = add_one(keys, context,
                           {.name = "allow",
                            .sentence = "Lets the holder of a key read from another machine",
                            .example = "tocsin keys allow archive archive.key --topic 'alert/'"},
                           allow, options);
  verb.add_option("key", options->key, "The public key, or the key file")
      ->type_name("KEY|FILE")
      ->required();
  verb.add_option("--topic", options->topics,
                  "Prefix of topic frames it may read, such as alert/floods/; * is everything")
      ->required()
      ->allow_extra_args(false);
  verb.add_option("--verb", options->verbs, "What it may ask the daemon for, such as status")
      ->allow_extra_args(false);
  verb.add_flag("--replace", options->replace, "In place of what the name was allowed before");
}

}  // namespace

void add_keys_command(CLI::App& app, Context& context) {
  CLI::App& keys = add_verb(app, {.name = "keys",
                                  .sentence = "Makes keys, and says whose may connect",
                                  .example = "tocsin keys new archive"});
  keys.require_subcommand(1);
  const auto fresh = std::make_shared<Options>();
  CLI::App& made = add_one(keys, context,
                           {.name = "new",
                            .sentence = "Writes a new key pair to a file of mode 0600",
                            .example = "tocsin keys new server --out /etc/tocsin/server.key"},
                           make, fresh);
  made.add_option("--out", fresh->out, "The file; NAME.key in this folder where it is missing");
  add_allow_command(keys, context);
  add_one(keys, context,
          {.name = "revoke",
           .sentence = "Cuts a reader off, at once where the daemon runs",
           .example = "tocsin keys revoke archive"},
          revoke, std::make_shared<Options>());
  CLI::App& verb = add_verb(keys, {.name = "list",
                                   .sentence = "Prints who may connect, and what for",
                                   .example = "tocsin keys list"});
  verb.callback([&context] {
    context.work = [&context] {
      return list(context);
    };
  });
}

}  // namespace tocsin::app
