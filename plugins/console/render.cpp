// SPDX-License-Identifier: Apache-2.0
#include "console/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/time_format.hpp"
#include "console/glyphs.hpp"
#include "tocsin/text.hpp"

namespace tocsin::console {
namespace {

constexpr std::size_t margin = 2;
constexpr std::size_t label_width = 9;
constexpr std::size_t sentences_shown = 4;
constexpr std::size_t terms_shown = 8;

namespace style {
constexpr std::string_view none = "\x1b[0m";
constexpr std::string_view bold = "\x1b[1m";
constexpr std::string_view dim = "\x1b[2m";
constexpr std::string_view hit = "\x1b[1;4m";
constexpr std::string_view red = "\x1b[1;31m";
constexpr std::string_view yellow = "\x1b[1;33m";
}  // namespace style

std::string_view kind_word(const alert::Alert& alert) {
  switch (alert.kind) {
    case alert::Kind::fresh:
      return alert.is_experimental ? "LAB" : "ALERT";
    case alert::Kind::updated:
      return "UPDATE";
    case alert::Kind::retracted:
      return "RETRACTED";
    case alert::Kind::digest:
      return "DIGEST";
    case alert::Kind::test:
      return "TEST";
    case alert::Kind::operations:
      return "OPERATIONS";
  }
  return "ALERT";
}

std::string_view severity_style(int severity) {
  if (severity <= 2) return style::red;
  if (severity <= 4) return style::yellow;
  return style::bold;
}

std::string when_text(const alert::Times& times) {
  if (times.published && times.published_quality == alert::DateQuality::ok) {
    return plugin::day_and_minute(*times.published);
  }
  return "first seen " + plugin::day_and_minute(times.fetched);
}

std::string topic_text(const alert::Alert& alert) {
  return harmless(alert.match.title.empty() ? alert.match.topic : alert.match.title);
}

std::string plural(int count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

std::string story_text(const alert::StoryPart& story) {
  const std::string sources =
      fmt::format("{}, {} independent", plural(story.outlets, "outlet"), story.independent_sources);
  if (story.status == "first") return "first report";
  if (story.status == "corroborated") return "corroborated · " + sources;
  return fmt::format("{} · report {} · {}", harmless(story.status), story.position, sources);
}

/// Builds the lines of one alert.
class Page {
 public:
  explicit Page(const RenderOptions& options)
      : options_{options},
        width_{std::max<std::size_t>(options.width, 40)} {}

  void heading(const alert::Alert& alert) {
    const std::string word{kind_word(alert)};
    const std::string topic = topic_text(alert);
    const std::string severity = fmt::format("severity {}", alert.severity);
    const std::size_t used = word.size() + 2 + width_of(glyphs_of(topic)) + severity.size();
    const std::size_t space = used + 2 < width_ ? width_ - used : 2;
    out_ += styled(severity_style(alert.severity), word) + "  " + styled(style::bold, topic) +
            std::string(space, ' ') + styled(style::dim, severity) + "\n\n";
  }

  /// All there is to say, on one line however long; there is no why.
  void operator_line(const alert::Alert& alert) {
    out_ += styled(severity_style(alert.severity), std::string{kind_word(alert)}) + "  " +
            styled(style::bold, topic_text(alert)) + "  " +
            styled(style::dim, plugin::day_and_minute(alert.times.committed)) + "  " +
            harmless(alert.summary) + "\n";
  }

  /// A paragraph at the margin.
  void paragraph(const Glyphs& glyphs, std::string_view base) {
    for (const Glyphs& line : wrapped(with_marks(glyphs), width_ - margin)) {
      out_ += std::string(margin, ' ') + line_text(line, base) + "\n";
    }
  }

  /// A paragraph behind a label; further lines stand below its first.
  void labelled(std::string_view label, const Glyphs& glyphs) {
    std::string head = fmt::format("{:{}}", label, label_width);
    for (const Glyphs& line : wrapped(with_marks(glyphs), width_ - margin - label_width)) {
      out_ += std::string(margin, ' ') + styled(style::dim, head) + line_text(line, {}) + "\n";
      head.assign(label_width, ' ');
    }
  }

  /// As it is, however long: a link that is broken in two can not be followed.
  void unbroken(std::string_view label, const std::string& text) {
    out_ += std::string(margin, ' ') +
            styled(style::dim, fmt::format("{:{}}", label, label_width)) + text + "\n";
  }

  void blank() { out_ += "\n"; }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  [[nodiscard]] std::string styled(std::string_view how, const std::string& text) const {
    const bool is_blank = text.find_first_not_of(' ') == std::string::npos;
    if (!options_.has_color || how.empty() || is_blank) return text;
    return std::string{how} + text + std::string{style::none};
  }

  /// Without colour a found term gets marks, which are characters of the line as any other.
  [[nodiscard]] Glyphs with_marks(const Glyphs& glyphs) const {
    if (options_.has_color) return glyphs;
    Glyphs out;
    bool was_hit = false;
    for (const Glyph& glyph : glyphs) {
      if (glyph.is_hit != was_hit) out.push_back({was_hit ? "«" : "»", false});
      was_hit = glyph.is_hit;
      out.push_back(glyph);
    }
    if (was_hit) out.push_back({"«", false});
    return out;
  }

  [[nodiscard]] std::string line_text(const Glyphs& line, std::string_view base) const {
    std::string out;
    for (auto at = line.begin(); at != line.end();) {
      const auto end =
          std::find_if(at, line.end(), [&](const Glyph& one) { return one.is_hit != at->is_hit; });
      std::string run;
      const bool is_hit = at->is_hit;
      for (; at != end; ++at) run += at->text;
      out += styled(is_hit ? style::hit : base, run);
    }
    return out;
  }

  RenderOptions options_;
  std::size_t width_;
  std::string out_;
};

std::vector<Span> hits_in(const alert::Alert& alert, std::string_view field,
                          std::string_view text) {
  std::vector<Span> hits;
  for (const alert::Evidence& one : alert.match.evidence) {
    if (one.field == field) hits.push_back({one.start, one.end});
  }
  return merged(std::move(hits), text.size());
}

/// The sentences of one field in which terms were found, " … " between those that lie apart.
void show_field(Page& page, const alert::Alert& alert, std::string_view field,
                const std::string& text) {
  const auto hits = hits_in(alert, field, text);
  auto sentences = sentences_around(text, hits);
  if (sentences.empty()) return;
  if (sentences.size() > sentences_shown) sentences.resize(sentences_shown);
  const Glyphs all_between = glyphs_of(" … ");
  Glyphs shown;
  for (const Span& sentence : sentences) {
    std::vector<Span> inside;
    for (const Span& hit : hits) {
      if (hit.start < sentence.start || hit.end > sentence.end) continue;
      inside.push_back({hit.start - sentence.start, hit.end - sentence.start});
    }
    const std::string_view view{text};
    const auto glyphs =
        glyphs_of(view.substr(sentence.start, sentence.end - sentence.start), inside);
    if (!shown.empty()) shown.insert(shown.end(), all_between.begin(), all_between.end());
    shown.insert(shown.end(), glyphs.begin(), glyphs.end());
  }
  page.labelled(field, shown);
}

/// "@islamic-state 0.110 · returning 0.081": each term once, the heaviest first.
std::string terms_text(const alert::MatchPart& match) {
  std::vector<std::pair<std::string, double>> terms;
  for (const alert::Evidence& one : match.evidence) {
    const auto same = std::find_if(terms.begin(), terms.end(),
                                   [&](const auto& term) { return term.first == one.term; });
    if (same == terms.end()) {
      terms.emplace_back(one.term, one.weight);
    } else {
      same->second = std::max(same->second, one.weight);
    }
  }
  std::stable_sort(terms.begin(), terms.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  const std::size_t left_out = terms.size() > terms_shown ? terms.size() - terms_shown : 0;
  terms.resize(terms.size() - left_out);
  std::string text;
  for (const auto& [term, weight] : terms) {
    text += fmt::format("{}{} {:.3f}", text.empty() ? "" : " · ", term, weight);
  }
  if (left_out > 0) text += fmt::format(" · {} more", left_out);
  return text;
}

void show_why(Page& page, const alert::Alert& alert) {
  page.labelled("score", glyphs_of(score_text(alert.match)));
  show_field(page, alert, "summary", alert.item.summary);
  show_field(page, alert, "content", alert.item.content);
  show_field(page, alert, "author", alert::joined(alert.item.authors));
  show_field(page, alert, "category", alert::joined(alert.item.categories));
  if (!alert.match.evidence.empty()) page.labelled("terms", glyphs_of(terms_text(alert.match)));
}

/// What was held: a digest is made of other alerts and has no why of its own.
void show_digest(Page& page, const alert::DigestPart& digest) {
  for (const alert::DigestItem& one : digest.items) {
    std::string text = "- " + (one.title.empty() ? one.url : one.title);
    if (!one.source.empty()) text += " · " + one.source;
    text += " · " + plugin::day_and_minute(one.held);
    page.paragraph(glyphs_of(text), {});
    if (!one.url.empty()) page.unbroken("", harmless(one.url));
  }
  if (digest.more > 0)
    page.paragraph(glyphs_of(fmt::format("and {} more", digest.more)), style::dim);
}

std::string source_text(const alert::Alert& alert) {
  std::string text = alert.source.name.empty() ? alert.source.feed_id : alert.source.name;
  if (!alert.source.kind.empty()) text += " (" + alert.source.kind + ")";
  return text + " · " + when_text(alert.times);
}

}  // namespace

std::string score_text(const alert::MatchPart& match) {
  std::string text = fmt::format("{:.3f} ≥ {:.3f}", match.score, match.threshold);
  if (match.threshold > 0) text += fmt::format(" ({:.1f}×)", match.score / match.threshold);
  return text;
}

std::string render(const alert::Alert& alert, const RenderOptions& options) {
  Page page{options};
  if (alert.kind == alert::Kind::operations) {
    page.operator_line(alert);
    return page.take();
  }
  page.heading(alert);
  const std::string& title = alert.item.title.empty() ? alert.item.url : alert.item.title;
  page.paragraph(glyphs_of(title, hits_in(alert, "title", alert.item.title)), style::bold);
  if (alert.digest) {
    show_digest(page, *alert.digest);
    return page.take();
  }
  page.paragraph(glyphs_of(source_text(alert)), style::dim);
  page.blank();
  show_why(page, alert);
  page.labelled("story", glyphs_of(story_text(alert.story)));
  if (!alert.item.url.empty()) page.unbroken("link", harmless(alert.item.url));
  return page.take();
}

std::string render_line(const alert::Alert& alert) {
  const bool is_ops = alert.kind == alert::Kind::operations;
  const std::string text = is_ops ? alert.summary : alert.item.title;
  const Time when = alert.times.published.value_or(alert.times.committed);
  std::string line =
      fmt::format("{}  {}  s{}  {}  {}", to_rfc3339(when).substr(0, 16) + "Z", kind_word(alert),
                  alert.severity, harmless(alert.match.topic), harmless(text));
  if (is_ops) return line + "\n";
  return line + fmt::format("  {}  {}  {}\n", harmless(alert.source.name), score_text(alert.match),
                            harmless(alert.item.url));
}

}  // namespace tocsin::console
