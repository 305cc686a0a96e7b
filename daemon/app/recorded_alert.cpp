// SPDX-License-Identifier: Apache-2.0
#include "app/recorded_alert.hpp"

#include <chrono>

#include "alert/alert.hpp"
#include "alert/codec.hpp"

namespace tocsin::app {
namespace {

using alert::Alert;

Time recorded_at() {
  using namespace std::chrono_literals;
  return Time{std::chrono::sys_days{std::chrono::year{2017} / 4 / 28}} + 19h;
}

Alert report() {
  Alert alert;
  alert.id = "0123456789abcdef0123456789abcdef";
  alert.kind = alert::Kind::test;
  alert.severity = 3;
  alert.first_id = alert.id;
  alert.group_key = "harbour-fires/recorded";
  alert.item.id = "recorded";
  alert.item.url = "https://news.example/harbour?a=1&b=2";
  alert.item.canonical_url = alert.item.url;
  alert.item.title = "Harbour fire <script>alert(1)</script> at the old quay; $(reboot)";
  alert.item.summary = "A harbour fire broke out.\n@everyone <!channel> =cmd()";
  alert.item.language = "en";
  alert.item.authors = {"A. Writer"};
  alert.source = {.feed_id = "recorded",
                  .name = "Recorded News",
                  .url = "https://news.example/rss",
                  .kind = "agency",
                  .credibility = {}};
  alert.match.topic = "harbour-fires";
  alert.match.title = "Fires in harbours";
  alert.match.rule_version = 1;
  alert.match.score = 0.5;
  alert.match.threshold = 0.2;
  alert.match.evidence = {{"title", 0, 12, "Harbour fire", "harbour fire", 0.5}};
  alert.story.id = "recorded";
  alert.times.fetched = alert.times.matched = alert.times.committed = recorded_at();
  alert.times.published = recorded_at();
  return alert;
}

Alert notice() {
  Alert alert;
  alert.id = "fedcba9876543210fedcba9876543210";
  alert.kind = alert::Kind::operations;
  alert.severity = 5;
  alert.match.topic = "feed.failing";
  alert.subject = "recorded";
  alert.summary = "Feed 'Recorded News' has failed 4 times in a row.";
  alert.times.fetched = alert.times.matched = alert.times.committed = recorded_at();
  return alert;
}

}  // namespace

std::string recorded_alerts() {
  return alert::encode(report(), 1) + "\n" + alert::encode(notice(), 2) + "\n";
}

}  // namespace tocsin::app
