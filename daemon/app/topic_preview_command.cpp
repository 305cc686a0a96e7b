// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/daemon_inputs.hpp"
#include "app/feed_list.hpp"
#include "app/found_item.hpp"
#include "app/input.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"
#include "app/rules.hpp"
#include "app/topic_preview.hpp"
#include "app/topic_verbs.hpp"
#include "app/wrap.hpp"
#include "base/time_format.hpp"
#include "topics/topic.hpp"
#include "topics/topic_file.hpp"

namespace tocsin::app {
namespace {

using nlohmann::json;

struct Options {
  std::string topic;
  std::string since = "30d";
};

/// The one topic, alone, and what it is compared with.
struct Versions {
  std::shared_ptr<const topics::RuleSet> rules;
  std::shared_ptr<const topics::RuleSet> before;
  std::string compared_with;
};

/// "30d", "12h", "2w", or a date; nothing for anything else.
std::optional<Time> since_of(const std::string& text, Time now) {
  if (const auto date = from_rfc3339(text)) return date;
  unsigned count = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, count);
  constexpr unsigned most = 10000;
  if (error != std::errc{} || rest + 1 != end || count == 0 || count > most) return std::nullopt;
  constexpr int hours_of_day = 24;
  constexpr int days_of_week = 7;
  const std::chrono::hours span{count};
  if (*rest == 'h') return now - span;
  if (*rest == 'd') return now - span * hours_of_day;
  if (*rest == 'w') return now - span * hours_of_day * days_of_week;
  return std::nullopt;
}

Result<std::shared_ptr<const topics::RuleSet>> alone(topics::Topic topic) {
  Diagnostics diagnostics;
  auto rules = topics::RuleSet::compile({std::move(topic)}, diagnostics);
  if (!rules) print_diagnostics(diagnostics);
  return rules;
}

const topics::Topic* find_topic(const topics::RuleSet& rules, const std::string& id) {
  const auto& all = rules.topics();
  const auto found =
      std::find_if(all.begin(), all.end(), [&id](const auto& one) { return one.id == id; });
  return found == all.end() ? nullptr : &*found;
}

std::string named(const topics::Topic& topic) {
  return fmt::format("version {} in {}", topic.version, topic.file);
}

/// A file against the configured topic of its id.
Result<Versions> versions_of_file(const Context& context, const std::string& file) {
  const auto bytes = read_file(file, topics::TopicLimits::file_bytes);
  if (!bytes) return fail(bytes.error());
  Diagnostics diagnostics;
  auto topic = topics::read_topic(*bytes, file, diagnostics);
  if (!topic) {
    print_diagnostics(diagnostics);
    return fail(topic.error());
  }
  Versions versions;
  versions.compared_with = "what the daemon recorded";
  const auto folders = topic_folders(context, diagnostics);
  const auto configured =
      folders ? load_rules(*folders, diagnostics)
              : Result<std::shared_ptr<const topics::RuleSet>>{fail(folders.error())};
  const topics::Topic* before = configured ? find_topic(**configured, topic->id) : nullptr;
  if (before != nullptr) {
    versions.compared_with = named(*before);
    auto rules = alone(*before);
    if (!rules) return fail(rules.error());
    versions.before = std::move(*rules);
  }
  auto rules = alone(std::move(*topic));
  if (!rules) return fail(rules.error());
  versions.rules = std::move(*rules);
  return versions;
}

/// The configured topic against what the daemon wrote down when the items came.
Result<Versions> versions_of_id(const Context& context, const std::string& id) {
  Diagnostics diagnostics;
  const auto folders = topic_folders(context, diagnostics);
  if (!folders) return fail(folders.error());
  const auto all = load_rules(*folders, diagnostics);
  if (!all) {
    print_diagnostics(diagnostics);
    return fail(all.error());
  }
  const std::string unknown = unknown_topic({id}, **all);
  if (!unknown.empty()) return fail(Errc::not_found, unknown + ", and no file of that name");
  auto rules = alone(*find_topic(**all, id));
  if (!rules) return fail(rules.error());
  return Versions{
      .rules = std::move(*rules), .before = nullptr, .compared_with = "what the daemon recorded"};
}

/// Titles of the listed feeds; a feed that is not listed goes by its key.
std::function<std::string(const std::string&)> titles_of(const settings::Paths& paths) {
  const auto titles = std::make_shared<std::map<std::string, std::string>>();
  Diagnostics ignored;
  if (const auto bytes = read_file(paths.feeds, feed_list_limit)) {
    if (const auto list = feed::read_opml(*bytes, paths.feeds, ignored)) {
      for (const feed::Subscription& feed : *list) titles->emplace(feed.key(), feed.title);
    }
  }
  return [titles](const std::string& key) {
    const auto found = titles->find(key);
    return found == titles->end() ? key : found->second;
  };
}

void show_progress(std::size_t items) {
  const std::string line = fmt::format("\r{} items", items);
  static_cast<void>(std::fwrite(line.data(), 1, line.size(), stderr));
}

std::string item_lines(const std::vector<PreviewItem>& items, std::string_view sign) {
  std::string text;
  for (const PreviewItem& one : items) {
    text += wrapped(fmt::format("  {} {:>7} ", sign, one.id),
                    to_rfc3339(one.first_seen).substr(0, 10) + " " + shown(one.title));
  }
  return text;
}

std::string as_text(const Preview& preview, const Versions& versions) {
  const topics::Topic& topic = versions.rules->topics().front();
  std::string text = fmt::format("{}  version {}\n\n", emphasised(topic.id), topic.version);
  text += "  day             items     fire   alerts  stories\n";
  for (const auto& [day, counts] : preview.days) {
    text += fmt::format("  {}  {:>8} {:>8} {:>8} {:>8}\n", day, counts.items, counts.fired,
                        counts.alerts, counts.stories);
  }
  text += fmt::format("  all         {:>8} {:>8} {:>8} {:>8}\n", preview.items, preview.fired,
                      preview.alerts, preview.stories);
  if (preview.quiet > 0) {
    text += wrapped("  ", fmt::format("{} of those that fire came with a feed's first poll or "
                                      "late, and would not alert",
                                      preview.quiet));
  }
  text += "\n" + wrapped("", fmt::format("compared with {}: {} fired then, {} fire now",
                                         shown(versions.compared_with, 1000), preview.fired_before,
                                         preview.fired));
  if (preview.only_now_count > 0) {
    text += fmt::format("fire now and did not then: {}\n", preview.only_now_count) +
            item_lines(preview.only_now, "+");
  }
  if (preview.only_before_count > 0) {
    text += fmt::format("fired then and do not now: {}\n", preview.only_before_count) +
            item_lines(preview.only_before, "-");
  }
  if (!preview.samples.empty()) text += "newest that fire:\n" + item_lines(preview.samples, " ");
  return text;
}

json json_of(const std::vector<PreviewItem>& items) {
  auto list = json::array();
  for (const PreviewItem& one : items) {
    list.push_back({{"item", one.id},
                    {"title", one.title},
                    {"link", one.link},
                    {"first_seen", to_rfc3339(one.first_seen)},
                    {"score", one.score}});
  }
  return list;
}

json as_json(const Preview& preview, const Versions& versions, Time since) {
  const topics::Topic& topic = versions.rules->topics().front();
  auto days = json::array();
  for (const auto& [day, counts] : preview.days) {
    days.push_back({{"day", day},
                    {"items", counts.items},
                    {"fired", counts.fired},
                    {"alerts", counts.alerts},
                    {"stories", counts.stories}});
  }
  return {{"topic", topic.id},
          {"version", topic.version},
          {"digest", topic.digest},
          {"since", to_rfc3339(since)},
          {"compared_with", versions.compared_with},
          {"items", preview.items},
          {"fired", preview.fired},
          {"fired_before", preview.fired_before},
          {"quiet", preview.quiet},
          {"alerts", preview.alerts},
          {"stories", preview.stories},
          {"days", std::move(days)},
          {"only_now_count", preview.only_now_count},
          {"only_now", json_of(preview.only_now)},
          {"only_before_count", preview.only_before_count},
          {"only_before", json_of(preview.only_before)},
          {"samples", json_of(preview.samples)}};
}

Result<Preview> look_back(const Configuration& configuration, const Versions& versions,
                          Time since) {
  auto store = open_store_for_reading(configuration);
  if (!store) return fail(store.error());
  const settings::Settings& settings = configuration.settings;
  Diagnostics ignored;
  PreviewWish wish;
  wish.rules = versions.rules;
  wish.before = versions.before;
  wish.since = since;
  wish.ledger.policy = {.late = settings.alerts.late,
                        .update_interval = settings.alerts.update_interval};
  wish.ledger.story.window = std::chrono::duration_cast<std::chrono::hours>(settings.story.window);
  wish.idf = load_word_weights(configuration.paths.background, ignored);
  wish.feed_title = titles_of(configuration.paths);
  const bool is_watched = ::isatty(STDERR_FILENO) != 0;
  if (is_watched) wish.progress = show_progress;
  auto found = preview(**store, wish);
  if (is_watched) static_cast<void>(std::fputs("\r\x1b[K", stderr));
  return found;
}

int run(const Context& context, const Options& options) {
  const auto since = since_of(options.since, SystemClock{}.now());
  if (!since) {
    return complain(Exit::usage,
                    "--since takes 30d, 12h, 2w or a date, not '" + options.since + "'");
  }
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  std::error_code ignored;
  const bool is_file = std::filesystem::is_regular_file(options.topic, ignored);
  const auto versions =
      is_file ? versions_of_file(context, options.topic) : versions_of_id(context, options.topic);
  if (!versions) return complain(exit_code_of(versions.error()), versions.error().message);
  const auto found = look_back(*configuration, *versions, *since);
  if (!found) return complain(exit_code_of(found.error()), found.error().message);
  Output output;
  if (context.json) {
    output.line(json_line(as_json(*found, *versions, *since)));
  } else {
    output.write(as_text(*found, *versions));
  }
  return output.finish(Exit::ok);
}

}  // namespace

void add_topic_preview_command(CLI::App& topic, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App& verb = add_verb(
      topic, {.name = "preview",
              .sentence = "Counts what a topic would have sent of the stored items, with samples",
              .example = "tocsin topic preview draft/islamic-state.toml --since 30d"});
  verb.add_option("topic", options->topic, "Id of a topic, or a topic file")
      ->required()
      ->type_name("ID|FILE");
  verb.add_option("--since", options->since, "How far back: 30d, 12h, 2w, or a date")
      ->type_name("SPAN");
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return run(context, *options);
    };
  });
}

}  // namespace tocsin::app
