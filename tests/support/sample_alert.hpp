// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "alert/alert.hpp"

namespace tocsin::test {

/// An alert with every field filled and evidence that stands where it says.
[[nodiscard]] inline alert::Alert sample_alert(const std::string& topic = "returning-fighters",
                                               const std::string& id = "a1") {
  using namespace std::chrono_literals;
  const Time day{std::chrono::sys_days{std::chrono::year{2017} / 4 / 28}};
  alert::Alert alert;
  alert.id = id;
  alert.severity = 3;
  alert.first_id = id;
  alert.group_key = topic + "/s1";
  alert.item = {.id = "0f3a",
                .url = "https://news.example/a?x=1",
                .canonical_url = "https://news.example/a",
                .title = "Foreign fighters return from Raqqa",
                .summary = "Officials expect \"dozens\" to come back.",
                .content = "The foreign fighters left Raqqa. … Some return.",
                .language = "en",
                .authors = {"A. Writer", "B. Second"},
                .categories = {"World", "Security"},
                .guid = "https://news.example/?p=1",
                .cut = {}};
  alert.source = {.feed_id = "example",
                  .name = "Example News",
                  .url = "https://news.example/rss",
                  .kind = "paper",
                  .credibility = 0.75};
  alert.match = {.topic = topic,
                 .title = "Returning fighters",
                 .rule_version = 4,
                 .rule_digest = "00ff",
                 .score = 4.25,
                 .threshold = 3,
                 .evidence = {{"title", 0, 16, "Foreign fighters", "foreign fighters", 3.0},
                              {"content", 4, 20, "foreign fighters", "foreign fighters", 1.25}},
                 .missing = {"a place"}};
  alert.story = {
      .id = "s1",
      .position = 2,
      .outlets = 2,
      .independent_sources = 1,
      .status = "corroborated",
      .similar = {"b7"},
      .joined = "same-event",
      .similarity = 0.5,
      .distance = {},
      .shared = {"raqqa"},
      .why = "corroborated: a source of its own tells of the same event (cosine 0.50: raqqa)",
      .correlation = {}};
  alert.times = {.published = day + 19h,
                 .updated = day + 19h + 30min,
                 .fetched = day + 20h,
                 .matched = day + 20h + 3ms,
                 .committed = day + 20h + 5ms,
                 .published_quality = alert::DateQuality::ok};
  alert.medtop = {"20000053"};
  return alert;
}

/// What the daemon says of itself.
[[nodiscard]] inline alert::Alert sample_operator_alert(const std::string& id = "o1") {
  alert::Alert alert;
  alert.id = id;
  alert.kind = alert::Kind::operations;
  alert.severity = 6;
  alert.match.topic = "feed.failing";
  alert.summary = "feed 'example' has failed 8 times in a row";
  alert.subject = "example";
  alert.source = {.feed_id = "example",
                  .name = "Example News",
                  .url = "https://news.example/rss",
                  .kind = "paper",
                  .credibility = {}};
  return alert;
}

/// Two alerts of a topic that were held over night.
[[nodiscard]] inline alert::Alert sample_digest(const std::string& id = "d1") {
  using namespace std::chrono_literals;
  constexpr Time midnight{std::chrono::sys_days{std::chrono::year{2017} / 4 / 28}};
  alert::Alert alert;
  alert.id = id;
  alert.first_id = id;
  alert.kind = alert::Kind::digest;
  alert.severity = 3;
  alert.match.topic = "returning-fighters";
  alert.match.title = "Returning fighters";
  alert.item.title = "2 alerts were held: Returning fighters";
  alert.digest = alert::DigestPart{.count = 2,
                                   .copies = 1,
                                   .more = 1,
                                   .since = midnight,
                                   .until = midnight + 3h,
                                   .reasons = {{"cap", 1}, {"quiet", 1}},
                                   .items = {{.id = "0f3a",
                                              .title = "Foreign fighters return from Raqqa",
                                              .url = "https://news.example/a?x=1",
                                              .feed = "example",
                                              .source = "news.example",
                                              .story = "s1",
                                              .reason = "quiet",
                                              .held = midnight,
                                              .copies = 1}}};
  return alert;
}

}  // namespace tocsin::test
