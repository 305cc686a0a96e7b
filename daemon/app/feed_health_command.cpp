// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <tuple>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/feed_list.hpp"
#include "app/feed_verbs.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"
#include "base/time_format.hpp"
#include "base/url.hpp"
#include "store/store.hpp"

namespace tocsin::app {
namespace {

using store::FeedState;

struct Options {
  std::string word;
  bool failing = false;
  bool check = false;
};

/// The worst first.
enum class Condition : std::uint8_t { stopped, failing, silent, waiting, fine };

constexpr std::array<const char*, 5> condition_names{"stopped", "failing", "silent", "waiting",
                                                     "ok"};

struct Health {
  const feed::Subscription* feed = nullptr;
  FeedState state;
  Condition condition = Condition::waiting;

  [[nodiscard]] const char* name() const {
    return condition_names.at(static_cast<std::size_t>(condition));
  }

  [[nodiscard]] bool is_ill() const {
    return condition == Condition::stopped || condition == Condition::failing;
  }
};

Condition condition_of(const FeedState& state) {
  if (state.disabled_at) return Condition::stopped;
  if (state.failures > 0) return Condition::failing;
  if (state.silent_told) return Condition::silent;
  return state.last_polled ? Condition::fine : Condition::waiting;
}

/// What the daemon wrote down; nothing when it never ran.
Result<std::map<std::string, FeedState>> states_in(const std::string& database) {
  std::map<std::string, FeedState> by_key;
  std::error_code problem;
  if (!std::filesystem::exists(database, problem) && !problem) return by_key;
  const auto store = store::Store::open(database, {.read_only = true});
  if (!store) return fail(store.error());
  auto states = (*store)->feed_states();
  if (!states) return fail(states.error());
  for (FeedState& state : *states) {
    std::string key = state.key;
    by_key.emplace(std::move(key), std::move(state));
  }
  return by_key;
}

std::vector<Health> examined(const Subscriptions& feeds,
                             const std::map<std::string, FeedState>& states) {
  std::vector<Health> all;
  for (const feed::Subscription& feed : feeds) {
    Health health{.feed = &feed, .state = {}};
    if (const auto found = states.find(feed.key()); found != states.end()) {
      health.state = found->second;
    }
    health.condition = condition_of(health.state);
    all.push_back(std::move(health));
  }
  std::stable_sort(all.begin(), all.end(), [](const Health& a, const Health& b) {
    return std::tuple{a.condition, -a.state.failures, -a.state.gaps} <
           std::tuple{b.condition, -b.state.failures, -b.state.gaps};
  });
  return all;
}

nlohmann::json to_json(const Health& health) {
  const FeedState& state = health.state;
  const bool is_moved = !state.current_url.empty() && state.current_url != health.feed->url;
  return {{"key", without_secrets(health.feed->key())},
          {"title", without_secrets(health.feed->title)},
          {"url", without_secrets(health.feed->url)},
          {"current_url", without_secrets(is_moved ? state.current_url : health.feed->url)},
          {"moving_to", without_secrets(state.moved_to)},
          {"moving_since", time_json(state.moved_since)},
          {"condition", health.name()},
          {"polls", state.polls},
          {"last_polled", time_json(state.last_polled)},
          {"last_success", time_json(state.last_success)},
          {"last_new", time_json(state.last_new)},
          {"failures", state.failures},
          {"last_error", state.last_error},
          {"interval_s", state.interval.count()},
          {"next_poll", time_json(state.next_poll)},
          {"stopped_at", time_json(state.disabled_at)},
          {"stopped_reason", state.disabled_reason},
          {"gaps", state.gaps}};
}

std::string time_text(const std::optional<Time>& time) {
  return time ? to_rfc3339(*time) : "never";
}

/// "failing  wire  3 failures, last success …: host 'x': …"
std::string to_text(const Health& health) {
  const FeedState& state = health.state;
  std::string line = fmt::format("{:<7}  {}", health.name(),
                                 emphasised(shown(without_secrets(health.feed->key()))));
  if (state.disabled_at) {
    line +=
        fmt::format("  since {}: {}", to_rfc3339(*state.disabled_at), shown(state.disabled_reason));
  } else if (state.failures > 0) {
    line += fmt::format("  {} failures, last success {}: {}", state.failures,
                        time_text(state.last_success), shown(state.last_error));
  } else if (state.last_polled) {
    line += fmt::format("  polled {}, new {}, every {} s", to_rfc3339(*state.last_polled),
                        time_text(state.last_new), state.interval.count());
  } else {
    line += "  never polled";
  }
  if (state.next_poll) line += "  next " + to_rfc3339(*state.next_poll);
  if (!state.current_url.empty() && state.current_url != health.feed->url) {
    line += "  moved to " + shown(without_secrets(state.current_url));
  } else if (!state.moved_to.empty()) {
    line += "  moving to " + shown(without_secrets(state.moved_to));
  }
  if (state.gaps > 0) line += fmt::format("  {} gaps", state.gaps);
  return line;
}

std::string summary_of(const std::vector<Health>& all) {
  std::string line = fmt::format("{} feeds", all.size());
  for (std::size_t i = condition_names.size(); i > 0; --i) {
    const auto count = std::count_if(all.begin(), all.end(), [i](const Health& health) {
      return static_cast<std::size_t>(health.condition) == i - 1;
    });
    if (count > 0) line += fmt::format(", {} {}", count, condition_names.at(i - 1));
  }
  return line;
}

int print(const std::vector<Health>& all, const Options& options, bool as_json) {
  Output output;
  for (const Health& health : all) {
    if (options.failing && !health.is_ill()) continue;
    if (!output.line(as_json ? json_line(to_json(health)) : to_text(health))) break;
  }
  if (!as_json) output.line(summary_of(all));
  const bool is_any_ill =
      std::any_of(all.begin(), all.end(), [](const Health& h) { return h.is_ill(); });
  return output.finish(options.check && is_any_ill ? Exit::failed : Exit::ok);
}

int health(const Context& context, const Options& options) {
  FeedsOrExit loaded = load_feeds(context, MissingList::is_wrong);
  if (loaded.exit != Exit::ok) return loaded.exit;
  if (!options.word.empty()) {
    const feed::Subscription* feed = find_feed(loaded.feeds, options.word);
    if (feed == nullptr) return no_such_feed(loaded.feeds, options.word);
    loaded.feeds = Subscriptions{*feed};
  }
  const auto states = states_in(loaded.configuration.paths.database);
  if (!states) return complain(exit_code_of(states.error()), states.error().message);
  return print(examined(loaded.feeds, *states), options, context.json);
}

}  // namespace

void add_feed_health_command(CLI::App& feed, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App& verb = add_verb(
      feed, {.name = "health",
             .sentence = "Tells how the feeds do, the worst first, from what the daemon wrote down",
             .example = "tocsin feed health --failing"});
  verb.add_option("feed", options->word, "Only this one: its key, URL or title");
  verb.add_flag("--failing", options->failing, "Only those that fail or have been stopped");
  verb.add_flag("--check", options->check, "Exit 1 when one fails or has been stopped");
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return health(context, *options);
    };
  });
}

}  // namespace tocsin::app
