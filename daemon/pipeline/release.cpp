// SPDX-License-Identifier: Apache-2.0
#include "pipeline/release.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/digest.hpp"
#include "base/utf8.hpp"

namespace tocsin::pipeline {
namespace {

constexpr std::size_t most_listed = 200;  // the schema's limit; the payload's may be lower
constexpr std::size_t most_in_summary = 10;
constexpr std::size_t longest_title = 160;
constexpr std::size_t digits_of_an_id = 32;

/// "lab/floods/3/" holds whether the topic is experimental, and the severity.
int severity_of(std::string_view frame) {
  constexpr std::size_t behind = 2;
  const bool is_whole = frame.size() > behind && frame.back() == '/';
  return is_whole ? frame[frame.size() - behind] - '0' : 9;
}

std::string_view words_for(std::string_view reason) {
  if (reason == "silence") return "by a silence";
  if (reason == "quiet") return "by quiet hours";
  if (reason == "cap") return "by the cap on alerts in an hour";
  return "for the digest";
}

/// "37 more alerts were held: Floods"
std::string headline(const store::HeldGroup& group) {
  const std::string more = group.count == 1 ? " more alert was held: " : " more alerts were held: ";
  return std::to_string(group.count) + more + group.topic_title;
}

/// "30 by quiet hours, 7 by the cap on alerts in an hour." and the first titles, a line each.
std::string summary_of(const DueGroup& due) {
  std::string text;
  for (const auto& [reason, count] : due.reasons) {
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " ";
    text += words_for(reason);
  }
  if (due.group.copies > 0) {
    text += "; " + std::to_string(due.group.copies) + " further items of their stories";
  }
  text += ".";
  std::size_t shown = 0;
  for (const store::Held& held : due.listed) {
    if (shown == most_in_summary) break;
    text += "\n- " + std::string{truncate_utf8(held.title, longest_title)};
    ++shown;
  }
  const auto left = due.group.count - static_cast<std::int64_t>(shown);
  if (left > 0) text += "\nand " + std::to_string(left) + " more";
  return text;
}

alert::DigestPart digest_part(const DueGroup& due) {
  const store::HeldGroup& group = due.group;
  alert::DigestPart part{.count = group.count,
                         .copies = group.copies,
                         .more = group.count - static_cast<std::int64_t>(due.listed.size()),
                         .since = group.since,
                         .until = group.until,
                         .reasons = due.reasons,
                         .items = {}};
  for (const store::Held& held : due.listed) {
    part.items.push_back({.id = held.identity,
                          .title = held.title,
                          .url = held.link,
                          .feed = held.feed,
                          .source = held.outlet,
                          .story = held.story_id,
                          .reason = held.reason,
                          .held = held.held_at,
                          .copies = held.copies});
  }
  return part;
}

Result<DueGroup> read_due(const Delivery::Surroundings& with, const store::HeldGroup& group) {
  auto listed = with.store.held_in(group, with.now, most_listed);
  if (!listed) return fail(listed.error());
  auto reasons = with.store.held_reasons(group, with.now);
  if (!reasons) return fail(reasons.error());
  return DueGroup{.group = group, .listed = std::move(*listed), .reasons = std::move(*reasons)};
}

/// Nothing when the log has this very digest already.
Result<std::optional<alert::LogRecord>> tell(const Delivery::Surroundings& with,
                                             const store::HeldGroup& group) {
  const auto due = read_due(with, group);
  if (!due) return fail(due.error());
  alert::Alert digest = build_digest(*due, with.now);
  auto record = with.transaction.append_alert(digest, 0, with.now);
  const bool is_told = !record && record.error().code == Errc::busy;
  if (!record && !is_told) return fail(record.error());
  const auto released = with.transaction.release_held(group, digest.id, digest.severity, with.now);
  if (!released) return fail(released.error());
  if (is_told) return std::optional<alert::LogRecord>{};
  const auto counted =
      with.transaction.add_count({.when = with.now, .topic = group.topic, .name = "digests.sent"});
  if (!counted) return fail(counted.error());
  return std::optional{std::move(*record)};
}

}  // namespace

alert::Alert build_digest(const DueGroup& due, Time now) {
  const store::HeldGroup& group = due.group;
  alert::Alert digest;
  digest.kind = alert::Kind::digest;
  digest.is_experimental = group.frame.starts_with("lab/");
  digest.severity = severity_of(group.frame);
  // Numbers of held alerts are given anew once a backup was restored; their time is not.
  digest.id = sha256_hex_of_parts(
      {"digest", group.frame, std::to_string(group.first_id), std::to_string(group.last_id),
       std::to_string(group.since.time_since_epoch().count())},
      digits_of_an_id);
  digest.first_id = digest.id;
  digest.group_key = group.topic + "/digest";
  digest.match.topic = group.topic;
  digest.match.title = group.topic_title;
  digest.item.title = headline(group);
  digest.item.summary = summary_of(due);
  digest.times.fetched = now;
  digest.times.matched = now;
  digest.digest = digest_part(due);
  return digest;
}

Result<std::vector<alert::LogRecord>> release_due(const Delivery::Surroundings& with) {
  for (const store::Silence& silence : with.silences) {
    if (silence.expires_at <= with.now) continue;
    if (auto put = with.transaction.postpone_silenced(silence, with.now); !put) {
      return fail(put.error());
    }
  }
  const auto groups = with.store.held_groups(with.now);
  if (!groups) return fail(groups.error());
  std::vector<alert::LogRecord> records;
  for (const store::HeldGroup& group : *groups) {
    const DeliveryRule& rule = with.options.rule_of(group.topic);
    const auto quiet_until = calendar::end_of(rule.quiet, rule.zone, with.now);
    if (quiet_until && severity_of(group.frame) > rule.let_through) {
      auto put = with.transaction.postpone_frame(group.frame, with.now, *quiet_until);
      if (!put) return fail(put.error());
      continue;
    }
    auto record = tell(with, group);
    if (!record) return fail(record.error());
    if (*record) records.push_back(std::move(**record));
  }
  return records;
}

}  // namespace tocsin::pipeline
