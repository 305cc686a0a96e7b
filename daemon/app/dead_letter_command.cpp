// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "alert/codec.hpp"
#include "app/command.hpp"
#include "app/delivery_jobs.hpp"
#include "app/found_item.hpp"
#include "app/json_line.hpp"
#include "app/order.hpp"
#include "app/output.hpp"
#include "app/wrap.hpp"
#include "base/time_format.hpp"

namespace tocsin::app {
namespace {

using nlohmann::json;

constexpr std::size_t most_letters = 100'000;

struct Options {
  std::string subscriber;
  std::uint64_t seq = 0;
  std::size_t limit = 100;
};

/// A dead letter with the record it is about, which retention keeps as long as the letter.
struct Letter {
  store::DeadLetter letter;
  std::optional<alert::LogRecord> record;
};

json json_of(const Letter& one) {
  json object{{"subscriber", one.letter.subscriber},
              {"seq", one.letter.seq},
              {"reason", one.letter.reason},
              {"attempts", one.letter.attempts},
              {"buried", to_rfc3339(one.letter.buried_at)}};
  if (one.record) object["alert"] = one.record->id;
  if (one.record) object["frame"] = one.record->frame;
  return object;
}

std::string title_of(const Letter& one) {
  if (!one.record) return {};
  const auto decoded = alert::decode(one.record->payload);
  return decoded ? decoded->alert.item.title : std::string{};
}

Result<std::optional<alert::LogRecord>> record_of(store::Store& store, std::uint64_t seq) {
  auto records = store.alerts({.before_seq = seq + 1, .limit = 1});
  if (!records) return fail(records.error());
  if (records->empty() || records->front().seq != seq) return std::optional<alert::LogRecord>{};
  return std::optional{std::move(records->front())};
}

/// Those of a subscriber, or all where the name is empty, newest first.
Result<std::vector<Letter>> letters_of(store::Store& store, const Options& options) {
  const auto all = store.dead_letters(most_letters);
  if (!all) return fail(all.error());
  std::vector<Letter> letters;
  for (const store::DeadLetter& letter : *all) {
    const bool is_meant = options.subscriber.empty() || letter.subscriber == options.subscriber;
    if (!is_meant || (options.seq != 0 && letter.seq != options.seq)) continue;
    if (letters.size() >= options.limit) break;
    auto record = record_of(store, letter.seq);
    if (!record) return fail(record.error());
    letters.push_back({.letter = letter, .record = std::move(*record)});
  }
  return letters;
}

/// Hands the letters that are meant to `tell`; an exit code where there are none to be had.
int with_letters(const Context& context, const Options& options,
                 const std::function<int(const std::vector<Letter>&)>& tell) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  auto store = open_store_for_reading(*configuration);
  if (!store) return complain(exit_code_of(store.error()), store.error().message);
  const auto letters = letters_of(**store, options);
  if (!letters) return complain(exit_code_of(letters.error()), letters.error().message);
  return tell(*letters);
}

int list(const std::vector<Letter>& letters, bool as_json) {
  Output output;
  for (const Letter& one : letters) {
    if (as_json) {
      output.line(json_line(json_of(one)));
      continue;
    }
    output.write(wrapped(
        emphasised(shown(one.letter.subscriber)) + " " + std::to_string(one.letter.seq) + "  ",
        "\"" + shown(title_of(one)) + "\" " + (one.record ? shown(one.record->frame) : "") + ", " +
            to_rfc3339(one.letter.buried_at) + " after " + std::to_string(one.letter.attempts) +
            ": " + shown(one.letter.reason, 500)));
  }
  return output.finish(Exit::ok);
}

int show(const std::vector<Letter>& letters, bool as_json) {
  if (letters.empty()) return complain(Exit::failed, "no such dead letter");
  const Letter& one = letters.front();
  Output output;
  json object = json_of(one);
  if (one.record) object["payload"] = json::parse(one.record->payload, nullptr, false);
  output.line(as_json ? json_line(object) : object.dump(2, ' ', true));
  return output.finish(Exit::ok);
}

Result<std::string> change_alone(const settings::Paths& paths, const LetterOrder& order) {
  auto store = store::Store::open(paths.database);
  if (!store) return fail(store.error());
  auto transaction = (*store)->begin();
  if (!transaction) return fail(transaction.error());
  if (auto done = carry_out(order, *transaction, SystemClock{}.now()); !done) {
    return fail(done.error());
  }
  if (auto done = transaction->commit(); !done) return fail(done.error());
  return json_line(json{{"done", true}});
}

Result<void> change(const settings::Paths& paths, const LetterOrder& order) {
  const auto answer = have_changed(paths, "dead-letter", to_json(order),
                                   [&paths, &order] { return change_alone(paths, order); });
  if (!answer) return fail(answer.error());
  const auto object = read_answer(*answer);
  if (!object) return fail(Errc::not_found, object.error().message);
  return {};
}

int change(const Context& context, const LetterOrder& order) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const auto done = change(configuration->paths, order);
  if (!done) return complain(exit_code_of(done.error()), done.error().message);
  Output output;
  const bool is_drop = order.kind == LetterOrder::Kind::drop;
  if (context.json) {
    output.line(json_line(json{{"done", true}}));
  } else {
    output.line((is_drop ? "dropped " : "goes out again: ") + shown(order.subscriber) + " " +
                std::to_string(order.seq));
  }
  return output.finish(Exit::ok);
}

void add_letter(CLI::App& verb, const std::shared_ptr<Options>& options) {
  verb.add_option("subscriber", options->subscriber, "The subscriber's durable name")->required();
  verb.add_option("seq", options->seq, "The record's place in the log")->required();
}

void add_list_command(CLI::App& parent, Context& context) {
  CLI::App& verb = add_verb(parent, {.name = "list",
                                     .sentence = "Prints what subscribers gave up, newest first",
                                     .example = "tocsin dead-letter list --subscriber mail"});
  const auto options = std::make_shared<Options>();
  verb.add_option("--subscriber", options->subscriber, "Only of this one");
  verb.add_option("--limit", options->limit, "At most so many");
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return with_letters(context, *options,
                          [&context](const auto& letters) { return list(letters, context.json); });
    };
  });
}

void add_show_command(CLI::App& parent, Context& context) {
  CLI::App& verb = add_verb(parent, {.name = "show",
                                     .sentence = "Prints one dead letter with its alert",
                                     .example = "tocsin dead-letter show mail 1842"});
  const auto options = std::make_shared<Options>();
  add_letter(verb, options);
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return with_letters(context, *options,
                          [&context](const auto& letters) { return show(letters, context.json); });
    };
  });
}

void add_change_command(CLI::App& parent, Context& context, LetterOrder::Kind kind,
                        const Verb& names) {
  CLI::App& verb = add_verb(parent, names);
  const auto options = std::make_shared<Options>();
  add_letter(verb, options);
  verb.callback([&context, options, kind] {
    context.work = [&context, options, kind] {
      return change(context,
                    {.kind = kind, .subscriber = options->subscriber, .seq = options->seq});
    };
  });
}

}  // namespace

void add_dead_letter_command(CLI::App& app, Context& context) {
  CLI::App& verb = add_verb(app, {.name = "dead-letter",
                                  .sentence = "Lists and requeues what subscribers gave up",
                                  .example = "tocsin dead-letter list"});
  verb.require_subcommand(1);
  add_list_command(verb, context);
  add_show_command(verb, context);
  add_change_command(verb, context, LetterOrder::Kind::requeue,
                     {.name = "requeue",
                      .sentence = "Delivers one again, its deliveries counted anew",
                      .example = "tocsin dead-letter requeue mail 1842"});
  add_change_command(verb, context, LetterOrder::Kind::drop,
                     {.name = "drop",
                      .sentence = "Forgets one; its alert stays in the log",
                      .example = "tocsin dead-letter drop mail 1842"});
}

}  // namespace tocsin::app
