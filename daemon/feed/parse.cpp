// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "feed/ascii.hpp"
#include "feed/charset.hpp"
#include "feed/feed.hpp"
#include "feed/gunzip.hpp"
#include "feed/json_feed.hpp"
#include "feed/limits.hpp"
#include "feed/prefilter.hpp"
#include "feed/well_formed.hpp"
#include "feed/xml_feed.hpp"
#include "feed/xml_tree.hpp"

namespace tocsin::feed {
namespace {

bool is_json(std::string_view text) {
  text = trimmed(text);
  return !text.empty() && text.front() == '{';
}

/// One line why there is no feed in a document, for the operator's log.
std::string why_no_feed(std::string_view text) {
  const std::string_view start = trimmed(text).substr(0, 1024);
  if (start.empty()) return "empty document";
  const bool is_html = lower_copy(start).find("<html") != std::string::npos ||
                       starts_with_lower(start, "<!doctype html");
  if (is_html) return "an HTML page, not a feed";
  return start.front() == '<' ? "XML without rss, rdf or feed" : "neither XML nor JSON";
}

void note_flaws(const std::vector<std::string>& flaws, Feed& feed) {
  feed.bozo = feed.bozo || !flaws.empty();
  feed.warnings.insert(feed.warnings.end(), flaws.begin(), flaws.end());
}

/// The strict parser first; when it finds an error, the lenient one from the start.
bool read_xml(std::string_view text, std::string_view base, Feed& feed) {
  Filtered filtered = prefilter(text);
  pugi::xml_document document;
  feed.warnings.insert(feed.warnings.end(), filtered.warnings.begin(), filtered.warnings.end());
  feed.bozo = feed.bozo || filtered.is_broken;
  const std::vector<std::string> flaws = flaws_of_text(filtered.text);  // parsing tears it apart
  const bool is_well_formed = parse_strictly(document, filtered.text);
  if (const Skeleton skeleton = find_skeleton(document); is_well_formed && skeleton.root) {
    note_flaws(flaws, feed);
    note_flaws(flaws_of_tree(document), feed);
    read_xml_feed(skeleton, base, feed);
    return true;
  }
  const std::string copy = prefilter(text).text;  // the first copy was parsed in place
  parse_leniently(document, copy);
  const Skeleton skeleton = find_skeleton(document);
  if (!skeleton.root) return false;
  feed.bozo = true;
  feed.warnings.emplace_back("not well-formed, tags balanced");
  note_flaws(flaws_of_tree(document), feed);
  read_xml_feed(skeleton, base, feed);
  return true;
}

/// Each kind of mending once, and not too many of them.
void tidy_warnings(std::vector<std::string>& warnings) {
  std::vector<std::string> kept;
  for (std::string& warning : warnings) {
    const bool is_new = std::find(kept.begin(), kept.end(), warning) == kept.end();
    if (is_new && kept.size() < most_warnings) kept.push_back(std::move(warning));
  }
  warnings = std::move(kept);
}

Result<Feed> parse_decoded(const Decoded& decoded, const Origin& origin) {
  Feed feed;
  feed.encoding = decoded.encoding;
  feed.warnings = decoded.warnings;
  feed.bozo = !decoded.warnings.empty();
  if (is_json(decoded.text)) {
    const Result<void> read = read_json_feed(decoded.text, origin.url, feed);
    if (!read) return fail(read.error());
  } else if (!read_xml(decoded.text, origin.url, feed)) {
    return fail(Errc::invalid_input, why_no_feed(decoded.text));
  }
  tidy_warnings(feed.warnings);
  return feed;
}

}  // namespace

std::string_view to_string(Format format) {
  switch (format) {
    case Format::rss090:
      return "rss090";
    case Format::rss091:
      return "rss091";
    case Format::rss092:
      return "rss092";
    case Format::rss10:
      return "rss10";
    case Format::rss20:
      return "rss20";
    case Format::atom03:
      return "atom03";
    case Format::atom10:
      return "atom10";
    case Format::json10:
      return "json10";
    case Format::json11:
      return "json11";
  }
  return "";
}

Result<Feed> parse(std::string_view bytes, const Origin& origin) {
  if (bytes.size() > longest_document) return fail(Errc::too_large, "document over 10 MiB");
  std::string inflated;
  if (is_gzip(bytes)) {
    auto content = gunzip(bytes, longest_document);
    if (!content) return fail(content.error());
    inflated = std::move(*content);
    bytes = inflated;
  }
  Decoded decoded;
  decode(bytes, origin.content_type, decoded);
  if (decoded.text.size() > longest_document * 2) {
    return fail(Errc::too_large, "document over 20 MiB as UTF-8");
  }
  auto feed = parse_decoded(decoded, origin);
  if (feed && !inflated.empty()) feed->warnings.emplace_back("gzip without being told");
  return feed;
}

}  // namespace tocsin::feed
