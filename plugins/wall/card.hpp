// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/plugin.hpp"
#include "tocsin/text.hpp"

namespace tocsin::wall {

/// Where a card stands among the others: its alert's place in the log. What this plugin made
/// itself, of alerts that its cap held, has none; it stands behind the card that it came after.
struct Place {
  std::uint64_t seq = 0;
  std::uint32_t part = 0;  ///< At most 999.

  auto operator<=>(const Place&) const = default;
};

/// "1842", or "1842.003": a number that orders places as they are ordered.
[[nodiscard]] std::string to_text(Place place);

/// The other way round; {} for what is none.
[[nodiscard]] Place place_of(std::string_view text);

/// An alert as the page shows it. Texts are plain: what makes HTML of them escapes them.
struct Card {
  Place place = {};
  std::string item = {};  ///< The same for alerts of several topics about one item.
  std::string topic = {};
  std::string topic_title = {};
  int severity = 5;
  std::string severity_text = {};  ///< "high"
  std::string kind = {};           ///< "new", "updated", "retracted", "digest", "test", "ops"
  bool is_experimental = false;
  std::vector<plugin::Segment> headline = {};
  std::vector<plugin::Segment> text = {};
  std::vector<std::string> lines = {};  ///< What a digest tells of, an alert each.
  std::string url = {};                 ///< http or https, or empty.
  std::string source = {};
  std::string published = {};  ///< RFC 3339, or empty.
  std::string committed = {};
  std::string language = {};
  std::string story = {};
  std::string status = {};  ///< "corroborated"
  int outlets = 0;
  int independent_sources = 0;
  std::vector<std::string> why = {};  ///< Lines of the explanation.
  /// Of an operator alert: what it says something new of, as "feed wire". Troubles of these end.
  std::vector<std::string> bearers = {};
  bool is_trouble = false;  ///< The first of them is in trouble now.
};

[[nodiscard]] Card card_of(const plugin::Alert& alert, std::uint64_t seq);

/// A text in the quotes of JSON.
[[nodiscard]] std::string json_text(const std::string& text);

/// One line of JSON, for the page's script.
[[nodiscard]] std::string to_json(const Card& card);

/// An `<article>`, for readers without script.
[[nodiscard]] std::string to_html(const Card& card);

}  // namespace tocsin::wall
