// SPDX-License-Identifier: Apache-2.0
#include "feed/opml.hpp"

#include <algorithm>
#include <sstream>
#include <unordered_set>
#include <utility>

#include <pugixml.hpp>

#include "base/url.hpp"
#include "base/utf8.hpp"
#include "feed/ascii.hpp"
#include "feed/charset.hpp"
#include "feed/xml_text.hpp"

namespace tocsin::feed {
namespace {

constexpr std::size_t longest_list = 1024UL * 1024 * 1024;  // a million feeds are some 200 MB
constexpr std::size_t deepest = 16;                         // folders in folders

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

class OpmlReader {
 public:
  OpmlReader(std::string_view text, const std::string& file_name, Diagnostics& diagnostics)
      : places_{text},
        file_name_{file_name},
        diagnostics_{diagnostics} {}

  std::vector<Subscription> run(const pugi::xml_node& body) {
    pugi::xml_node node = body.first_child();
    while (node) {
      if (is_folder(node) && folders_.size() < deepest) {
        folders_.push_back(title_of(node));
        node = node.first_child();
        continue;
      }
      read(node);
      node = after(node, body);
    }
    return std::move(found_);
  }

 private:
  static std::string title_of(const pugi::xml_node& node) {
    const std::string_view title = trimmed(attribute_of(node, "title"));
    return std::string{title.empty() ? trimmed(attribute_of(node, "text")) : title};
  }

  static bool is_folder(const pugi::xml_node& node) {
    return node.first_child() && attribute_of(node, "xmlurl").empty();
  }

  /// The next outline in document order; leaves the folders that end on the way.
  pugi::xml_node after(pugi::xml_node node, const pugi::xml_node& body) {
    while (node != body && !node.next_sibling()) {
      node = node.parent();
      if (node != body) folders_.pop_back();
    }
    return node == body ? pugi::xml_node{} : node.next_sibling();
  }

  void complain(const Place& place, std::string message) {
    diagnostics_.push_back({.file = file_name_,
                            .line = place.line,
                            .column = place.column,
                            .message = std::move(message)});
  }

  void read(const pugi::xml_node& node) {
    const std::string_view url = trimmed(attribute_of(node, "xmlurl"));
    if (node.type() != pugi::node_element || url.empty()) return;
    const Place place = places_.at(node.offset_debug() - 1);  // of its "<"
    Subscription subscription{.id = std::string{trimmed(node.attribute("tocsin:id").value())},
                              .url = clean_utf8(url),
                              .title = clean_utf8(title_of(node)),
                              .site = std::string{trimmed(attribute_of(node, "htmlurl"))},
                              .tags = {},
                              .line = place.line};
    if (const auto parsed = parse_http_url(subscription.url); !parsed) {
      return complain(
          place, "'" + escape_for_line(subscription.url) + "' left out: " + parsed.error().message);
    }
    if (!keys_.insert(subscription.key()).second) {
      return complain(place,
                      "'" + escape_for_line(subscription.key()) + "' left out: it is listed twice");
    }
    std::copy_if(folders_.begin(), folders_.end(), std::back_inserter(subscription.tags),
                 [](const std::string& tag) { return !tag.empty(); });
    found_.push_back(std::move(subscription));
  }

  PlaceCounter places_;
  const std::string& file_name_;
  Diagnostics& diagnostics_;
  std::vector<std::string> folders_;
  std::unordered_set<std::string> keys_;
  std::vector<Subscription> found_;
};

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
    diagnostics.push_back({.file = file_name,
                           .line = place.line,
                           .column = place.column,
                           .message = std::move(message)});
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
  const pugi::xml_node body = root.child("body");
  return OpmlReader{decoded.text, file_name, diagnostics}.run(body ? body : root);
}

std::string write_opml(const std::vector<Subscription>& subscriptions) {
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("opml");
  root.append_attribute("version").set_value("2.0");
  root.append_attribute("xmlns:tocsin").set_value("https://tocsin.example/opml");
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
