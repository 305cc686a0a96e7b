// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "alert/alert.hpp"
#include "alert/codec.hpp"
#include "alert/json_object.hpp"
#include "alert/names.hpp"
#include "base/result.hpp"
#include "base/time_format.hpp"

namespace tocsin::alert {

namespace {

std::optional<Time> read_time(JsonObject& object, std::string_view name) {
  std::string text;
  object.take(name, text);
  if (text.empty()) return std::nullopt;
  auto time = from_rfc3339(text);
  if (!time) object.complain(name, "is not an RFC 3339 time");
  return time;
}

void read_alert(JsonObject object, Alert& alert) {
  std::string kind;
  object.require("id", alert.id);
  object.require("kind", kind);
  object.require("severity", alert.severity);
  object.take("revision", alert.revision);
  object.take("experimental", alert.is_experimental);
  object.take("first_id", alert.first_id);
  object.take("group_key", alert.group_key);
  if (const auto known = value_of(kind_names, kind)) {
    alert.kind = *known;
  } else {
    object.complain("kind", "is unknown");
  }
  if (alert.severity < 1 || alert.severity > 9) object.complain("severity", "is not within 1 to 9");
}

void read_item(JsonObject object, ItemPart& item) {
  object.take("id", item.id);
  object.take("url", item.url);
  object.take("canonical_url", item.canonical_url);
  object.take("title", item.title);
  object.take("summary", item.summary);
  object.take("content", item.content);
  object.take("language", item.language);
  object.take("authors", item.authors);
  object.take("categories", item.categories);
  object.take("guid", item.guid);
  object.take("cut", item.cut);
}

void read_source(JsonObject object, SourcePart& source) {
  object.take("feed_id", source.feed_id);
  object.take("name", source.name);
  object.take("url", source.url);
  object.take("kind", source.kind);
  std::optional<double>& credibility = source.credibility;
  double value = -1;
  object.take("credibility", value);
  if (value >= 0) credibility = value;
}

Evidence read_evidence(JsonObject object) {
  Evidence evidence;
  object.require("field", evidence.field);
  object.require("start", evidence.start);
  object.require("end", evidence.end);
  object.take("text", evidence.text);
  object.take("term", evidence.term);
  object.take("weight", evidence.weight);
  return evidence;
}

void read_match(JsonObject object, MatchPart& match) {
  object.require("topic", match.topic);
  object.take("title", match.title);
  object.take("rule_version", match.rule_version);
  object.take("rule_digest", match.rule_digest);
  object.take("score", match.score);
  object.take("threshold", match.threshold);
  object.take("missing", match.missing);
  const auto* const evidence = object.array("evidence");
  if (evidence == nullptr) return;
  for (const auto& piece : evidence->GetArray()) {
    if (!piece.IsObject()) return object.complain("evidence", "holds something else than objects");
    match.evidence.push_back(
        read_evidence(JsonObject{piece, object.path_of("evidence[]"), object.wrong()}));
  }
}

void read_story(JsonObject object, StoryPart& story) {
  object.take("id", story.id);
  object.take("position", story.position);
  object.take("outlets", story.outlets);
  object.take("independent_sources", story.independent_sources);
  object.take("status", story.status);
  object.take("similar", story.similar);
  object.take("joined", story.joined);
  object.take("similarity", story.similarity);
  object.take("shared", story.shared);
  object.take("why", story.why);
  int distance = -1;
  object.take("distance", distance);
  if (distance >= 0) story.distance = distance;
  int correlation = 0;
  object.take("correlation", correlation);
  if (correlation > 0) story.correlation = correlation;
}

void read_times(JsonObject object, Times& times) {
  times.published = read_time(object, "published");
  times.updated = read_time(object, "updated");
  times.fetched = read_time(object, "fetched").value_or(Time{});
  times.matched = read_time(object, "matched").value_or(Time{});
  times.committed = read_time(object, "committed").value_or(Time{});
  std::string quality;
  object.take("published_quality", quality);
  // An unknown quality of a later version counts as a date that cannot be relied on.
  if (!quality.empty()) {
    times.published_quality = value_of(quality_names, quality).value_or(DateQuality::missing);
  }
}

void read_operations(JsonObject object, Alert& alert) {
  object.require("kind", alert.match.topic);
  object.take("subject", alert.subject);
  object.take("summary", alert.summary);
}

DigestItem read_digest_item(JsonObject object) {
  DigestItem item;
  object.take("id", item.id);
  object.take("title", item.title);
  object.take("url", item.url);
  object.take("feed", item.feed);
  object.take("source", item.source);
  object.take("story", item.story);
  object.take("reason", item.reason);
  object.take("copies", item.copies);
  item.held = read_time(object, "held").value_or(Time{});
  return item;
}

void read_digest(JsonObject object, Alert& alert) {
  DigestPart& digest = alert.digest.emplace();
  object.require("count", digest.count);
  object.take("copies", digest.copies);
  object.take("more", digest.more);
  digest.since = read_time(object, "since").value_or(Time{});
  digest.until = read_time(object, "until").value_or(Time{});
  if (const auto* const reasons = object.object("reasons")) {
    JsonObject counts{*reasons, object.path_of("reasons"), object.wrong()};
    for (const auto& member : reasons->GetObject()) {
      const std::string reason{text_of(member.name)};
      counts.take(reason, digest.reasons[reason]);
    }
  }
  const auto* const items = object.array("items");
  if (items == nullptr) return;
  for (const auto& item : items->GetArray()) {
    if (!item.IsObject()) return object.complain("items", "holds something else than objects");
    digest.items.push_back(
        read_digest_item(JsonObject{item, object.path_of("items[]"), object.wrong()}));
  }
}

/// Reads one part with `read` when it is there; a part that must be there and is not is complained
/// of.
template <typename Part, typename Read>
void read_part(JsonObject& data, std::string_view name, Part& part, Read read) {
  if (const auto* const object = data.object(name)) {
    read(JsonObject{*object, data.path_of(name), data.wrong()}, part);
  }
}

void read_data(JsonObject data, Alert& alert) {
  if (data.object("alert") == nullptr) data.complain("alert", "is missing");
  read_part(data, "alert", alert, read_alert);
  read_part(data, "times", alert.times, read_times);
  const bool is_operations = alert.kind == Kind::operations;
  const std::string_view topic_part = is_operations ? "operations" : "match";
  if (data.object(topic_part) == nullptr) data.complain(topic_part, "is missing");
  read_part(data, "source", alert.source, read_source);
  if (is_operations) return read_part(data, "operations", alert, read_operations);
  read_part(data, "item", alert.item, read_item);
  read_part(data, "match", alert.match, read_match);
  read_part(data, "story", alert.story, read_story);
  read_part(data, "digest", alert, read_digest);
  if (const auto* const classify = data.object("classify")) {
    JsonObject{*classify, data.path_of("classify"), data.wrong()}.take("medtop", alert.medtop);
  }
}

std::uint64_t read_sequence(JsonObject& event) {
  std::string digits;
  event.require("sequence", digits);
  std::uint64_t sequence = 0;
  const char* const end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, sequence);
  if (parsed.ec != std::errc{} || parsed.ptr != end) {
    event.complain("sequence", "is not a string of digits");
  }
  return sequence;
}

}  // namespace

Result<Decoded> decode(std::string_view payload) {
  if (payload.size() > payload_limit) return fail(Errc::too_large, "alert over 64 KiB");
  const auto parsed = parse_json(payload);
  if (!parsed.IsObject()) return fail(Errc::invalid_input, "alert is not a JSON object");

  Decoded decoded;
  std::string wrong;
  JsonObject event{parsed, "", wrong};
  std::string version;
  event.require("specversion", version);
  if (version != "1.0") event.complain("specversion", "is not 1.0");
  decoded.sequence = read_sequence(event);
  const auto* const data = event.object("data");
  if (data == nullptr) {
    event.complain("data", "is missing");
  } else {
    read_data(JsonObject{*data, "data", wrong}, decoded.alert);
  }
  if (wrong.empty() && !is_topic_name(decoded.alert.match.topic)) {
    wrong = "data.match.topic is not a topic name";
  }
  if (!wrong.empty()) return fail(Errc::invalid_input, "alert: " + wrong);
  return decoded;
}

}  // namespace tocsin::alert
