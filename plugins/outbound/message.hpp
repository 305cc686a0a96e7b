// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/plugin.hpp"
#include "tocsin/text.hpp"

namespace tocsin::outbound {

/// One of several alerts that a digest lists.
struct ListedItem {
  std::string title = {};
  std::string url = {};     ///< http or https, at most 500 bytes, or empty.
  std::string source = {};  ///< The host that published it.
};

/// An alert in the few lines that a person reads. Every text is one line, as one_line() leaves it,
/// and no longer than its limit; what markup means where it goes is for the writer of that form.
struct Message {
  std::string label = {};  ///< "ALERT", "UPDATE", "DIGEST" …
  std::string topic = {};  ///< "Returning fighters"
  int severity = 5;
  std::string severity_text = {};              ///< "high"
  std::vector<plugin::Segment> headline = {};  ///< Never empty.
  std::string url = {};                        ///< http or https, at most 2,000 bytes, or empty.
  std::vector<plugin::Segment> text = {};      ///< Of the field that tells most of why.
  std::string source = {};                     ///< "Example News"
  std::string when = {};                       ///< "28 Apr 2017 19:05 UTC"
  std::string story = {};                      ///< "corroborated: 2 outlets, 1 independent"
  std::string why = {};                        ///< "score 4.25, threshold 3.00: foreign fighters"
  std::vector<ListedItem> items = {};
  std::int64_t more = 0;  ///< Held alerts that the digest does not list, or we do not.
};

inline constexpr std::size_t headline_limit = 120;  ///< Characters.
inline constexpr std::size_t text_limit = 1200;
inline constexpr std::size_t items_limit = 10;
inline constexpr std::size_t segments_limit = 41;

[[nodiscard]] Message message_of(const plugin::Alert& alert);

/// White space becomes one space; controls, bidirectional and invisible characters are dropped,
/// save the joiners that scripts need.
[[nodiscard]] std::string one_line(std::string_view text);

/// At most `limit` characters of text in all; of many segments the last ones are one.
[[nodiscard]] std::vector<plugin::Segment> cut_segments(std::vector<plugin::Segment> segments,
                                                        std::size_t limit);

/// The texts one after the other.
[[nodiscard]] std::string plain(const std::vector<plugin::Segment>& segments);

/// "Example News · 28 Apr 2017 19:05 UTC · corroborated: …": what stands below.
[[nodiscard]] std::string credit(const Message& message);

/// "ALERT · Returning fighters · high"
[[nodiscard]] std::string heading(const Message& message);

}  // namespace tocsin::outbound
