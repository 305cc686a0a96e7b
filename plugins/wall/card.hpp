// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tocsin/plugin.hpp"
#include "tocsin/text.hpp"

namespace tocsin::wall {

/// An alert as the page shows it. Texts are plain: what makes HTML of them escapes them.
struct Card {
  std::uint64_t seq = 0;
  std::string topic = {};
  std::string topic_title = {};
  int severity = 5;
  std::string severity_text = {};  ///< "high"
  std::string kind = {};           ///< "new", "updated", "retracted", "digest", "test", "ops"
  bool is_experimental = false;
  std::vector<plugin::Segment> headline = {};
  std::vector<plugin::Segment> text = {};
  std::string url = {};  ///< http or https, or empty.
  std::string source = {};
  std::string published = {};  ///< RFC 3339, or empty.
  std::string committed = {};
  std::string language = {};
  std::string story = {};
  std::string status = {};  ///< "corroborated"
  int outlets = 0;
  int independent_sources = 0;
  std::vector<std::string> why = {};  ///< Lines of the explanation.
  std::string subject = {};           ///< Of an operator alert: the feed, or a part of the daemon.
};

[[nodiscard]] Card card_of(const plugin::Alert& alert, std::uint64_t seq);

/// One line of JSON, for the page's script.
[[nodiscard]] std::string to_json(const Card& card);

/// An `<article>`, for readers without script.
[[nodiscard]] std::string to_html(const Card& card);

}  // namespace tocsin::wall
