// SPDX-License-Identifier: Apache-2.0
#include "wall/card.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/time_format.hpp"

namespace tocsin::wall {
namespace {

using plugin::Alert;
using plugin::Segment;

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

std::vector<std::string> why_of(const Alert& alert) {
  std::vector<std::string> why;
  if (alert.match.threshold > 0) {
    why.push_back(fmt::format("Score {:.2f}, threshold {:.2f} (version {} of the rule).",
                              alert.match.score, alert.match.threshold, alert.match.rule_version));
  }
  for (const alert::Evidence& one : alert.match.evidence) {
    why.push_back(
        fmt::format("{}: “{}” for {}, weight {:.3f}", one.field, one.text, one.term, one.weight));
  }
  for (const std::string& group : alert.match.missing) why.push_back("missing: " + group);
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

std::string why_html(const Card& card) {
  if (card.why.empty()) return {};
  std::string lines;
  for (const std::string& line : card.why) lines += "<li>" + plugin::escape_html(line) + "</li>";
  return "<details class=\"why\"><summary>Why</summary><ul>" + lines + "</ul></details>";
}

}  // namespace

Card card_of(const Alert& alert, std::uint64_t seq) {
  Card card{.seq = seq,
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
            .subject = alert.subject};
  card.headline = plugin::segments(alert, "title");
  card.text = plugin::segments(alert, text_field(alert));
  if (card.headline.empty()) {
    const std::string& said = alert.summary.empty() ? alert.item.url : alert.summary;
    card.headline.push_back({.text = said.empty() ? "(no title)" : said});
  }
  return card;
}

std::string to_json(const Card& card) {
  const nlohmann::json json{{"seq", card.seq},
                            {"topic", card.topic},
                            {"topicTitle", card.topic_title},
                            {"severity", card.severity},
                            {"severityText", card.severity_text},
                            {"kind", card.kind},
                            {"lab", card.is_experimental},
                            {"headline", json_of(card.headline)},
                            {"text", json_of(card.text)},
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
                            {"subject", card.subject}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string to_html(const Card& card) {
  using plugin::escape_html;
  return fmt::format(
      R"(<article class="card s{severity}" id="a{seq}" tabindex="0" aria-labelledby="h{seq}">
<p class="head"><span class="severity">{severity_text}</span> <span class="topic">{topic}</span> <time datetime="{time}">{time}</time></p>
<h2 id="h{seq}" lang="{language}">{headline}</h2>
<p class="text" lang="{language}">{text}</p>
<p class="meta"><span class="source">{source}</span> <span class="status">{status}</span></p>
{why}</article>
)",
      fmt::arg("severity", card.severity), fmt::arg("seq", card.seq),
      fmt::arg("severity_text", card.severity_text),
      fmt::arg("topic", escape_html(card.topic_title)), fmt::arg("time", card.committed),
      fmt::arg("language", escape_html(card.language)), fmt::arg("headline", headline_html(card)),
      fmt::arg("text", marked(card.text)), fmt::arg("source", escape_html(card.source)),
      fmt::arg("status", escape_html(card.status)), fmt::arg("why", why_html(card)));
}

}  // namespace tocsin::wall
