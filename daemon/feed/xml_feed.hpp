// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <pugixml.hpp>

#include "base/result.hpp"
#include "feed/feed.hpp"

namespace tocsin::feed {

/// Where a document's channel and items are to be looked for.
struct Skeleton {
  pugi::xml_node root;  ///< rss, rdf:RDF, feed, or a channel without its rss.
  Format format = Format::rss20;
};

/// The first element that starts a feed, and the format it announces; no root when there is none.
[[nodiscard]] Skeleton find_skeleton(const pugi::xml_document& document);

/// Reads channel and items of any XML format into `feed`; `base` is where the document came from.
void read_xml_feed(const Skeleton& skeleton, std::string_view base, Feed& feed);

}  // namespace tocsin::feed
