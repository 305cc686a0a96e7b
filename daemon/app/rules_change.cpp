// SPDX-License-Identifier: Apache-2.0
#include "app/rules_change.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "topics/topic.hpp"

namespace tocsin::app {
namespace {

using nlohmann::json;
using topics::Topic;

constexpr std::size_t most_listed = 100;

TopicChange change_of(const Topic* before, const Topic* after) {
  const Topic& named = after != nullptr ? *after : *before;
  TopicChange change{.id = named.id,
                     .version = named.version,
                     .digest = named.digest,
                     .version_before = 0,
                     .digest_before = {}};
  if (before != nullptr && after != nullptr) {
    change.version_before = before->version;
    change.digest_before = before->digest;
  }
  return change;
}

bool is_same(const Topic& a, const Topic& b) {
  return a.digest == b.digest && a.version == b.version && a.status == b.status;
}

json listed(const std::vector<TopicChange>& changes, std::size_t& more) {
  auto list = json::array();
  for (const TopicChange& one : changes) {
    if (list.size() == most_listed) {
      ++more;
      continue;
    }
    json object{{"id", one.id}, {"version", one.version}, {"digest", one.digest}};
    if (one.version_before > 0) {
      object["version_before"] = one.version_before;
      object["digest_before"] = one.digest_before;
    }
    list.push_back(std::move(object));
  }
  return list;
}

}  // namespace

RulesChange change_of(const topics::RuleSet& before, const topics::RuleSet& after) {
  RulesChange change;
  auto old = before.topics().begin();
  auto now = after.topics().begin();
  while (old != before.topics().end() || now != after.topics().end()) {
    const bool is_gone =
        now == after.topics().end() || (old != before.topics().end() && old->id < now->id);
    const bool is_new = !is_gone && (old == before.topics().end() || now->id < old->id);
    if (is_gone) {
      change.removed.push_back(change_of(&*old++, nullptr));
    } else if (is_new) {
      change.added.push_back(change_of(nullptr, &*now++));
    } else {
      if (is_same(*old, *now)) {
        ++change.unchanged;
      } else {
        change.changed.push_back(change_of(&*old, &*now));
      }
      ++old;
      ++now;
    }
  }
  return change;
}

json to_json(const RulesChange& change) {
  std::size_t more = 0;
  json object;
  object["added"] = listed(change.added, more);
  object["removed"] = listed(change.removed, more);
  object["changed"] = listed(change.changed, more);
  object["unchanged"] = change.unchanged;
  object["more"] = more;
  return object;
}

}  // namespace tocsin::app
