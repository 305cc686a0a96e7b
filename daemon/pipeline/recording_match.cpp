// SPDX-License-Identifier: Apache-2.0
// What becomes of the matches of an item: policy, then delivery.
#include <algorithm>
#include <utility>

#include "alert/codec.hpp"
#include "pipeline/alert_builder.hpp"
#include "pipeline/recording.hpp"
#include "topics/topic.hpp"

namespace tocsin::pipeline {

Result<void> Recording::write_matches(const ExaminedItem& item, const store::ItemRow& row) {
  if (item.matches.empty()) return {};
  std::optional<StoryPlace> place;
  if (!row.baseline && !row.late) {
    auto placed = row.story_id.empty() ? keeper_.place(item, row, outcome_.feed.title)
                                       : keeper_.place_of_changed(row);
    if (!placed) return fail(placed.error());
    place = std::move(*placed);
  }
  for (const topics::Match& match : item.matches) {
    if (auto written = write_match(match, row, place ? &*place : nullptr); !written) {
      return written;
    }
  }
  return {};
}

Result<void> Recording::write_match(const topics::Match& match, const store::ItemRow& row,
                                    const StoryPlace* place) {
  Standing standing;
  if (place != nullptr) {
    standing.before = place->sent_on(match.topic->id);
    standing.correlated =
        keeper_.correlate(*match.topic, row, place->placement.story_id, standing.before);
  }
  Outcome outcome = decide(row, standing.before, with_.now, with_.policy);
  // That enough sources tell it is news, also within the interval.
  if (outcome == Outcome::merged && standing.is_met()) outcome = Outcome::updated;
  const bool is_due = outcome == Outcome::sent || outcome == Outcome::updated;
  if (is_due && place != nullptr) {
    const auto delivered = deliver({.match = match,
                                    .row = row,
                                    .place = *place,
                                    .standing = standing,
                                    .revision = revision_of(*match.topic, standing)},
                                   outcome);
    if (!delivered) return fail(delivered.error());
    outcome = *delivered;
  }
  count(match.topic->id, "matches.fired");
  count(match.topic->id, "matches." + std::string{to_string(outcome)});
  return with_.transaction.add_match({.item_id = row.id,
                                      .item_revision = row.revision,
                                      .topic = match.topic->id,
                                      .rule_version = match.topic->version,
                                      .score = match.score,
                                      .threshold = match.topic->threshold,
                                      .fired = true,
                                      .outcome = std::string{to_string(outcome)},
                                      .matched_at = with_.now});
}

AlertRevision Recording::revision_of(const topics::Topic& topic, const Standing& standing) {
  const auto& before = standing.before;
  AlertRevision revision{.severity = topic.severity};
  if (before) {
    revision = {.kind = alert::Kind::updated,
                .number = before->revision + 1,
                .severity = before->severity,
                .first_id = before->first_alert_id};
  }
  if (standing.is_met()) {
    revision.correlation = standing.correlated->sources;
    if (topic.correlation->raises_severity) {
      revision.severity = std::max(1, revision.severity - 1);
    }
  }
  return revision;
}

Result<Outcome> Recording::deliver(const Candidate& candidate, Outcome outcome) {
  const std::string feed = source_of(outcome_.feed).feed_id;
  const std::string outlet = outlet_of(candidate.row);
  const auto held = delivery_.hold_of({.topic = candidate.match.topic->id,
                                       .severity = candidate.revision.severity,
                                       .story_id = candidate.place.placement.story_id,
                                       .brings_names = !candidate.place.placement.new_names.empty(),
                                       .feed = feed,
                                       .outlet = outlet});
  if (!held) return fail(held.error());
  return *held ? hold(candidate, **held) : send(candidate, outcome);
}

Result<Outcome> Recording::hold(const Candidate& candidate, const Hold& hold) {
  const topics::Topic& topic = *candidate.match.topic;
  const std::string& story_id = candidate.place.placement.story_id;
  // What waits longer, under a silence that does not cover this item, must not hold it back.
  const auto is_copy = with_.transaction.add_held_copy(story_id, topic.id, hold.until);
  if (!is_copy) return fail(is_copy.error());
  if (*is_copy) return Outcome::merged;
  alert::Alert outline;
  outline.is_experimental = topic.status == topics::Status::experimental;
  outline.severity = candidate.revision.severity;
  outline.match.topic = topic.id;
  const auto written = with_.transaction.hold({.frame = alert::topic_frame(outline),
                                               .topic = topic.id,
                                               .topic_title = topic.title,
                                               .story_id = story_id,
                                               .item_id = candidate.row.id,
                                               .identity = candidate.row.identity,
                                               .title = candidate.row.title,
                                               .link = candidate.row.link,
                                               .feed = source_of(outcome_.feed).feed_id,
                                               .outlet = outlet_of(candidate.row),
                                               .reason = std::string{hold.reason},
                                               .silence_id = hold.silence_id,
                                               .held_at = with_.now,
                                               .due_at = hold.until});
  if (!written) return fail(written.error());
  return hold.silence_id != 0 ? Outcome::silenced : Outcome::held;
}

Result<Outcome> Recording::send(const Candidate& candidate, Outcome outcome) {
  const auto& before = candidate.standing.before;
  const std::string& topic = candidate.match.topic->id;
  alert::Alert alert = build_alert({.feed = outcome_.feed,
                                    .item = candidate.row,
                                    .match = candidate.match,
                                    .place = candidate.place,
                                    .fetched = outcome_.fetched,
                                    .matched = with_.now},
                                   candidate.revision);
  auto record = with_.transaction.append_alert(alert, candidate.row.id, with_.now);
  // The log outlives the memory of an item: the same alert a second time is no news.
  if (!record && record.error().code == Errc::busy) return Outcome::repeated;
  if (!record) return fail(record.error());
  records_.push_back(std::move(*record));
  if (auto counted = delivery_.count_sent(topic); !counted) return fail(counted.error());
  std::optional<Time> corroborated = before ? before->corroborated : std::nullopt;
  if (candidate.standing.is_met()) corroborated = with_.now;
  const auto put =
      with_.transaction.put_story_topic({.story_id = candidate.place.placement.story_id,
                                         .topic = topic,
                                         .severity = alert.severity,
                                         .first_alert_id = alert.first_id,
                                         .revision = alert.revision,
                                         .last_sent = with_.now,
                                         .corroborated = corroborated});
  if (!put) return fail(put.error());
  return outcome;
}

}  // namespace tocsin::pipeline
