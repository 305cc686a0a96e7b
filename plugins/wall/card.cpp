// SPDX-License-Identifier: Apache-2.0
#include "wall/card.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/time_format.hpp"

namespace tocsin::wall {
namespace {

using plugin::Alert;
using plugin::Segment;

constexpr std::size_t most_lines = 50;

std::string_view kind_of(alert::Kind kind) {
  constexpr std::array<std::string_view, 6> names{"new",    "updated", "retracted",
                                                  "digest", "test",    "ops"};
  return names.at(static_cast<std::size_t>(kind));
}

/// The words of docs/reference/alert.md.
std::string_view severity_text(int severity) {
  constexpr std::array<std::string_view, 5> names{"critical", "high", "medium", "low", "info"};
  const int index = (severity - 1) / 2;
  return names.at(static_cast<std::size_t>(index < 0 ? 0 : index > 4 ? 4 : index));
}

/// A feed, a subscriber, its dead letters or the network; a subscriber may have a feed's name.
std::vector<std::string> bearers_of(const Alert& alert) {
  const std::string& kind = alert.match.topic;
  const std::string group = kind.substr(0, kind.find('.'));
  const bool has_any = group == "feed" || group == "subscriber" || kind == "daemon.network";
  if (alert.kind != alert::Kind::operations || !has_any) return {};
  const std::string letters = "letters " + alert.subject;
  if (kind == "subscriber.dead-letter") return {letters};
  std::vector<std::string> bearers{group + " " + alert.subject};
  if (kind == "subscriber.forgotten") bearers.push_back(letters);
  return bearers;
}

/// Whatever else is said of a bearer ends its trouble: a feed recovered or moved, a subscriber is
/// back or forgotten, no dead letter is left.
bool is_trouble(const Alert& alert) {
  constexpr std::array<std::string_view, 7> kinds{
      "feed.failing",      "feed.stopped",           "feed.silent",   "feed.gap",
      "subscriber.halted", "subscriber.dead-letter", "daemon.network"};
  constexpr int relief = 7;
  return alert.kind == alert::Kind::operations && alert.severity < relief &&
         std::find(kinds.begin(), kinds.end(), alert.match.topic) != kinds.end();
}

/// A link that does more than open a page ("javascript:") is none.
std::string safe_url(const std::string& url) {
  const bool is_web = url.starts_with("http://") || url.starts_with("https://");
  return is_web ? url : std::string{};
}

std::string time_text(const std::optional<Time>& time) {
  return time ? to_rfc3339(*time) : std::string{};
}

std::string status_text(const Alert& alert) {
  if (alert.story.id.empty()) return {};
  return alert.story.status == "first" ? "first report" : alert.story.status;
}

std::size_t hits_in(const Alert& alert, std::string_view field) {
  std::size_t hits = 0;
  for (const alert::Evidence& one : alert.match.evidence) hits += one.field == field ? 1U : 0U;
  return hits;
}

/// The field that tells most of why the alert was sent.
std::string_view text_field(const Alert& alert) {
  const bool has_more = hits_in(alert, "content") > hits_in(alert, "summary");
  return has_more || alert.item.summary.empty() ? "content" : "summary";
}

/// A term that was found, wherever and however often.
struct Found {
  std::string term = {};
  std::string fields = {};
  std::string text = {};  ///< As it stands where it was found first.
  double weight = 0;
  std::size_t times = 0;
};

/// The heaviest first.
std::vector<Found> found_in(const alert::MatchPart& match) {
  std::vector<Found> all;
  for (const alert::Evidence& one : match.evidence) {
    auto at = std::find_if(all.begin(), all.end(),
                           [&one](const Found& other) { return other.term == one.term; });
    if (at == all.end()) at = all.insert(all.end(), {.term = one.term, .text = one.text});
    ++at->times;
    at->weight = std::max(at->weight, one.weight);
    if (at->fields.find(one.field) == std::string::npos) {
      at->fields += (at->fields.empty() ? "" : ", ") + one.field;
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Found& a, const Found& b) { return a.weight > b.weight; });
  return all;
}

std::vector<std::string> why_of(const Alert& alert) {
  std::vector<std::string> why;
  for (const Found& one : found_in(alert.match)) {
    const std::string times = one.times == 1 ? "" : fmt::format(" {} times", one.times);
    why.push_back(fmt::format("“{}”{} in {}: term {}, weight {:.3f}", one.text, times, one.fields,
                              one.term, one.weight));
  }
  for (const std::string& group : alert.match.missing) why.push_back("missing: " + group);
  if (alert.match.threshold > 0) {
    why.push_back(fmt::format("Score {:.2f}, {:.1f} times the threshold of {:.2f} (rule {}).",
                              alert.match.score, alert.match.score / alert.match.threshold,
                              alert.match.threshold, alert.match.rule_version));
  }
  if (!alert.story.why.empty()) why.push_back("Story: " + alert.story.why);
  return why;
}

/// Pairs of text and 1 or 0, for a hit or none.
nlohmann::json json_of(const std::vector<Segment>& segments) {
  auto list = nlohmann::json::array();
  for (const Segment& one : segments) list.push_back({one.text, one.is_hit ? 1 : 0});
  return list;
}

std::string marked(const std::vector<Segment>& segments) {
  std::string html;
  for (const Segment& one : segments) {
    const std::string text = plugin::escape_html(one.text);
    html += one.is_hit ? "<mark>" + text + "</mark>" : text;
  }
  return html;
}

std::string headline_html(const Card& card) {
  const std::string text = marked(card.headline);
  if (card.url.empty()) return text;
  return fmt::format(R"(<a href="{}" rel="noopener noreferrer external">{}</a>)",
                     plugin::escape_html(card.url), text);
}

/// "Harbour fire put out (news.example)", and at the end how many more there are.
std::vector<std::string> lines_of(const Alert& alert) {
  std::vector<std::string> lines;
  if (!alert.digest) return lines;
  for (const alert::DigestItem& one : alert.digest->items) {
    if (lines.size() == most_lines) break;
    const std::string title = one.title.empty() ? "(no title)" : one.title;
    lines.push_back(one.source.empty() ? title : title + " (" + one.source + ")");
  }
  const auto more = alert.digest->count - static_cast<std::int64_t>(lines.size());
  if (more > 0) lines.push_back(fmt::format("and {} more", more));
  return lines;
}

std::string lines_html(const std::vector<std::string>& lines) {
  std::string html;
  for (const std::string& line : lines) {
    html += "<li dir=\"auto\">" + plugin::escape_html(line) + "</li>";
  }
  return html.empty() ? html : "<ul class=\"lines\">" + html + "</ul>\n";
}

/// "corroborated, 3 outlets, 2 independent"
std::string status_html(const Card& card) {
  if (card.outlets < 2 || card.status.empty()) return plugin::escape_html(card.status);
  return plugin::escape_html(fmt::format("{}, {} outlets, {} independent", card.status,
                                         card.outlets, card.independent_sources));
}

std::string when_html(const Card& card) {
  const auto time = from_rfc3339(card.committed);
  return fmt::format(R"(<time datetime="{}">{}</time>)", card.committed,
                     time ? plugin::day_and_minute(*time) : card.committed);
}

std::string why_html(const Card& card) {
  if (card.why.empty()) return {};
  std::string lines;
  for (const std::string& line : card.why)
    lines += "<li dir=\"auto\">" + plugin::escape_html(line) + "</li>";
  return "<details class=\"why\"><summary>Why</summary><ul>" + lines + "</ul></details>";
}

}  // namespace

std::string to_text(Place place) {
  return place.part == 0 ? fmt::format("{}", place.seq)
                         : fmt::format("{}.{:03}", place.seq, place.part);
}

Place place_of(std::string_view text) {
  Place place;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, place.seq);
  if (read.ec != std::errc{}) return {};
  // A number loses its last zeros on its way through a page: ".01" is 10 of 1,000.
  std::string digits{read.ptr, end};
  if (digits.empty() || digits.front() != '.' || digits.size() > 4) return place;
  digits.append(4 - digits.size(), '0');
  std::from_chars(digits.data() + 1, digits.data() + digits.size(), place.part);
  return place;
}

Card card_of(const Alert& alert, std::uint64_t seq) {
  Card card{.place = {.seq = seq},
            .item = alert.item.id,
            .topic = alert.match.topic,
            .topic_title = alert.match.title.empty() ? alert.match.topic : alert.match.title,
            .severity = alert.severity,
            .severity_text = std::string{severity_text(alert.severity)},
            .kind = std::string{kind_of(alert.kind)},
            .is_experimental = alert.is_experimental,
            .url = safe_url(alert.item.url),
            .source = alert.source.name.empty() ? alert.source.feed_id : alert.source.name,
            .published = time_text(alert.times.published),
            .committed = to_rfc3339(alert.times.committed),
            .language = alert.item.language,
            .story = alert.story.id,
            .status = status_text(alert),
            .outlets = alert.story.outlets,
            .independent_sources = alert.story.independent_sources,
            .why = why_of(alert),
            .bearers = bearers_of(alert),
            .is_trouble = is_trouble(alert)};
  card.headline = plugin::segments(alert, "title");
  card.lines = lines_of(alert);
  // A digest's own text lists the same once more.
  if (card.lines.empty()) card.text = plugin::segments(alert, text_field(alert));
  if (card.headline.empty()) {
    const std::string& said = alert.summary.empty() ? alert.item.url : alert.summary;
    card.headline.push_back({.text = said.empty() ? "(no title)" : said});
  }
  return card;
}

std::string json_text(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

std::string to_json(const Card& card) {
  nlohmann::json json{{"seq", card.place.seq},
                      {"item", card.item},
                      {"topic", card.topic},
                      {"topicTitle", card.topic_title},
                      {"severity", card.severity},
                      {"severityText", card.severity_text},
                      {"kind", card.kind},
                      {"lab", card.is_experimental},
                      {"headline", json_of(card.headline)},
                      {"text", json_of(card.text)},
                      {"lines", card.lines},
                      {"url", card.url},
                      {"source", card.source},
                      {"published", card.published},
                      {"committed", card.committed},
                      {"language", card.language},
                      {"story", card.story},
                      {"status", card.status},
                      {"outlets", card.outlets},
                      {"sources", card.independent_sources},
                      {"why", card.why},
                      {"bearers", card.bearers},
                      {"trouble", card.is_trouble}};
  if (card.place.part > 0) json["seq"] = std::stod(to_text(card.place));
  // A dry run shows it on a terminal, where what is not ASCII may steer.
  return json.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

std::string to_html(const Card& card) {
  using plugin::escape_html;
  return fmt::format(
      R"(<article class="card s{severity}{lab}" id="a{seq}" tabindex="0" aria-labelledby="h{seq}">
<p class="head"><span class="severity">{severity_text}</span> <span class="topic">{topic}</span> {when}</p>
<h2 id="h{seq}" lang="{language}" dir="auto">{headline}</h2>
<p class="text" lang="{language}" dir="auto">{text}</p>
{lines}<p class="meta"><span class="source" dir="auto">{source}</span> <span class="status">{status}</span></p>
{why}</article>
)",
      fmt::arg("severity", card.severity), fmt::arg("lab", card.is_experimental ? " lab" : ""),
      fmt::arg("seq", to_text(card.place)), fmt::arg("severity_text", card.severity_text),
      fmt::arg("topic", escape_html(card.topic_title)), fmt::arg("when", when_html(card)),
      fmt::arg("language", escape_html(card.language)), fmt::arg("headline", headline_html(card)),
      fmt::arg("text", marked(card.text)), fmt::arg("lines", lines_html(card.lines)),
      fmt::arg("source", escape_html(card.source)), fmt::arg("status", status_html(card)),
      fmt::arg("why", why_html(card)));
}

}  // namespace tocsin::wall
