// SPDX-License-Identifier: Apache-2.0
#include "alert/codec.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "alert/alert.hpp"
#include "alert/fit.hpp"
#include "alert/json_writer.hpp"
#include "alert/names.hpp"
#include "base/time_format.hpp"

namespace tocsin::alert {

namespace {

/// CloudEvents' severity extension asks for a word beside the number.
std::string_view severity_text(int severity) {
  if (severity <= 2) return "critical";
  if (severity <= 4) return "high";
  if (severity <= 6) return "medium";
  return severity <= 8 ? "low" : "info";
}

void put_time(JsonWriter& json, std::string_view name, const std::optional<Time>& time) {
  if (time) json.put(name, to_rfc3339(*time));
}

void put_alert(JsonWriter& json, const Alert& alert) {
  json.begin_object("alert");
  json.put("id", alert.id);
  json.put("revision", alert.revision);
  json.put("kind", name_of(kind_names, alert.kind));
  json.put("experimental", alert.is_experimental);
  json.put("severity", alert.severity);
  json.put("first_id", alert.first_id);
  json.put("group_key", alert.group_key);
  json.end_object();
}

void put_item(JsonWriter& json, const ItemPart& item) {
  json.begin_object("item");
  json.put("id", item.id);
  json.put("url", item.url);
  json.put("canonical_url", item.canonical_url);
  json.put("title", item.title);
  json.put("summary", item.summary);
  json.put("content", item.content);
  json.put("language", item.language);
  json.put("authors", item.authors);
  json.put("categories", item.categories);
  json.put("guid", item.guid);
  json.put("cut", item.cut);
  json.end_object();
}

void put_source(JsonWriter& json, const SourcePart& source) {
  json.begin_object("source");
  json.put("feed_id", source.feed_id);
  json.put("name", source.name);
  json.put("url", source.url);
  json.put("kind", source.kind);
  if (source.credibility) json.put("credibility", *source.credibility);
  json.end_object();
}

void put_match(JsonWriter& json, const MatchPart& match) {
  json.begin_object("match");
  json.put("topic", match.topic);
  json.put("title", match.title);
  json.put("rule_version", match.rule_version);
  json.put("rule_digest", match.rule_digest);
  json.put("score", match.score);
  json.put("threshold", match.threshold);
  json.begin_array("evidence");
  for (const auto& piece : match.evidence) {
    json.begin_object();
    json.put("field", piece.field);
    json.put("start", piece.start);
    json.put("end", piece.end);
    json.put("text", piece.text);
    json.put("term", piece.term);
    json.put("weight", piece.weight);
    json.end_object();
  }
  json.end_array();
  json.put("missing", match.missing);
  json.end_object();
}

void put_story(JsonWriter& json, const StoryPart& story) {
  json.begin_object("story");
  json.put("id", story.id);
  json.put("position", story.position);
  json.put("outlets", story.outlets);
  json.put("independent_sources", story.independent_sources);
  json.put("status", story.status);
  json.put("similar", story.similar);
  json.put("joined", story.joined);
  json.put("similarity", story.similarity);
  json.put("shared", story.shared);
  json.put("why", story.why);
  if (story.distance) json.put("distance", *story.distance);
  if (story.correlation) json.put("correlation", *story.correlation);
  json.end_object();
}

void put_times(JsonWriter& json, const Times& times) {
  json.begin_object("times");
  put_time(json, "published", times.published);
  put_time(json, "updated", times.updated);
  put_time(json, "fetched", times.fetched);
  put_time(json, "matched", times.matched);
  put_time(json, "committed", times.committed);
  json.put("published_quality", name_of(quality_names, times.published_quality));
  json.end_object();
}

void put_digest(JsonWriter& json, const DigestPart& digest) {
  json.begin_object("digest");
  json.put("count", digest.count);
  json.put("copies", digest.copies);
  json.put("more", digest.more);
  json.put("since", to_rfc3339(digest.since));
  json.put("until", to_rfc3339(digest.until));
  json.begin_object("reasons");
  for (const auto& [reason, items] : digest.reasons) json.put(reason, items);
  json.end_object();
  json.begin_array("items");
  for (const auto& item : digest.items) {
    json.begin_object();
    json.put("id", item.id);
    json.put("title", item.title);
    json.put("url", item.url);
    json.put("feed", item.feed);
    json.put("source", item.source);
    json.put("story", item.story);
    json.put("reason", item.reason);
    json.put("held", to_rfc3339(item.held));
    json.put("copies", item.copies);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

void put_data(JsonWriter& json, const Alert& alert) {
  json.begin_object("data");
  put_alert(json, alert);
  if (alert.kind == Kind::operations) {
    json.begin_object("operations");
    json.put("kind", alert.match.topic);
    json.put("subject", alert.subject);
    json.put("summary", alert.summary);
    json.end_object();
    if (!alert.source.feed_id.empty()) put_source(json, alert.source);
  } else {
    put_item(json, alert.item);
    put_source(json, alert.source);
    put_match(json, alert.match);
    put_story(json, alert.story);
    json.begin_object("classify");
    json.put("medtop", alert.medtop);
    json.end_object();
    if (alert.digest) put_digest(json, *alert.digest);
  }
  put_times(json, alert.times);
  json.end_object();
}

/// In the order in which a person reads it.
std::string write(const Alert& alert, std::uint64_t sequence) {
  JsonWriter json;
  json.put("specversion", "1.0");
  json.put("id", alert.id);
  json.put("source", "/tocsin");
  json.put("type", cloud_event_type(alert.kind));
  json.put("subject", alert.match.topic);
  json.put("time", to_rfc3339(alert.times.committed));
  json.put("datacontenttype", "application/json");
  json.put("dataschema", schema_id);
  json.put("sequence", fmt::format("{:020}", sequence));
  // CloudEvents attributes are never empty: what belongs to no story is kept in order by its topic.
  json.put("partitionkey", alert.story.id.empty() ? alert.match.topic : alert.story.id);
  if (!alert.story.id.empty()) json.put("correlationid", alert.story.id);
  json.put("severitytext", severity_text(alert.severity));
  put_data(json, alert);
  return json.finish();
}

}  // namespace

std::string fit_and_encode(Alert& alert, std::uint64_t sequence) {
  apply_field_limits(alert);
  drop_evidence_outside(alert);
  auto payload = write(alert, sequence);
  while (payload.size() > payload_limit && shorten(alert, payload.size() - payload_limit)) {
    drop_evidence_outside(alert);
    payload = write(alert, sequence);
  }
  return payload;
}

std::string encode(const Alert& alert, std::uint64_t sequence) {
  Alert sent = alert;
  return fit_and_encode(sent, sequence);
}

}  // namespace tocsin::alert
