// SPDX-License-Identifier: Apache-2.0
#include "alert/fit.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utf8.hpp"

namespace tocsin::alert {

namespace {

// Cleaned text at most doubles when it is escaped (only quote, backslash, newline and tab are), and
// the limits below, evidence apart, add up to 29 KiB: with the names around them they fit 64 KiB.
constexpr std::size_t id_limit = 64;
constexpr std::size_t word_limit = 100;
constexpr std::size_t name_limit = 512;
constexpr std::size_t title_limit = 1024;
constexpr std::size_t url_limit = 2048;
constexpr std::size_t summary_limit = 2048;
constexpr std::size_t content_limit = 48 * 1024;
constexpr std::size_t list_limit = 32;
constexpr std::size_t list_value_limit = 100;
constexpr std::size_t evidence_limit = 500;
constexpr std::size_t digest_items_limit = 200;
constexpr std::size_t digest_reasons_limit = 8;

// What naming a field in `item.cut` may cost: quotes, comma and the longest name.
constexpr std::size_t mark_slack = 32;

void mark(Alert& alert, std::string_view name) {
  auto& cut = alert.item.cut;
  if (std::find(cut.begin(), cut.end(), name) == cut.end()) cut.emplace_back(name);
}

/// Clean and at most `limit` bytes; true when something was cut off.
bool clip(std::string& text, std::size_t limit) {
  if (!is_clean_utf8(text)) text = clean_utf8(text);
  if (text.size() <= limit) return false;
  text.resize(truncate_utf8(text, limit).size());
  return true;
}

bool clip(std::vector<std::string>& list, std::size_t value_limit) {
  const bool too_many = list.size() > list_limit;
  if (too_many) list.resize(list_limit);
  bool is_cut = too_many;
  for (auto& value : list) is_cut = clip(value, value_limit) || is_cut;
  return is_cut;
}

/// A shortened address would lead elsewhere: one over the limit is left out.
bool clip_url(std::string& url) {
  if (!clip(url, url_limit)) return false;
  url.clear();
  return true;
}

void limit_item(Alert& alert) {
  auto& item = alert.item;
  clip(item.id, id_limit);
  clip(item.language, id_limit);
  clip(item.cut, id_limit);
  if (clip_url(item.url)) mark(alert, "url");
  if (clip_url(item.canonical_url)) mark(alert, "canonical_url");
  if (clip(item.guid, title_limit)) mark(alert, "guid");
  if (clip(item.title, title_limit)) mark(alert, "title");
  if (clip(item.summary, summary_limit)) mark(alert, "summary");
  if (clip(item.content, content_limit)) mark(alert, "content");
  if (clip(item.authors, list_value_limit)) mark(alert, "authors");
  if (clip(item.categories, list_value_limit)) mark(alert, "categories");
}

void limit_source(Alert& alert) {
  auto& source = alert.source;
  clip(source.kind, word_limit);
  if (source.credibility && !std::isfinite(*source.credibility)) source.credibility.reset();
  if (clip(source.feed_id, url_limit)) mark(alert, "feed_id");
  if (clip(source.name, name_limit)) mark(alert, "name");
  if (clip_url(source.url)) mark(alert, "source_url");
}

double finite(double number) {
  return std::isfinite(number) ? number : 0;
}

void limit_evidence(Alert& alert) {
  auto& evidence = alert.match.evidence;
  if (evidence.size() > evidence_limit) {
    evidence.resize(evidence_limit);
    mark(alert, "evidence");
  }
  for (auto& piece : evidence) {
    piece.weight = finite(piece.weight);
    clip(piece.field, word_limit);
    clip(piece.term, name_limit);
    clip(piece.text, content_limit);
  }
}

void limit_match(Alert& alert) {
  auto& match = alert.match;
  match.score = finite(match.score);
  match.threshold = finite(match.threshold);
  clip(match.topic, word_limit);
  clip(match.rule_digest, id_limit);
  clip(match.title, name_limit);
  if (clip(match.missing, list_value_limit)) mark(alert, "missing");
  limit_evidence(alert);
}

void limit_rest(Alert& alert) {
  clip(alert.id, id_limit);
  clip(alert.first_id, id_limit);
  clip(alert.group_key, word_limit + id_limit + 1);
  clip(alert.story.id, id_limit);
  clip(alert.story.status, word_limit);
  if (clip(alert.story.similar, id_limit)) mark(alert, "similar");
  clip(alert.story.joined, word_limit);
  clip(alert.story.shared, list_value_limit);
  clip(alert.story.why, name_limit);
  alert.story.similarity = finite(alert.story.similarity);
  clip(alert.medtop, id_limit);
  clip(alert.summary, summary_limit);
  clip(alert.subject, url_limit);
}

void limit_digest(DigestPart& digest) {
  if (digest.items.size() > digest_items_limit) {
    digest.more += static_cast<std::int64_t>(digest.items.size() - digest_items_limit);
    digest.items.resize(digest_items_limit);
  }
  for (auto& item : digest.items) {
    clip_url(item.url);
    clip(item.title, name_limit);
    clip(item.source, name_limit);
    if (clip(item.feed, name_limit)) item.feed.clear();  // a shortened one names another
    for (auto* text : {&item.id, &item.story, &item.reason}) clip(*text, id_limit);
  }
  while (digest.reasons.size() > digest_reasons_limit) {
    digest.reasons.erase(std::prev(digest.reasons.end()));
  }
}

/// What a clean text takes up once it is escaped.
std::size_t written_size(const std::string& text) {
  const auto escaped = std::count_if(text.begin(), text.end(), [](char c) {
    return c == '"' || c == '\\' || c == '\n' || c == '\t';
  });
  return text.size() + static_cast<std::size_t>(escaped);
}

/// Takes listed alerts off the end; what is not listed is counted.
std::size_t take_digest_items(DigestPart& digest, std::size_t bytes) {
  constexpr std::size_t names_and_numbers = 130;  // what stands around the texts
  std::size_t taken = 0;
  while (taken < bytes && !digest.items.empty()) {
    const auto& last = digest.items.back();
    for (const auto* text :
         {&last.id, &last.title, &last.url, &last.feed, &last.source, &last.story, &last.reason}) {
      taken += written_size(*text);
    }
    taken += names_and_numbers;
    digest.items.pop_back();
    ++digest.more;
  }
  return taken;
}

/// Takes up to `bytes` off the end of `text`; returns how many.
std::size_t take_off(std::string& text, std::size_t bytes) {
  const auto before = text.size();
  text.resize(truncate_utf8(text, before - std::min(before, bytes)).size());
  return before - text.size();
}

std::size_t size_of(const Evidence& evidence) {
  return evidence.field.size() + evidence.text.size() + evidence.term.size();
}

/// The lightest go first, of equals the last.
std::size_t take_evidence(std::vector<Evidence>& evidence, std::size_t bytes) {
  std::size_t taken = 0;
  while (taken < bytes && !evidence.empty()) {
    auto lightest = evidence.begin();
    for (auto it = evidence.begin(); it != evidence.end(); ++it) {
      if (it->weight <= lightest->weight) lightest = it;
    }
    taken += size_of(*lightest);
    evidence.erase(lightest);
  }
  return taken;
}

/// The fields that evidence may name, as they go out.
class SentFields {
 public:
  explicit SentFields(const Alert& alert)
      : alert_{alert},
        authors_{joined(alert.item.authors)},
        categories_{joined(alert.item.categories)} {}

  [[nodiscard]] std::string_view find(std::string_view field) const {
    if (field == "title") return alert_.item.title;
    if (field == "summary") return alert_.item.summary;
    if (field == "content") return alert_.item.content;
    if (field == "author") return authors_;
    if (field == "category") return categories_;
    if (field == "source") return alert_.source.name;
    if (field == "language") return alert_.item.language;
    if (field == "link") return alert_.item.url;
    return {};
  }

 private:
  const Alert& alert_;
  std::string authors_;
  std::string categories_;
};

bool begins_character(std::string_view text, std::size_t at) {
  return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
}

bool stands_in(Evidence& evidence, std::string_view field) {
  const std::size_t start = evidence.start;
  const std::size_t end = evidence.end;
  if (start >= end || end > field.size()) return false;
  if (!begins_character(field, start) || !begins_character(field, end)) return false;
  const auto there = field.substr(start, end - start);
  if (evidence.text.empty()) evidence.text = there;
  return evidence.text == there;
}

}  // namespace

void apply_field_limits(Alert& alert) {
  limit_item(alert);
  limit_source(alert);
  limit_match(alert);
  limit_rest(alert);
  if (alert.digest) limit_digest(*alert.digest);
}

bool shorten(Alert& alert, std::size_t bytes) {
  const auto wanted = bytes + mark_slack;
  auto taken = alert.digest ? take_digest_items(*alert.digest, wanted) : 0;
  const auto of_content = take_off(alert.item.content, wanted - std::min(taken, wanted));
  taken += of_content;
  if (of_content > 0) mark(alert, "content");
  if (taken < wanted && !alert.item.summary.empty()) {
    taken += take_off(alert.item.summary, wanted - taken);
    mark(alert, "summary");
  }
  if (taken < wanted && !alert.match.evidence.empty()) {
    taken += take_evidence(alert.match.evidence, wanted - taken);
    mark(alert, "evidence");
  }
  return taken > 0;
}

void drop_evidence_outside(Alert& alert) {
  const SentFields fields{alert};
  std::erase_if(alert.match.evidence, [&fields](Evidence& evidence) {
    return !stands_in(evidence, fields.find(evidence.field));
  });
}

}  // namespace tocsin::alert
