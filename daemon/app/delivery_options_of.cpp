// SPDX-License-Identifier: Apache-2.0
#include "app/delivery_options_of.hpp"

#include <string>
#include <vector>

#include "calendar/week.hpp"
#include "calendar/zone.hpp"

namespace tocsin::app {
namespace {

// What the settings hold was read without a mistake: a text that is none here is left out.

calendar::Zone zone_of(const std::string& name) {
  return calendar::Zone::find(name).value_or(calendar::Zone{});
}

std::vector<calendar::Window> windows_of(const std::vector<std::string>& texts) {
  std::vector<calendar::Window> windows;
  for (const std::string& text : texts) {
    if (const auto window = calendar::parse_window(text)) windows.push_back(*window);
  }
  return windows;
}

std::vector<calendar::Moment> moments_of(const std::vector<std::string>& texts) {
  std::vector<calendar::Moment> moments;
  for (const std::string& text : texts) {
    const auto some = calendar::parse_moments(text);
    if (some) moments.insert(moments.end(), some->begin(), some->end());
  }
  return moments;
}

pipeline::DeliveryRule rule_of(const settings::TopicOptions& topic,
                               const settings::DeliverySettings& house) {
  pipeline::DeliveryRule rule;
  rule.zone = zone_of(topic.zone.empty() ? house.zone : topic.zone);
  rule.quiet = windows_of(topic.quiet_hours.value_or(house.quiet_hours));
  rule.digest = moments_of(topic.digest.value_or(house.digest));
  rule.max_per_hour = topic.max_per_hour.value_or(house.max_per_hour);
  rule.let_through = static_cast<int>(topic.let_through.value_or(house.let_through));
  return rule;
}

}  // namespace

pipeline::DeliveryOptions delivery_options_of(const settings::Settings& settings) {
  pipeline::DeliveryOptions options;
  options.house = rule_of({}, settings.delivery);
  options.max_per_hour_in_all = settings.delivery.max_per_hour_in_all;
  for (const settings::TopicOptions& topic : settings.topics) {
    options.topics.emplace(topic.id, rule_of(topic, settings.delivery));
  }
  return options;
}

}  // namespace tocsin::app
