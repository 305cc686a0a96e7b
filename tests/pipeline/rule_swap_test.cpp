// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "loop/bounded_queue.hpp"
#include "loop/counter.hpp"
#include "loop/worker_pool.hpp"
#include "pipeline/examine.hpp"
#include "topics/rule_set.hpp"
#include "topics/topic.hpp"
#include "topics/topic_file.hpp"

namespace tocsin::pipeline {
namespace {

using Rules = std::shared_ptr<const topics::RuleSet>;

Rules rules_of_version(int version) {
  Diagnostics diagnostics;
  const std::string file =
      "format = 1\n[topic]\nid = \"fires\"\ntitle = \"T\"\nversion = " + std::to_string(version) +
      "\nthreshold = 0.1\n[terms]\n\"fire\" = 10\n\"qu*\" = " + std::to_string(version % 9 + 1) +
      "\n[rule]\nwhen = '(fire OR flames) NEAR/9 (quay OR pier)'\n";
  auto topic = topics::read_topic(file, "fires.toml", diagnostics);
  return topics::RuleSet::compile({topic.value_or(topics::Topic{})}, diagnostics).value_or(nullptr);
}

feed::Feed document() {
  feed::Feed feed;
  feed::Item item;
  item.id = "a";
  item.title = "Fire at the quay";
  item.text = "The fire reached the old quay and its flames the pier.";
  feed.items.push_back(item);
  return feed;
}

/// As the daemon does it: each document keeps the set that was in force when it came, a set is
/// compiled on a worker too, and the old one ends with the last document that uses it.
TEST(RuleSwap, WhileWorkersMatchLeavesEachItemTheRulesItBeganWith) {
  constexpr int reloads = 1000;
  auto workers = loop::WorkerPool::start({.threads = 3, .queue_limit = 64});
  ASSERT_TRUE(workers.has_value());
  loop::Counter matched;
  loop::Counter wrong;
  loop::BoundedQueue<Rules> compiled{1};
  Rules rules = rules_of_version(1);
  std::weak_ptr<const topics::RuleSet> first = rules;
  int submitted = 0;
  const auto submit = [&](loop::WorkerPool::Job job) {
    while (!(*workers)->try_submit(job)) std::this_thread::yield();
  };
  for (int version = 2; version <= reloads + 1; ++version) {
    submit([&compiled, version] { compiled.push_wait(rules_of_version(version)); });
    for (int i = 0; i < 3; ++i, ++submitted) {
      submit([rules, &matched, &wrong] {
        const Examination done = examine({.key = "wire"}, document(), rules);
        const auto& matches = done.items.front().matches;
        matched.add(matches.size());
        for (const topics::Match& match : matches) {
          if (match.topic != &rules->topics().front()) wrong.add();
        }
      });
    }
    auto next = compiled.pop_wait_for(std::chrono::minutes{1});
    ASSERT_TRUE(next && *next);
    rules = std::move(*next);
  }
  (*workers)->drain();
  EXPECT_EQ(matched.value(), static_cast<std::uint64_t>(submitted));
  EXPECT_EQ(wrong.value(), 0U);
  EXPECT_TRUE(first.expired());
}

}  // namespace
}  // namespace tocsin::pipeline
