// SPDX-License-Identifier: Apache-2.0
#include "feed/opml.hpp"

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <unordered_set>
#include <utility>

#include <pugixml.hpp>

#include "base/url.hpp"
#include "base/utf8.hpp"
#include "feed/ascii.hpp"
#include "feed/charset.hpp"
#include "feed/html_text.hpp"
#include "feed/prefilter.hpp"
#include "feed/web_address.hpp"
#include "feed/xml_text.hpp"
#include "feed/xml_tree.hpp"

namespace tocsin::feed {
namespace {

constexpr std::size_t longest_list = 1024UL * 1024 * 1024;  // a million feeds are some 200 MB

struct Place {
  unsigned line = 1;
  unsigned column = 1;  ///< In characters.
};

/// Places by walking forward once: outlines come in document order.
class PlaceCounter {
 public:
  explicit PlaceCounter(std::string_view text) : text_{text} {}

  [[nodiscard]] Place at(std::ptrdiff_t offset) {
    const std::size_t end =
        std::min(static_cast<std::size_t>(std::max<std::ptrdiff_t>(offset, 0)), text_.size());
    for (; at_ < end; ++at_) {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (byte == '\n') {
        place_ = {.line = place_.line + 1, .column = 1};
      } else if ((byte & 0xC0U) != 0x80U) {  // a character's first byte
        ++place_.column;
      }
    }
    return place_;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  Place place_;
};

enum class Source : std::uint8_t {
  own,      // the configured list: what is wrong is to be put right there
  foreign,  // an export: what can be mended is
};

/// "a?b&amp;c", which an exporter escaped twice, as it was meant.
std::string unescaped_twice(std::string url) {
  constexpr std::string_view twice = "&amp;";
  for (std::size_t at = 0; (at = url.find(twice, at)) != std::string::npos;) {
    url.erase(at + 1, twice.size() - 1);
  }
  return url;
}

bool calls_itself_feed(const pugi::xml_node& node) {
  const std::string type = lower_copy(attribute_of(node, "type"));
  return type == "rss" || type == "atom" || type == "feed";
}

/// Programs that make feeds of pages list those pages by the means of their making.
bool is_scraped_page(const pugi::xml_node& node) {
  const std::string type = lower_copy(attribute_of(node, "type"));
  return type.find('+') != std::string::npos;
}

class OpmlReader {
 public:
  OpmlReader(std::string_view text, const std::string& file_name, Diagnostics& diagnostics,
             Source source)
      : places_{text},
        file_name_{file_name},
        diagnostics_{diagnostics},
        source_{source} {}

  std::vector<Subscription> run(const pugi::xml_node& body) {
    pugi::xml_node node = body.first_child();
    while (node) {
      std::string url = url_of(node);
      const bool is_feed = !url.empty();
      if (is_feed) read(node, std::move(url));
      if (node.first_child()) {
        enter(node, is_feed);
        node = node.first_child();
      } else {
        node = after(node, body);
      }
    }
    return std::move(found_);
  }

 private:
  /// What an outline is to those in it.
  enum class Level : std::uint8_t {
    plain,     // no folder, or a nameless one
    tag,       // the last of tags_
    too_deep,  // a folder in as many as give tags
  };

  [[nodiscard]] std::string title_of(const pugi::xml_node& node) const {
    const std::string_view title = trimmed(attribute_of(node, "title"));
    const std::string_view name = title.empty() ? trimmed(attribute_of(node, "text")) : title;
    return source_ == Source::own ? clean_utf8(name) : clean_utf8(title_to_text(name));
  }

  [[nodiscard]] std::string url_of(const pugi::xml_node& node) const {
    std::string_view url = trimmed(attribute_of(node, "xmlurl"));
    if (source_ == Source::own) return web_address(clean_utf8(url));
    if (url.empty() && calls_itself_feed(node)) url = trimmed(attribute_of(node, "url"));
    return unescaped_twice(web_address(clean_utf8(url)));
  }

  /// What is wrong with a feed; empty when nothing is.
  [[nodiscard]] std::string fault_of(const pugi::xml_node& node, const Subscription& feed) {
    if (source_ == Source::foreign && is_scraped_page(node)) return "it is a page and no feed";
    if (const auto parsed = parse_http_url(feed.url); !parsed) return parsed.error().message;
    return keys_.insert(feed.key()).second ? std::string{} : "it is listed twice";
  }

  /// A feed that others stand in is no folder: it is no tag of theirs.
  void enter(const pugi::xml_node& node, bool is_feed) {
    std::string title = is_feed ? std::string{} : title_of(node);
    if (title.empty()) return levels_.push_back(Level::plain);
    if (tags_.size() < most_tags) {
      tags_.push_back(std::move(title));
      return levels_.push_back(Level::tag);
    }
    if (too_deep_++ == 0) {
      complain(place_of(node),
               "'" + escape_for_line(title) + "' is no tag: it stands in " +
                   std::to_string(most_tags) + " folders already",
               Diagnostic::Level::warning);
    }
    levels_.push_back(Level::too_deep);
  }

  void leave() {
    if (levels_.back() == Level::tag) tags_.pop_back();
    if (levels_.back() == Level::too_deep) --too_deep_;
    levels_.pop_back();
  }

  /// The next outline in document order; leaves those that end on the way.
  pugi::xml_node after(pugi::xml_node node, const pugi::xml_node& body) {
    while (node != body && !node.next_sibling()) {
      node = node.parent();
      if (node != body) leave();
    }
    return node == body ? pugi::xml_node{} : node.next_sibling();
  }

  /// Of its "<", in bytes; 0 in a tree that was built.
  static std::ptrdiff_t offset_of(const pugi::xml_node& node) {
    return node.offset_debug() > 0 ? node.offset_debug() - 1 : 0;
  }

  Place place_of(const pugi::xml_node& node) {
    const bool has_place = node.offset_debug() > 0;
    return has_place ? places_.at(offset_of(node)) : Place{.line = 0, .column = 0};
  }

  void complain(const Place& place, std::string message,
                Diagnostic::Level level = Diagnostic::Level::error) {
    diagnostics_.push_back({.file = file_name_,
                            .line = place.line,
                            .column = place.column,
                            .message = std::move(message),
                            .level = level});
  }

  void read(const pugi::xml_node& node, std::string url) {
    const Place place = place_of(node);
    Subscription feed{.id = clean_utf8(trimmed(node.attribute("tocsin:id").value())),
                      .url = std::move(url),
                      .title = title_of(node),
                      .site = clean_utf8(trimmed(attribute_of(node, "htmlurl"))),
                      .tags = tags_,
                      .line = place.line,
                      .offset = static_cast<std::size_t>(offset_of(node))};
    if (const std::string fault = fault_of(node, feed); !fault.empty()) {
      const bool is_twice = fault == "it is listed twice";
      const std::string& name = is_twice ? feed.key() : feed.url;
      return complain(place, "'" + escape_for_line(without_secrets(name)) + "' left out: " + fault);
    }
    found_.push_back(std::move(feed));
  }

  PlaceCounter places_;
  const std::string& file_name_;
  Diagnostics& diagnostics_;
  Source source_;
  std::vector<std::string> tags_;
  std::vector<Level> levels_;  // of the outlines around the current one
  std::size_t too_deep_ = 0;   // how many of them are
  std::unordered_set<std::string> keys_;
  std::vector<Subscription> found_;
};

void complain(Diagnostics& diagnostics, const std::string& file, const Place& place,
              std::string message) {
  diagnostics.push_back(
      {.file = file, .line = place.line, .column = place.column, .message = std::move(message)});
}

/// The child of this name, whatever its case.
pugi::xml_node child_of(const pugi::xml_node& node, std::string_view lower_name) {
  return node.find_child(
      [lower_name](const pugi::xml_node& child) { return equals_lower(child.name(), lower_name); });
}

/// What holds the outlines: the body, or the root where there is none.
pugi::xml_node outlines_of(const pugi::xml_node& root) {
  const pugi::xml_node body = child_of(root, "body");
  return body ? body : root;
}

/// The outline that holds what has these tags, made where it is missing.
pugi::xml_node folder_for(pugi::xml_node body, const std::vector<std::string>& tags) {
  for (const std::string& tag : tags) {
    pugi::xml_node folder = body.last_child();
    // Only the last folder can be the same one: lists keep their feeds' order.
    const bool is_same =
        folder && !folder.attribute("xmlUrl") && tag == folder.attribute("text").value();
    if (!is_same) {
      folder = body.append_child("outline");
      folder.append_attribute("text").set_value(tag.c_str());
    }
    body = folder;
  }
  return body;
}

}  // namespace

Result<std::vector<Subscription>> read_opml(std::string_view bytes, const std::string& file_name,
                                            Diagnostics& diagnostics) {
  const auto refuse = [&](const Place& place, std::string message) {
    complain(diagnostics, file_name, place, std::move(message));
    return fail(Errc::invalid_input, to_line(diagnostics.back()));
  };
  if (bytes.size() > longest_list) return fail(Errc::too_large, file_name + ": over 1 GiB");
  Decoded decoded;
  decode(bytes, {}, decoded);
  PlaceCounter places{decoded.text};
  pugi::xml_document document;
  const pugi::xml_parse_result result = document.load_buffer(
      decoded.text.data(), decoded.text.size(), pugi::parse_default, pugi::encoding_utf8);
  if (result.status != pugi::status_ok) {
    return refuse(places.at(result.offset), std::string{"no XML: "} + result.description());
  }
  const pugi::xml_node root = document.document_element();
  if (!equals_lower(root.name(), "opml")) {
    return refuse(places.at(root.offset_debug() - 1), "no OPML: its root is not <opml>");
  }
  return OpmlReader{decoded.text, file_name, diagnostics, Source::own}.run(outlines_of(root));
}

Result<std::vector<Subscription>> read_foreign_opml(std::string_view bytes,
                                                    const std::string& file_name,
                                                    Diagnostics& diagnostics) {
  if (bytes.size() > longest_list) return fail(Errc::too_large, file_name + ": over 1 GiB");
  Decoded decoded;
  decode(bytes, {}, decoded);
  pugi::xml_document document;
  bool is_sound = document
                      .load_buffer(decoded.text.data(), decoded.text.size(), pugi::parse_default,
                                   pugi::encoding_utf8)
                      .status == pugi::status_ok;
  if (!is_sound) {
    const Filtered filtered = prefilter(decoded.text);
    parse_leniently(document, filtered.text);
    complain(diagnostics, file_name, {.line = 0, .column = 0}, "no XML as it stands; mended");
    diagnostics.back().level = Diagnostic::Level::warning;
  }
  const pugi::xml_node root = child_of(document, "opml");
  const pugi::xml_node body = outlines_of(root ? root : document);
  if (!root && !child_of(body, "outline")) {
    complain(diagnostics, file_name, {.line = 0, .column = 0}, "no OPML: it has no outlines");
    return fail(Errc::invalid_input, to_line(diagnostics.back()));
  }
  return OpmlReader{decoded.text, file_name, diagnostics, Source::foreign}.run(body);
}

std::string write_opml(const std::vector<Subscription>& subscriptions) {
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("opml");
  root.append_attribute("version").set_value("2.0");
  root.append_attribute("xmlns:tocsin").set_value(std::string{opml_namespace}.c_str());
  root.append_child("head").append_child("title").text().set("Tocsin feeds");
  const pugi::xml_node body = root.append_child("body");
  for (const Subscription& subscription : subscriptions) {
    pugi::xml_node outline = folder_for(body, subscription.tags).append_child("outline");
    const auto put = [&outline](const char* name, const std::string& value) {
      if (!value.empty()) outline.append_attribute(name).set_value(value.c_str());
    };
    put("type", "rss");
    put("text", subscription.title.empty() ? subscription.url : subscription.title);
    put("title", subscription.title);
    put("xmlUrl", subscription.url);
    put("htmlUrl", subscription.site);
    put("tocsin:id", subscription.id);
  }
  std::ostringstream out;
  document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
  return out.str();
}

}  // namespace tocsin::feed
