// SPDX-License-Identifier: Apache-2.0
#include "app/daemon_inputs.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "app/credential.hpp"
#include "app/feed_list.hpp"
#include "app/feed_spec_of.hpp"
#include "app/input.hpp"
#include "app/reader_keys.hpp"
#include "app/rules.hpp"
#include "app/topic_tests.hpp"
#include "feed/opml.hpp"
#include "settings/settings.hpp"
#include "topics/background.hpp"
#include "topics/topic.hpp"

namespace tocsin::app {
namespace {

Result<std::vector<feed::Subscription>> read_feed_list(const std::string& path,
                                                       Diagnostics& diagnostics) {
  const auto bytes = read_file(path, feed_list_limit);
  if (!bytes) return fail(bytes.error().code, "feed list " + bytes.error().message);
  return feed::read_opml(*bytes, path, diagnostics);
}

/// A name that no topic bears would silence a feed, or leave a topic without its hours.
void check_topic_names(const settings::Settings& settings, const topics::RuleSet& rules,
                       const std::string& file, Diagnostics& diagnostics) {
  std::set<std::string> ids;
  for (const topics::Topic& topic : rules.topics()) ids.insert(topic.id);
  for (const settings::FeedOptions& options : settings.feeds) {
    for (const std::string& id : options.topics) {
      if (ids.contains(id)) continue;
      diagnostics.push_back({.file = file,
                             .line = options.line,
                             .message = "[[feed]] names topic '" + id + "', which does not exist"});
    }
  }
  for (const settings::TopicOptions& options : settings.topics) {
    if (ids.contains(options.id)) continue;
    diagnostics.push_back(
        {.file = file,
         .line = options.line,
         .message = "[[topic]] names topic '" + options.id + "', which does not exist"});
  }
}

/// Feeds to which the same tables apply share their options.
void add_feeds(const std::vector<feed::Subscription>& list, const Credentials& credentials,
               DaemonInputs& inputs) {
  const settings::Settings& settings = inputs.configuration.settings;
  std::map<std::vector<const settings::FeedOptions*>, poll::SharedOptions> shared;
  inputs.feeds.reserve(list.size());
  for (const feed::Subscription& subscription : list) {
    poll::SharedOptions& options =
        shared[settings::tables_of(settings, subscription.key(), subscription.tags)];
    if (!options) {
      options = feed_options_of(
          settings::options_of(settings, subscription.key(), subscription.tags), credentials);
    }
    inputs.feeds.push_back(feed_spec_of(subscription, options));
  }
}

}  // namespace

Result<DaemonInputs> read_daemon_inputs(const Context& context, Diagnostics& diagnostics) {
  auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return fail(configuration.error());
  DaemonInputs inputs;
  inputs.configuration = std::move(*configuration);
  const settings::Paths& paths = inputs.configuration.paths;

  // Both are read before either fails, so that one run tells every mistake.
  auto rules = load_rules(paths.topics, diagnostics);
  auto list = read_feed_list(paths.feeds, diagnostics);
  if (!rules) return fail(rules.error());
  if (!list) return fail(list.error());
  inputs.rules = std::move(*rules);
  check_topic_names(inputs.configuration.settings, *inputs.rules, paths.config, diagnostics);
  const Credentials credentials =
      read_credentials(inputs.configuration, CredentialNames::must_be_known, diagnostics);
  inputs.grants = read_grants(inputs.configuration, diagnostics);
  inputs.key = read_own_key(inputs.configuration, diagnostics);
  if (has_errors(diagnostics)) return fail(Errc::invalid_input, "the configuration has errors");
  for (topics::TestReport& report : run_topic_tests(*inputs.rules)) {
    if (!report.passed) inputs.failed_tests.push_back(std::move(report));
  }
  add_feeds(*list, credentials, inputs);
  return inputs;
}

story::InverseDocumentFrequency load_word_weights(const std::string& path,
                                                  Diagnostics& diagnostics) {
  auto background = topics::Background::load(path);
  if (!background) {
    diagnostics.push_back(
        {.file = path,
         .message = background.error().message + "; stories weigh all words alike",
         .level = Diagnostic::Level::warning});
    return [](std::string_view) {
      return 1.0;
    };
  }
  const auto table = std::make_shared<const topics::Background>(std::move(*background));
  const auto items = static_cast<double>(table->item_count());
  return [table, items](std::string_view word) {
    return std::log((items + 1) / (static_cast<double>(table->document_frequency(word)) + 1));
  };
}

}  // namespace tocsin::app
