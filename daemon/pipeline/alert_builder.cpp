// SPDX-License-Identifier: Apache-2.0
#include "pipeline/alert_builder.hpp"

#include <map>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "base/url.hpp"
#include "pipeline/excerpt.hpp"
#include "topics/topic.hpp"

namespace tocsin::pipeline {
namespace {

constexpr std::size_t summary_limit = 2 * 1024;
constexpr std::size_t content_limit = 8 * 1024;
constexpr std::size_t digits_of_an_id = 32;

std::string_view field_text(const store::ItemRow& item, topics::Field field) {
  switch (field) {
    case topics::Field::title:
      return item.title;
    case topics::Field::summary:
      return item.summary;
    case topics::Field::content:
      return item.content;
    default:
      return {};
  }
}

/// The match's evidence as alerts carry it, by field; offsets still into the stored fields.
std::map<topics::Field, std::vector<alert::Evidence>> evidence_by_field(const AlertParts& parts) {
  std::map<topics::Field, std::vector<alert::Evidence>> by_field;
  for (const topics::Evidence& one : parts.match.evidence) {
    const std::string_view text = field_text(parts.item, one.field);
    if (one.end > text.size() || one.begin > one.end) continue;  // a field that alerts do not carry
    by_field[one.field].push_back({.field = std::string{to_string(one.field)},
                                   .start = one.begin,
                                   .end = one.end,
                                   .text = std::string{text.substr(one.begin, one.end - one.begin)},
                                   .term = std::string{one.term},
                                   .weight = one.contribution});
  }
  return by_field;
}

void append(std::vector<alert::Evidence>& to, std::vector<alert::Evidence>&& from) {
  for (alert::Evidence& one : from) to.push_back(std::move(one));
}

void fill_item_and_evidence(const AlertParts& parts, alert::Alert& alert) {
  const store::ItemRow& item = parts.item;
  auto evidence = evidence_by_field(parts);
  alert.item.id = item.identity;
  alert.item.url = item.link;
  alert.item.canonical_url = item.canonical_link;
  alert.item.title = item.title;
  alert.item.language = item.language;
  alert.item.authors = item.authors;
  alert.item.guid = item.guid;
  append(alert.match.evidence, std::move(evidence[topics::Field::title]));

  Excerpt summary =
      head_of(item.summary, std::move(evidence[topics::Field::summary]), summary_limit);
  alert.item.summary = std::move(summary.text);
  append(alert.match.evidence, std::move(summary.evidence));
  if (summary.is_cut) alert.item.cut.emplace_back("summary");

  Excerpt content =
      sentences_with(item.content, std::move(evidence[topics::Field::content]), content_limit);
  alert.item.content = std::move(content.text);
  append(alert.match.evidence, std::move(content.evidence));
  if (content.is_cut) alert.item.cut.emplace_back("content");
}

void fill_match(const AlertParts& parts, alert::Alert& alert) {
  const topics::Topic& topic = *parts.match.topic;
  alert.match.topic = topic.id;
  alert.match.title = topic.title;
  alert.match.rule_version = topic.version;
  alert.match.rule_digest = topic.digest;
  alert.match.score = parts.match.score;
  alert.match.threshold = topic.threshold;
  alert.match.missing = parts.match.missing;
  alert.is_experimental = topic.status == topics::Status::experimental;
  alert.medtop = topic.medtop;
}

std::string correlated_text(int sources) {
  return "corroborated: " + std::to_string(sources) +
         " independent sources within the topic's time; ";
}

alert::StoryPart story_part(const StoryPlace& place, const AlertRevision& revision) {
  const story::Placement& placement = place.placement;
  const story::Reason& reason = placement.reason;
  alert::StoryPart part{.id = placement.story_id,
                        .position = placement.position,
                        .outlets = placement.outlets,
                        .independent_sources = placement.independent_sources,
                        .status = std::string{to_string(placement.status)},
                        .similar = place.similar,
                        .joined = std::string{to_string(reason.joined)},
                        .similarity = reason.similarity,
                        .distance = {},
                        .shared = reason.shared,
                        .why = place.why,
                        .correlation = revision.correlation};
  if (reason.distance >= 0) part.distance = reason.distance;
  if (revision.correlation) {
    part.status = to_string(story::StoryStatus::corroborated);
    part.why = correlated_text(*revision.correlation) + part.why;
  }
  return part;
}

}  // namespace

std::string alert_id(const store::ItemRow& item, const std::string& topic, int revision) {
  // The alerts of an item begin alike, so that its ten are one page of the log's index, not ten.
  constexpr std::size_t digits_of_item = 12;
  return sha256_hex_of_parts({item.feed_key, item.identity}, digits_of_item) +
         sha256_hex_of_parts({item.feed_key, item.identity, topic, std::to_string(item.revision),
                              std::to_string(revision)},
                             digits_of_an_id - digits_of_item);
}

alert::SourcePart source_of(const FeedInfo& feed) {
  return {.feed_id = without_secrets(feed.key),
          .name = without_secrets(feed.title),  // a feed without one may be titled by its URL
          .url = without_secrets(feed.url),
          .kind = feed.kind,
          .credibility = {}};
}

alert::Alert build_alert(const AlertParts& parts, const AlertRevision& revision) {
  alert::Alert alert;
  fill_match(parts, alert);
  fill_item_and_evidence(parts, alert);
  alert.id = alert_id(parts.item, alert.match.topic, revision.number);
  alert.revision = revision.number;
  alert.kind = revision.kind;
  alert.severity = revision.severity;
  alert.first_id = revision.first_id.empty() ? alert.id : revision.first_id;
  alert.group_key = alert.match.topic + "/" + parts.place.placement.story_id;
  alert.source = source_of(parts.feed);
  alert.story = story_part(parts.place, revision);
  alert.times.published = parts.item.published;
  alert.times.updated = parts.item.updated;
  alert.times.fetched = parts.fetched;
  alert.times.matched = parts.matched;
  alert.times.published_quality = parts.item.published_quality;
  return alert;
}

}  // namespace tocsin::pipeline
