// SPDX-License-Identifier: Apache-2.0
#include "app/rules.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/suggest.hpp"
#include "topics/topic.hpp"
#include "topics/topic_file.hpp"

namespace tocsin::app {

Result<std::shared_ptr<const topics::RuleSet>> load_rules(const std::vector<std::string>& folders,
                                                          Diagnostics& diagnostics) {
  const std::vector<std::filesystem::path> paths{folders.begin(), folders.end()};
  auto topics = topics::load_topics(paths, diagnostics);
  if (!topics) return fail(topics.error());
  return topics::RuleSet::compile(std::move(*topics), diagnostics);
}

Result<std::vector<std::string>> topic_folders(const Context& context, Diagnostics& diagnostics) {
  if (context.paths.topics.empty()) {
    auto configuration = load_configuration(context, diagnostics);
    if (!configuration) return fail(configuration.error());
    return configuration->paths.topics;
  }
  for (const std::string& folder : context.paths.topics) {
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error)) {
      return fail(Errc::not_found, folder + ": no such folder of topics");
    }
  }
  return context.paths.topics;
}

std::string unknown_topic(const std::vector<std::string>& wanted, const topics::RuleSet& rules) {
  std::vector<std::string> ids;
  for (const topics::Topic& topic : rules.topics()) ids.push_back(topic.id);
  for (const std::string& name : wanted) {
    if (std::find(ids.begin(), ids.end(), name) == ids.end()) {
      return "no topic '" + name + "'" + did_you_mean(name, ids);
    }
  }
  return {};
}

RulesOrExit rules_of(const Context& context) {
  Diagnostics diagnostics;
  const auto folders = topic_folders(context, diagnostics);
  if (!folders) return {nullptr, configuration_failed(folders.error(), diagnostics)};
  auto rules = load_rules(*folders, diagnostics);
  if (!rules) return {nullptr, configuration_failed(rules.error(), diagnostics)};
  print_diagnostics(diagnostics);
  if ((*rules)->topics().empty()) {
    std::string names;
    for (const std::string& folder : *folders) names += (names.empty() ? "" : ", ") + folder;
    return {nullptr, complain(Exit::configuration, "no topics in " + names)};
  }
  return {std::move(*rules), Exit::ok};
}

}  // namespace tocsin::app
