// SPDX-License-Identifier: Apache-2.0
#include "alert/codec.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "alert/alert.hpp"
#include "alert/fit.hpp"
#include "alert/names.hpp"
#include "base/time_format.hpp"

namespace tocsin::alert {

namespace {

// Written in the order in which a person reads it.
using Json = nlohmann::ordered_json;

/// CloudEvents' severity extension asks for a word beside the number.
std::string_view severity_text(int severity) {
  if (severity <= 2) return "critical";
  if (severity <= 4) return "high";
  if (severity <= 6) return "medium";
  return severity <= 8 ? "low" : "info";
}

void put_time(Json& into, const char* name, const std::optional<Time>& time) {
  if (time) into[name] = to_rfc3339(*time);
}

Json alert_json(const Alert& alert) {
  return Json{{"id", alert.id},
              {"revision", alert.revision},
              {"kind", name_of(kind_names, alert.kind)},
              {"experimental", alert.is_experimental},
              {"severity", alert.severity},
              {"first_id", alert.first_id},
              {"group_key", alert.group_key}};
}

Json item_json(const ItemPart& item) {
  return Json{{"id", item.id},
              {"url", item.url},
              {"canonical_url", item.canonical_url},
              {"title", item.title},
              {"summary", item.summary},
              {"content", item.content},
              {"language", item.language},
              {"authors", item.authors},
              {"categories", item.categories},
              {"guid", item.guid},
              {"cut", item.cut}};
}

Json source_json(const SourcePart& source) {
  Json json{{"feed_id", source.feed_id},
            {"name", source.name},
            {"url", source.url},
            {"kind", source.kind}};
  if (source.credibility) json["credibility"] = *source.credibility;
  return json;
}

Json match_json(const MatchPart& match) {
  Json evidence = Json::array();
  for (const auto& piece : match.evidence) {
    evidence.push_back(Json{{"field", piece.field},
                            {"start", piece.start},
                            {"end", piece.end},
                            {"text", piece.text},
                            {"term", piece.term},
                            {"weight", piece.weight}});
  }
  return Json{{"topic", match.topic},
              {"title", match.title},
              {"rule_version", match.rule_version},
              {"rule_digest", match.rule_digest},
              {"score", match.score},
              {"threshold", match.threshold},
              {"evidence", std::move(evidence)},
              {"missing", match.missing}};
}

Json story_json(const StoryPart& story) {
  Json json{{"id", story.id},           {"position", story.position},
            {"outlets", story.outlets}, {"independent_sources", story.independent_sources},
            {"status", story.status},   {"similar", story.similar},
            {"joined", story.joined},   {"similarity", story.similarity},
            {"shared", story.shared},   {"why", story.why}};
  if (story.distance) json["distance"] = *story.distance;
  if (story.correlation) json["correlation"] = *story.correlation;
  return json;
}

Json times_json(const Times& times) {
  Json json = Json::object();
  put_time(json, "published", times.published);
  put_time(json, "updated", times.updated);
  put_time(json, "fetched", times.fetched);
  put_time(json, "matched", times.matched);
  put_time(json, "committed", times.committed);
  json["published_quality"] = name_of(quality_names, times.published_quality);
  return json;
}

Json digest_json(const DigestPart& digest) {
  Json items = Json::array();
  for (const auto& item : digest.items) {
    items.push_back(Json{{"id", item.id},
                         {"title", item.title},
                         {"url", item.url},
                         {"feed", item.feed},
                         {"source", item.source},
                         {"story", item.story},
                         {"reason", item.reason},
                         {"held", to_rfc3339(item.held)},
                         {"copies", item.copies}});
  }
  return Json{{"count", digest.count},
              {"copies", digest.copies},
              {"more", digest.more},
              {"since", to_rfc3339(digest.since)},
              {"until", to_rfc3339(digest.until)},
              {"reasons", digest.reasons},
              {"items", std::move(items)}};
}

Json data_json(const Alert& alert) {
  Json data{{"alert", alert_json(alert)}};
  if (alert.kind == Kind::operations) {
    data["operations"] =
        Json{{"kind", alert.match.topic}, {"subject", alert.subject}, {"summary", alert.summary}};
    if (!alert.source.feed_id.empty()) data["source"] = source_json(alert.source);
  } else {
    data["item"] = item_json(alert.item);
    data["source"] = source_json(alert.source);
    data["match"] = match_json(alert.match);
    data["story"] = story_json(alert.story);
    data["classify"] = Json{{"medtop", alert.medtop}};
    if (alert.digest) data["digest"] = digest_json(*alert.digest);
  }
  data["times"] = times_json(alert.times);
  return data;
}

std::string write(const Alert& alert, std::uint64_t sequence) {
  Json event{{"specversion", "1.0"},
             {"id", alert.id},
             {"source", "/tocsin"},
             {"type", cloud_event_type(alert.kind)},
             {"subject", alert.match.topic},
             {"time", to_rfc3339(alert.times.committed)},
             {"datacontenttype", "application/json"},
             {"dataschema", schema_id},
             {"sequence", fmt::format("{:020}", sequence)}};
  // CloudEvents attributes are never empty: what belongs to no story is kept in order by its topic.
  event["partitionkey"] = alert.story.id.empty() ? alert.match.topic : alert.story.id;
  if (!alert.story.id.empty()) event["correlationid"] = alert.story.id;
  event["severitytext"] = severity_text(alert.severity);
  event["data"] = data_json(alert);
  return event.dump();
}

}  // namespace

std::string encode(const Alert& alert, std::uint64_t sequence) {
  auto sent = alert;
  apply_field_limits(sent);
  drop_evidence_outside(sent);
  auto payload = write(sent, sequence);
  while (payload.size() > payload_limit && shorten(sent, payload.size() - payload_limit)) {
    drop_evidence_outside(sent);
    payload = write(sent, sequence);
  }
  return payload;
}

}  // namespace tocsin::alert
