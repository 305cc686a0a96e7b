// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace tocsin::alert {

enum class Kind : std::uint8_t { fresh, updated, retracted, digest, test, operations };

/// How a date of publication came to be.
enum class DateQuality : std::uint8_t { ok, missing, future };

/// One matched surface form: `text` stands at bytes [start, end) of the item's `field` as sent. The
/// fields author and category are the lists joined by joined(); source is the source's name and
/// link the item's url.
struct Evidence {
  std::string field;  ///< "title", "summary", "content", "author", "category", "source",
                      ///< "language", "link".
  std::uint32_t start = 0;
  std::uint32_t end = 0;
  std::string text;  ///< As it stands in the field.
  std::string
      term;  ///< As it stands in the topic file: "@islamic-state", "foreign fighters", "return*".
  double weight = 0;  ///< The term's contribution to the score.
};

/// The values with one newline between them: what evidence in a list of values counts its bytes in.
[[nodiscard]] std::string joined(const std::vector<std::string>& values);

struct ItemPart {
  std::string id;  ///< The item's identity within its feed.
  std::string url;
  std::string canonical_url;
  std::string title;
  std::string summary;  ///< Plain text, at most 2 KiB.
  std::string content;  ///< Only the sentences with evidence, joined by " … ".
  std::string language;
  std::vector<std::string> authors;
  std::vector<std::string> categories;
  std::string guid;
  std::vector<std::string> cut;  ///< Names of the fields that were shortened.
};

struct SourcePart {
  std::string feed_id;
  std::string name;
  std::string url;
  std::string kind;                   ///< agency, paper, official, blog, or empty.
  std::optional<double> credibility;  ///< 0–1.
};

struct MatchPart {
  std::string topic;
  std::string title;
  int rule_version = 0;
  std::string rule_digest;
  double score = 0;
  double threshold = 0;
  std::vector<Evidence> evidence;
  std::vector<std::string> missing;  ///< Required groups that were absent.
};

struct StoryPart {
  std::string id;
  int position = 1;  ///< 1 for the first item of the story.
  int outlets = 1;
  int independent_sources = 1;
  std::string status = "first";  ///< first, corroborated, update, duplicate.
  std::vector<std::string> similar;
  std::string joined;               ///< opened, copy, part, same-event, by-hand.
  double similarity = 0;            ///< Cosine with the story the item joined, 0–1.
  std::optional<int> distance;      ///< Bits of 64 between the signatures of the near-copies.
  std::vector<std::string> shared;  ///< The words that weigh most in the similarity.
  std::string why;                  ///< All of this as one sentence.
  std::optional<int> correlation;   ///< Independent sources that the topic's correlation found.
};

struct Times {
  std::optional<Time> published;
  std::optional<Time> updated;
  Time fetched;
  Time matched;
  Time committed;
  DateQuality published_quality = DateQuality::ok;
};

/// One alert that was held, as a digest tells of it.
struct DigestItem {
  std::string id;  ///< The item's identity within its feed.
  std::string title;
  std::string url;
  std::string feed;    ///< As SourcePart::feed_id.
  std::string source;  ///< The host that published it.
  std::string story;
  std::string reason;  ///< silence, quiet, digest, cap.
  Time held;
  std::int64_t copies = 0;  ///< Further items of the story that came while it was held.
};

/// What a digest tells: alerts of its topic that were held. `item` and `story` say it in words for
/// readers that know no digests.
struct DigestPart {
  std::int64_t count = 0;
  std::int64_t copies = 0;
  std::int64_t more = 0;  ///< Of `count`, those that are not listed.
  Time since;             ///< When the first was held, and the last.
  Time until;
  std::map<std::string, std::int64_t> reasons;  ///< How many were held for which reason.
  std::vector<DigestItem> items;                ///< Oldest first.
};

/// One alert as subscribers see it (docs/reference/alert.md, alert-1.schema.json).
///
/// An operator alert (kind `operations`) has no item, match or story, and a source only where it is
/// about a feed; its topic is the kind, "feed.failing", its text is `summary`, and `subject` names
/// the feed or the part of the daemon.
struct Alert {
  std::string id;  ///< 32 hexadecimal digits: digest of (feed, item, topic, revision).
  int revision = 1;
  Kind kind = Kind::fresh;
  bool is_experimental = false;  ///< Goes out under lab/ instead of alert/.
  int severity = 5;              ///< ninjs urgency: 1 highest … 9.
  std::string first_id;          ///< The id of revision 1.
  std::string group_key;         ///< "<topic>/<story>".
  ItemPart item;
  SourcePart source;
  MatchPart match;
  StoryPart story;
  Times times;
  std::vector<std::string> medtop;
  std::string summary;               ///< Operator alerts only: one sentence.
  std::string subject;               ///< Operator alerts only.
  std::optional<DigestPart> digest;  ///< Digests only.
};

}  // namespace tocsin::alert
