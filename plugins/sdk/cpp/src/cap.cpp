// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/cap.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "alert/codec.hpp"
#include "base/digest.hpp"
#include "base/url.hpp"
#include "base/utf8.hpp"

namespace tocsin::plugin {
namespace {

constexpr std::size_t most_listed = 50;
constexpr std::size_t most_in_summary = 10;
constexpr std::size_t most_topics = 3;  // by name, in the headline
constexpr std::size_t longest_title = 160;
constexpr std::size_t longest_url = 2048;
constexpr std::size_t digits_of_an_id = 32;
constexpr std::string_view several = "several-topics";

std::string short_text(std::string_view text) {
  return std::string{truncate_utf8(text, longest_title)};
}

const std::string& title_of(const alert::Alert& alert) {
  return alert.kind == alert::Kind::operations ? alert.summary : alert.item.title;
}

alert::DigestItem item_of(const alert::Alert& alert, Time now) {
  const bool fits = alert.item.url.size() <= longest_url;
  return {.id = alert.item.id,
          .title = short_text(title_of(alert)),
          .url = fits ? alert.item.url : "",
          .feed = alert.source.feed_id,
          .source = split_url(alert.item.url).host,
          .story = alert.story.id,
          .reason = "cap",
          .held = now,
          .copies = 0};
}

/// One more than is named is kept, so that the headline knows of others.
void note_topic(std::vector<Held::Topic>& topics, const alert::MatchPart& match) {
  if (topics.size() > most_topics) return;
  const auto is_it = [&match](const Held::Topic& one) {
    return one.name == match.topic;
  };
  if (std::any_of(topics.begin(), topics.end(), is_it)) return;
  topics.push_back(
      {.name = match.topic, .title = short_text(match.title.empty() ? match.topic : match.title)});
}

std::string topics_in_words(const Held& held) {
  std::string text;
  for (std::size_t i = 0; i < std::min(held.topics.size(), most_topics); ++i) {
    text += (text.empty() ? "" : ", ") + held.topics[i].title;
  }
  return held.topics.size() > most_topics ? text + " and others" : text;
}

/// "37 more alerts were held: Floods"
std::string headline(const Held& held) {
  const std::string more = held.count == 1 ? " more alert was held: " : " more alerts were held: ";
  return std::to_string(held.count) + more + topics_in_words(held);
}

std::string in_words(const Held& held) {
  std::string text = std::to_string(held.count) + " by the cap of this subscriber.";
  const std::size_t shown = std::min(held.items.size(), most_in_summary);
  for (std::size_t i = 0; i < shown; ++i) text += "\n- " + held.items[i].title;
  const auto left = held.count - static_cast<std::int64_t>(shown);
  return left > 0 ? text + "\nand " + std::to_string(left) + " more" : text;
}

alert::DigestPart digest_part(const Held& held) {
  return {.count = held.count,
          .copies = 0,
          .more = held.count - static_cast<std::int64_t>(held.items.size()),
          .since = held.since,
          .until = held.until,
          .reasons = {{"cap", held.count}},
          .items = held.items};
}

}  // namespace

alert::Alert summary_of(const Held& held, std::string_view subscriber, Time now) {
  alert::Alert summary;
  summary.kind = alert::Kind::digest;
  summary.id = sha256_hex_of_parts({"cap", subscriber, held.first_id}, digits_of_an_id);
  summary.first_id = summary.id;
  summary.is_experimental = held.is_experimental;
  summary.severity = held.severity;
  const bool is_one = held.topics.size() == 1;
  summary.match.topic = is_one ? held.topics.front().name : std::string{several};
  summary.match.title = is_one ? held.topics.front().title : "Several topics";
  summary.group_key = summary.match.topic + "/digest";
  summary.item.title = headline(held);
  summary.item.summary = in_words(held);
  summary.times.fetched = now;
  summary.times.matched = now;
  summary.times.committed = now;
  summary.digest = digest_part(held);
  return summary;
}

bool Cap::admits(const alert::Alert& alert, const Frame& frame, Instant now) {
  if (options_.max_per_hour == 0) return true;
  if (!ends_ || now >= *ends_) {
    ends_ = now + options_.window;
    count_ = 0;
  }
  const bool is_free = alert.severity <= options_.let_through || frame.is_redelivery;
  if (!is_free && count_ >= options_.max_per_hour) return false;
  ++count_;
  return true;
}

void Cap::hold(const alert::Alert& alert, const Frame& frame, Time now) {
  if (held_.count == 0) {
    held_ = {.first_seq = frame.seq,
             .first_id = alert.id,
             .frame = frame.topic,
             .is_experimental = true,
             .due = ends_.value_or(Instant{}),
             .since = now};
  }
  if (frame.seq < held_.first_seq) {
    held_.first_seq = frame.seq;
    held_.first_id = alert.id;
  }
  ++held_.count;
  held_.last_seq = std::max(held_.last_seq, frame.seq);
  held_.until = now;
  held_.severity = std::min(held_.severity, alert.severity);
  held_.is_experimental = held_.is_experimental && alert.is_experimental;
  if (held_.frame != frame.topic) held_.frame.clear();
  note_topic(held_.topics, alert.match);
  if (held_.items.size() < most_listed) held_.items.push_back(item_of(alert, now));
}

std::optional<Instant> Cap::due() const {
  if (is_under_way_) return std::nullopt;
  if (telling_.count > 0) return telling_.due;
  if (held_.count > 0) return held_.due;
  return std::nullopt;
}

Frame Cap::summary(Time now) {
  if (telling_.count == 0) {
    telling_ = std::exchange(held_, {});
    tries_ = 0;
  }
  is_under_way_ = true;
  const alert::Alert alert = summary_of(telling_, subscriber_, now);
  return {.topic = telling_.frame.empty() ? alert::topic_frame(alert) : telling_.frame,
          .seq = telling_.last_seq,
          .payload = alert::encode(alert, telling_.last_seq),
          .attempt = tries_ + 1,
          .is_summary = true};
}

void Cap::told() {
  telling_ = {};
  is_under_way_ = false;
}

void Cap::put_back(Instant when) {
  telling_.due = when;
  is_under_way_ = false;
  ++tries_;
}

std::optional<std::uint64_t> Cap::first() const {
  if (held() == 0) return std::nullopt;
  if (held_.count == 0) return telling_.first_seq;
  if (telling_.count == 0) return held_.first_seq;
  return std::min(held_.first_seq, telling_.first_seq);
}

}  // namespace tocsin::plugin
