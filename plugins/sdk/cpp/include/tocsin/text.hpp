// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "alert/alert.hpp"
#include "base/clock.hpp"

/// Text of alerts on its way to people. It is what some web server said: trust none of it.
namespace tocsin::plugin {

/// At most `limit` characters (code points), the last one … where something is left out; cut at a
/// space if one is near.
[[nodiscard]] std::string cut(std::string_view text, std::size_t limit);

/// At most `limit` bytes, the last character … where something is left out.
[[nodiscard]] std::string cut_bytes(std::string_view text, std::size_t limit);

/// "28 Apr 2017 19:05 UTC"
[[nodiscard]] std::string day_and_minute(Time time);

/// For text and for values of attributes in quotes, in HTML and XML.
[[nodiscard]] std::string escape_html(std::string_view text);

/// The link of an http or https URL as a URI (RFC 3986): what may not stand in one is
/// percent-encoded; empty for other schemes and for a host that is not ASCII.
[[nodiscard]] std::string web_link(std::string_view url);

/// A stretch of a field: found by a term, or what stands between.
struct Segment {
  std::string text = {};
  bool is_hit = false;

  bool operator==(const Segment&) const = default;
};

/// The text that evidence of this `field` counts its bytes in; empty for a field that is not known.
[[nodiscard]] std::string field_text(const alert::Alert& alert, std::string_view field);

/// One field in order, with its evidence marked; evidence that overlaps is joined.
[[nodiscard]] std::vector<Segment> segments(const alert::Alert& alert, std::string_view field);

}  // namespace tocsin::plugin
