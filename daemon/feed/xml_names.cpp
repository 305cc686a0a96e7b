// SPDX-License-Identifier: Apache-2.0
#include "feed/xml_names.hpp"

#include <algorithm>
#include <array>

#include "feed/ascii.hpp"

namespace tocsin::feed {
namespace {

// Resolving walks the list, so a hostile element must not make it long.
constexpr std::size_t most_bindings = 128;

struct Known {
  std::string_view text;  // without scheme, "www." and closing "/" or "#"; lower case
  Vocabulary vocabulary;
};

constexpr std::array uris{
    Known{"purl.org/rss/1.0", Vocabulary::core},
    Known{"my.netscape.com/rdf/simple/0.9", Vocabulary::core},
    Known{"channel.netscape.com/rdf/simple/0.9", Vocabulary::core},
    Known{"backend.userland.com/rss", Vocabulary::core},
    Known{"backend.userland.com/rss2", Vocabulary::core},
    Known{"backend.userland.com/rss20", Vocabulary::core},
    Known{"backend.userland.com/rss091", Vocabulary::core},
    Known{"backend.userland.com/rss092", Vocabulary::core},
    Known{"blogs.law.harvard.edu/tech/rss", Vocabulary::core},
    Known{"cyber.law.harvard.edu/rss/rss.html", Vocabulary::core},
    Known{"rssboard.org/rss-specification", Vocabulary::core},
    Known{"purl.org/net/rss1.1", Vocabulary::core},
    Known{"purl.org/rss/1.0/modules/rss091", Vocabulary::core},
    Known{"my.netscape.com/publish/formats/rss-0.91.dtd", Vocabulary::core},
    Known{"w3.org/2005/atom", Vocabulary::atom},
    Known{"purl.org/atom/ns", Vocabulary::atom},
    Known{"example.com/newformat", Vocabulary::atom},
    Known{"example.com/necho", Vocabulary::atom},
    Known{"purl.org/echo", Vocabulary::atom},
    Known{"purl.org/pie", Vocabulary::atom},
    Known{"uri/of/echo/namespace", Vocabulary::atom},
    Known{"purl.org/rss/1.0/modules/content", Vocabulary::content},
    Known{"purl.org/dc/elements/1.0", Vocabulary::dc},
    Known{"purl.org/dc/elements/1.1", Vocabulary::dc},
    Known{"purl.org/metadata/dublin_core", Vocabulary::dc},
    Known{"purl.org/rss/1.0/modules/dcterms", Vocabulary::dcterms},
    Known{"purl.org/dc/terms", Vocabulary::dcterms},
    Known{"search.yahoo.com/mrss", Vocabulary::media},
    Known{"search.yahoo.com/searchmonkey/media", Vocabulary::media},
    Known{"video.search.yahoo.com/mrss", Vocabulary::media},
    Known{"tools.search.yahoo.com/mrss", Vocabulary::media},
    Known{"rssboard.org/media-rss", Vocabulary::media},
    Known{"purl.org/rss/1.0/modules/slash", Vocabulary::slash},
    Known{"purl.org/rss/1.0/modules/syndication", Vocabulary::syndication},
    Known{"itunes.com/dtds/podcast-1.0.dtd", Vocabulary::itunes},
    Known{"example.com/dtds/podcast-1.0.dtd", Vocabulary::itunes},
    Known{"google.com/schemas/play-podcasts/1.0", Vocabulary::itunes},
    Known{"rssnamespace.org/feedburner/ext/1.0", Vocabulary::feedburner},
    Known{"prismstandard.org/namespaces/basic/2.0", Vocabulary::prism},
    Known{"prismstandard.org/namespaces/basic/2.1", Vocabulary::prism},
    Known{"prismstandard.org/namespaces/1.2/basic", Vocabulary::prism},
    Known{"webns.net/mvcb", Vocabulary::admin},
    Known{"web.resource.org/cc", Vocabulary::license},
    Known{"creativecommons.org/ns", Vocabulary::license},
    Known{"creativecommons.org/ns#license", Vocabulary::license},
    Known{"backend.userland.com/creativecommonsrssmodule", Vocabulary::license},
    Known{"cyber.law.harvard.edu/rss/creativecommonsrssmodule.html", Vocabulary::license},
    Known{"georss.org/georss", Vocabulary::georss},
    Known{"w3.org/1999/02/22-rdf-syntax-ns", Vocabulary::rdf},
    Known{"w3.org/1999/xhtml", Vocabulary::xhtml},
    Known{"w3.org/xml/1998/namespace", Vocabulary::xml},
};

constexpr std::array conventions{
    Known{"rss", Vocabulary::core},       Known{"atom", Vocabulary::atom},
    Known{"atom10", Vocabulary::atom},    Known{"atom03", Vocabulary::atom},
    Known{"a10", Vocabulary::atom},       Known{"content", Vocabulary::content},
    Known{"dc", Vocabulary::dc},          Known{"dcterms", Vocabulary::dcterms},
    Known{"media", Vocabulary::media},    Known{"slash", Vocabulary::slash},
    Known{"sy", Vocabulary::syndication}, Known{"itunes", Vocabulary::itunes},
    Known{"georss", Vocabulary::georss},  Known{"rdf", Vocabulary::rdf},
    Known{"xhtml", Vocabulary::xhtml},    Known{"xml", Vocabulary::xml},
    Known{"cc", Vocabulary::license},     Known{"creativecommons", Vocabulary::license},
    Known{"admin", Vocabulary::admin},    Known{"feedburner", Vocabulary::feedburner},
    Known{"prism", Vocabulary::prism},    Known{"googleplay", Vocabulary::itunes},
};

template <typename Table>
Vocabulary find_in(const Table& table, std::string_view text) {
  const auto found = std::find_if(table.begin(), table.end(), [text](const Known& known) {
    return equals_lower(text, known.text);
  });
  return found == table.end() ? Vocabulary::other : found->vocabulary;
}

std::string_view stripped(std::string_view uri) {
  uri = trimmed(uri);
  if (const auto scheme = uri.find("://"); scheme < 8) uri.remove_prefix(scheme + 3);
  if (starts_with_lower(uri, "www.")) uri.remove_prefix(4);
  while (!uri.empty() && (uri.back() == '/' || uri.back() == '#')) uri.remove_suffix(1);
  return uri;
}

bool is_unprefixed_root(const pugi::xml_node& node) {
  const bool is_root = node.parent().type() == pugi::node_document;
  return is_root && std::string_view{node.name()}.find(':') == std::string_view::npos;
}

}  // namespace

Vocabulary vocabulary_of(std::string_view uri) {
  uri = stripped(uri);
  if (starts_with_lower(uri, "purl.org/atom/ns")) return Vocabulary::atom;  // "#draft-ietf-…"
  return find_in(uris, uri);
}

bool is_rss090_uri(std::string_view uri) {
  uri = stripped(uri);
  return equals_lower(uri, "my.netscape.com/rdf/simple/0.9") ||
         equals_lower(uri, "channel.netscape.com/rdf/simple/0.9");
}

std::size_t Bindings::enter(const pugi::xml_node& node) {
  const std::size_t mark = bound_.size();
  for (auto attribute = node.first_attribute(); attribute; attribute = attribute.next_attribute()) {
    const std::string_view name = attribute.name();
    if (!name.starts_with("xmlns")) continue;
    if (name.size() > 5 && name[5] != ':') continue;
    if (bound_.size() >= most_bindings) break;
    const std::string_view prefix = name.size() > 6 ? name.substr(6) : std::string_view{};
    Vocabulary vocabulary = vocabulary_of(attribute.value());
    // A strange URI under a well-known prefix or as the root's default is a slip of the publisher.
    if (vocabulary == Vocabulary::other && !prefix.empty()) {
      vocabulary = find_in(conventions, prefix);
    } else if (vocabulary == Vocabulary::other &&
               (mark == 0 || trimmed(attribute.value()).empty())) {
      vocabulary = unprefixed_;  // xmlns="" is no namespace, which is RSS's own
    } else if (prefix.empty() && is_unprefixed_root(node)) {
      vocabulary = unprefixed_;  // <rss xmlns="http://www.w3.org/2005/Atom"> is RSS all the same
    }
    bound_.push_back({.prefix = prefix, .vocabulary = vocabulary});
  }
  return mark;
}

Name Bindings::resolve(std::string_view qualified_name) const {
  const auto colon = qualified_name.find(':');
  const bool has_prefix = colon != std::string_view::npos;
  const std::string_view prefix = has_prefix ? qualified_name.substr(0, colon) : std::string_view{};
  Name name{.local = has_prefix ? qualified_name.substr(colon + 1) : qualified_name};
  const auto bound = std::find_if(bound_.rbegin(), bound_.rend(), [prefix](const Binding& binding) {
    return binding.prefix == prefix;
  });
  if (bound != bound_.rend()) {
    name.vocabulary = bound->vocabulary;
  } else if (!has_prefix) {
    name.vocabulary = unprefixed_;
  } else {
    name.vocabulary = find_in(conventions, prefix);
  }
  return name;
}

}  // namespace tocsin::feed
