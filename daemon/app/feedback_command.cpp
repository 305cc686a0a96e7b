// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <set>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/feedback_json.hpp"
#include "app/found_item.hpp"
#include "app/json_line.hpp"
#include "app/order.hpp"
#include "app/output.hpp"
#include "app/reason.hpp"
#include "app/rules.hpp"
#include "app/user_name.hpp"
#include "app/wrap.hpp"
#include "base/time_format.hpp"
#include "bus/client.hpp"
#include "store/state_lock.hpp"
#include "topics/topic.hpp"

namespace tocsin::app {
namespace {

using store::Feedback;

constexpr std::chrono::seconds patience{10};

struct Options {
  ItemWish item;
  std::string verdict;
  std::string reason;
  std::string topic;
  std::string author;
};

/// The topics that fired on the item, as the daemon wrote down.
std::set<std::string> fired_on(const FoundItem& found) {
  std::set<std::string> topics;
  for (const store::MatchRow& row : found.decisions) {
    if (row.fired) topics.insert(row.topic);
  }
  return topics;
}

bool has_fired(const std::string& topic, const FoundItem& found) {
  return fired_on(found).contains(topic) || (found.alert && found.alert->match.topic == topic);
}

/// The topic that is meant; a message where it has to be named.
Result<std::string> topic_meant(const Options& options, const FoundItem& found) {
  if (!options.topic.empty()) return options.topic;
  if (found.alert) return found.alert->match.topic;
  const auto fired = options.verdict == "missed" ? std::set<std::string>{} : fired_on(found);
  if (fired.size() == 1) return *fired.begin();
  if (fired.empty()) return fail(Errc::invalid_input, "name the topic that is meant by --topic");
  std::string names;
  for (const std::string& name : fired) names += (names.empty() ? "" : ", ") + name;
  return fail(Errc::invalid_input,
              "several topics fired on it: name one by --topic (" + names + ")");
}

Feedback feedback_of(const Options& options, const FoundItem& found, const topics::Topic& topic) {
  Feedback one;
  one.topic = topic.id;
  one.verdict = options.verdict;
  one.reason = options.reason;
  one.author = options.author.empty() ? user_name() : options.author;
  one.rule_version = topic.version;
  one.rule_digest = topic.digest;
  if (found.alert && found.alert->match.topic == topic.id) {
    one.alert_id = found.alert->id;
    one.rule_version = found.alert->match.rule_version;
    one.rule_digest = found.alert->match.rule_digest;
  }
  if (found.row) one.feed_key = found.row->feed_key;
  one.identity = found.item.id;
  one.title = found.item.title;
  one.summary = found.item.summary;
  one.content = found.item.content;
  one.item_author = found.item.author;
  one.category = found.item.category;
  one.source = found.item.source;
  one.language = found.item.language;
  one.link = found.item.link;
  fit_to_request(one);
  return one;
}

Result<std::int64_t> store_alone(const settings::Paths& paths, Feedback one) {
  auto store = store::Store::open(paths.database);
  if (!store) return fail(store.error());
  auto transaction = (*store)->begin();
  if (!transaction) return fail(transaction.error());
  one.given_at = SystemClock{}.now();
  const auto number = transaction->add_feedback(one);
  if (!number) return fail(number.error());
  if (auto committed = transaction->commit(); !committed) return fail(committed.error());
  return *number;
}

Result<std::int64_t> number_in(const std::string& answer) {
  const auto object = read_answer(answer);
  if (!object) return fail(Errc::system, object.error().message);
  const auto number = object->find("feedback");
  if (number != object->end() && number->is_number_integer()) return number->get<std::int64_t>();
  return fail(Errc::system, "the daemon's answer cannot be read");
}

/// Whoever holds the state lock is the only writer: this process, where it gets it, else the
/// daemon.
Result<std::int64_t> keep(const settings::Paths& paths, const Feedback& one) {
  const auto lock = store::StateLock::take(paths.state);
  if (lock) return store_alone(paths, one);
  const auto answer =
      bus::ask_daemon(paths.ctl.front(), "feedback", json_line(to_json(one)), patience);
  if (answer) return number_in(*answer);
  const bool is_absent = answer.error().code == Errc::unreachable;
  return fail(is_absent ? lock.error() : answer.error());
}

int add(const Context& context, const Options& options) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const RulesOrExit rules = rules_of(context);
  if (!rules.rules) return rules.exit;
  const auto items = find_items(context, options.item);
  if (!items) return complain(exit_code_of(items.error()), items.error().message);
  if (items->size() > 1) {
    return complain(Exit::usage, std::to_string(items->size()) + " items are meant by '" +
                                     options.item.word + "'; name one by its number or alert");
  }
  const auto topic = topic_meant(options, items->front());
  if (!topic) return complain(Exit::usage, topic.error().message);
  const std::string unknown = unknown_topic({*topic}, *rules.rules);
  if (!unknown.empty()) return complain(Exit::usage, unknown);
  if (options.verdict == "missed" && has_fired(*topic, items->front())) {
    return complain(Exit::usage, "'" + *topic + "' was not missed: it did fire on the item");
  }
  const auto& all = rules.rules->topics();
  const auto meant =
      std::find_if(all.begin(), all.end(), [&topic](const auto& one) { return one.id == *topic; });
  const Feedback one = feedback_of(options, items->front(), *meant);
  const auto number = keep(configuration->paths, one);
  if (!number) return complain(exit_code_of(number.error()), number.error().message);
  Output output;
  if (context.json) {
    output.line(json_line({{"feedback", *number}, {"topic", one.topic}, {"item", one.identity}}));
  } else {
    output.write(wrapped("", "feedback " + std::to_string(*number) + ": " + one.verdict + " for " +
                                 one.topic + ", \"" + shown(one.title) + "\""));
  }
  return output.finish(Exit::ok);
}

int list(const Context& context, const std::string& topic) {
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  auto store = open_store_for_reading(*configuration);
  if (!store) return complain(exit_code_of(store.error()), store.error().message);
  const auto all = (*store)->feedback(topic);
  if (!all) return complain(exit_code_of(all.error()), all.error().message);
  if (all->empty() && !topic.empty()) {
    return complain(Exit::ok, "no feedback on a topic '" + topic + "'");
  }
  Output output;
  for (const Feedback& one : *all) {
    if (context.json) {
      output.line(json_line(to_json(one)));
      continue;
    }
    output.write(wrapped(std::to_string(one.id) + "  ",
                         emphasised(one.topic) + " " + one.verdict + " \"" + shown(one.title) +
                             "\" version " + std::to_string(one.rule_version) + ", " +
                             to_rfc3339(one.given_at) + " by " + shown(one.author) +
                             (one.reason.empty() ? "" : ": " + shown(one.reason, 1000))));
  }
  return output.finish(Exit::ok);
}

void add_list_command(CLI::App& feedback, Context& context) {
  const auto topic = std::make_shared<std::string>();
  CLI::App& verb = add_verb(feedback, {.name = "list",
                                       .sentence = "Prints what was said, oldest first",
                                       .example = "tocsin feedback list --topic islamic-state"});
  verb.add_option("--topic", *topic, "Only of this topic");
  verb.callback([&context, topic] {
    context.work = [&context, topic] {
      return list(context, *topic);
    };
  });
}

/// What is wrong with the words; empty when nothing is.
std::string mistake_in(const Options& options) {
  if (options.item.word.empty() || options.verdict.empty()) {
    return "feedback takes an alert or item, and good, bad, dup or missed";
  }
  if (!is_verdict(options.verdict)) {
    return "'" + options.verdict + "' is none of good, bad, dup and missed";
  }
  if (options.verdict == "missed" && options.topic.empty()) {
    return "missed needs --topic: which one should have alerted?";
  }
  return mistake_in_reason(options.reason);
}

}  // namespace

void add_feedback_command(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App& verb =
      add_verb(app, {.name = "feedback",
                     .sentence = "Keeps what a person says of an alert, for tocsin topic tune",
                     .example = "tocsin feedback 1f0c7a… bad --reason 'a river, not the group'"});
  verb.add_option("item", options->item.word,
                  "The id of an alert, an item's identity, number or URL, a file with one JSON "
                  "object, or - for stdin")
      ->type_name("ITEM");
  verb.add_option("verdict", options->verdict,
                  "good: rightly alerted; bad: it should not have; dup: told before; missed: it "
                  "should have alerted on --topic");
  verb.add_option("--reason", options->reason, "Why, in a few words");
  verb.add_option("--topic", options->topic, "The topic that is meant");
  verb.add_option("--author", options->author, "Who says it; your user name where this is missing");
  add_list_command(verb, context);
  verb.callback([&context, options, &verb] {
    if (!verb.get_subcommands().empty()) return;
    context.work = [&context, options] {
      const std::string mistake = mistake_in(*options);
      return mistake.empty() ? add(context, *options) : complain(Exit::usage, mistake);
    };
  });
}

}  // namespace tocsin::app
