// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "topics/derive.hpp"

namespace tocsin::topics {

namespace {

constexpr std::size_t shown_terms = 4;

std::string to_line(const SeedRow& row) {
  std::string carried;
  for (std::size_t i = 0; i < std::min(shown_terms, row.carried_by.size()); ++i)
    carried += fmt::format("{}{} {:.0f} %", i == 0 ? "" : ", ", row.carried_by[i].first,
                           row.score > 0 ? 100 * row.carried_by[i].second / row.score : 0);
  const double relative = row.threshold > 0 ? row.score / row.threshold : 0;
  return fmt::format("  {:<12} {:>6.2f}  {:<5}  {}\n", row.seed, relative,
                     row.fires ? "fires" : "no", carried);
}

std::string table(std::string_view head, const std::vector<SeedRow>& rows) {
  if (rows.empty()) return {};
  std::string text = fmt::format("{} (score over threshold)\n", head);
  for (const SeedRow& row : rows) text += to_line(row);
  return text;
}

}  // namespace

std::string to_text(const Derived& derived, bool explain) {
  const Topic& topic = derived.topic;
  const DeriveReport& report = derived.report;
  std::string text =
      fmt::format("{}: {} terms, threshold {}\n", topic.id, topic.terms.size(), topic.threshold);
  for (const std::string& warning : report.warnings)
    text += fmt::format("  warning: {}\n", warning);
  if (explain) {
    text += fmt::format("  {:>6}  {:<28} {:>5} {:>10} {:>10} {:>7}\n", "weight", "term", "seeds",
                        "per 1000", "elsewhere", "items");
    for (const TermRow& row : report.terms)
      text += fmt::format("  {:>6}  {:<28} {:>5} {:>10.2f} {:>10.3f} {:>7}\n", row.weight, row.term,
                          row.seeds, 1000 * row.seed_share, 1000 * row.background_share,
                          row.background_items);
  }
  text += table("each seed against the topic", report.seeds);
  text += table("each seed against the topic from the others", report.leave_one_out);
  if (!report.suggested_exclusions.empty()) {
    text += "the nearest items of the background are about:";
    for (const std::string& term : report.suggested_exclusions) text += " " + term;
    text += "\n";
  }
  return text;
}

}  // namespace tocsin::topics
