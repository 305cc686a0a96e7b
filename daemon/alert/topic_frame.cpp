// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cassert>
#include <string>
#include <string_view>
#include <vector>

#include "alert/alert.hpp"
#include "alert/codec.hpp"

namespace tocsin::alert {

namespace {

constexpr std::size_t topic_name_limit = 100;

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool may_follow(char c) {
  return is_lower_or_digit(c) || c == '.' || c == '_' || c == '-';
}

std::string_view branch(const Alert& alert) {
  if (alert.kind == Kind::operations) return "ops/";
  return alert.is_experimental ? "lab/" : "alert/";
}

}  // namespace

bool is_topic_name(std::string_view name) {
  return !name.empty() && name.size() <= topic_name_limit && is_lower_or_digit(name.front()) &&
         std::all_of(name.begin(), name.end(), may_follow);
}

std::string topic_frame(const Alert& alert) {
  assert(is_topic_name(alert.match.topic));
  assert(alert.severity >= 1 && alert.severity <= 9);
  std::string frame{branch(alert)};
  frame += alert.match.topic;
  frame += '/';
  frame += std::to_string(alert.severity);
  frame += '/';
  return frame;
}

std::string_view cloud_event_type(Kind kind) {
  switch (kind) {
    case Kind::fresh:
      return "tocsin.alert.new.v1";
    case Kind::updated:
      return "tocsin.alert.updated.v1";
    case Kind::retracted:
      return "tocsin.alert.retracted.v1";
    case Kind::digest:
      return "tocsin.alert.digest.v1";
    case Kind::test:
      return "tocsin.alert.test.v1";
    case Kind::operations:
      return "tocsin.ops.v1";
  }
  assert(false);
  return "tocsin.alert.new.v1";
}

std::string joined(const std::vector<std::string>& values) {
  std::string all;
  for (const auto& value : values) {
    if (&value != &values.front()) all += '\n';
    all += value;
  }
  return all;
}

}  // namespace tocsin::alert
