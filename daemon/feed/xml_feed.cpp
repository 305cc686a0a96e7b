// SPDX-License-Identifier: Apache-2.0
#include "feed/xml_feed.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "feed/ascii.hpp"
#include "feed/draft.hpp"
#include "feed/inheritance.hpp"
#include "feed/limits.hpp"
#include "feed/vocabulary.hpp"
#include "feed/xml_names.hpp"
#include "feed/xml_text.hpp"

namespace tocsin::feed {
namespace {

bool is_rdf090(const pugi::xml_node& root) {
  for (const pugi::xml_attribute& attribute : root.attributes()) {
    if (is_rss090_uri(attribute.value())) return true;
  }
  return false;
}

Format rss_format(const pugi::xml_node& root) {
  const std::string_view version = trimmed(attribute_of(root, "version"));
  if (version.starts_with("0.90")) return Format::rss090;
  if (version.starts_with("0.91")) return Format::rss091;
  if (version.starts_with("0.")) return Format::rss092;
  if (version == "1.0") return Format::rss10;
  return Format::rss20;
}

Format atom_format(const pugi::xml_node& root) {
  const std::string_view version = trimmed(attribute_of(root, "version"));
  const std::string_view name = root.name();
  const auto colon = name.find(':');
  std::string declaration = "xmlns";
  if (colon != name.npos) declaration.append(":").append(name.substr(0, colon));
  const std::string_view uri = root.attribute(declaration.c_str()).value();
  const bool is_old = version.starts_with("0.") || uri.find("purl.org/atom") != uri.npos;
  return is_old ? Format::atom03 : Format::atom10;
}

/// Reads one document. The walk is two levels deep, however deep the document is.
class Reader {
 public:
  Reader(const Skeleton& skeleton, std::string_view base, Feed& feed)
      : skeleton_{skeleton},
        document_base_{base, growth_left_},
        feed_{feed} {}

  void run() {
    const bool is_atom = skeleton_.format == Format::atom03 || skeleton_.format == Format::atom10;
    if (is_atom) bindings_.set_default(Vocabulary::atom);
    const std::size_t mark = bindings_.enter(skeleton_.root);
    std::string own_base;
    const LinkBase base = base_of_root(own_base);
    take_language(channel_, skeleton_.root, 2);
    const std::string_view name = local_of(skeleton_.root.name());
    if (equals_lower(name, "entry") || equals_lower(name, "item")) {
      read_item({.node = skeleton_.root, .name = {}, .base = base, .bindings = bindings_});
    } else {
      take_cdf(channel_, {.node = skeleton_.root, .name = {}, .base = base, .bindings = bindings_});
      read_container(skeleton_.root, base, 0);
    }
    bindings_.leave(mark);
    feed_.channel = to_channel(channel_);
    if (has_left_out_) feed_.warnings.emplace_back("more items than a feed has, the rest left out");
  }

 private:
  [[nodiscard]] LinkBase base_of_root(std::string& storage) const {
    const pugi::xml_attribute own = skeleton_.root.attribute("xml:base");
    return own ? document_base_.below(own.value(), storage) : document_base_;
  }

  static void take_language(Draft& draft, const pugi::xml_node& node, int rank) {
    std::string language = node.attribute("xml:lang").value();
    std::replace(language.begin(), language.end(), '_', '-');  // XML allows BCP 47's tags only
    offer_language(draft, rank, language);
  }

  /// The Channel Definition Format, RSS's elder, writes links and dates as attributes.
  static void take_cdf(Draft& draft, const Element& element) {
    if (const auto href = trimmed(attribute_of(element.node, "href")); !href.empty()) {
      draft.link.offer(other_alternate, element.base.resolve(href));
    }
    offer_date(draft.updated, 3, std::string{trimmed(attribute_of(element.node, "lastmod"))});
  }

  void read_container(const pugi::xml_node& node, const LinkBase& base, int depth) {
    Walk{bindings_, base}.children(
        node, [this, depth](const Element& element) { read_child(element, depth); });
  }

  void read_child(const Element& element, int depth) {
    constexpr int deepest = 3;  // rss, channel, items
    const std::string_view local = element.name.local;
    const bool is_known = element.name.vocabulary == Vocabulary::core ||
                          element.name.vocabulary == Vocabulary::atom ||
                          element.name.vocabulary == Vocabulary::rdf;
    if (is_known && (equals_lower(local, "item") || equals_lower(local, "entry"))) {
      read_item(element);
    } else if (is_known && depth < deepest && is_container(local)) {
      take_language(channel_, element.node, 1);
      if (const auto about = attribute_of(element.node, "about"); !about.empty()) {
        channel_.id.offer(3, std::string{about});
      }
      take_cdf(channel_, element);
      read_container(element.node, element.base, depth + 1);
    } else if (!equals_lower(local, "textinput")) {  // its title and link are not the channel's
      read_element(channel_, element);
    }
  }

  static bool is_container(std::string_view local) {
    return equals_lower(local, "channel") || equals_lower(local, "items");
  }

  void read_item(const Element& item) {
    if (feed_.items.size() >= most_items) {
      has_left_out_ = true;
      return;
    }
    Draft draft;
    take_language(draft, item.node, 2);
    if (const auto about = trimmed(attribute_of(item.node, "about")); !about.empty()) {
      draft.id.offer(3, std::string{about});
      if (looks_like_url(about)) draft.link.offer(about_link, std::string{about});
    }
    take_cdf(draft, item);
    Walk{bindings_, item.base}.children(
        item.node, [&draft](const Element& element) { read_element(draft, element); });
    feed_.items.push_back(to_item(draft));
  }

  Skeleton skeleton_;
  std::size_t growth_left_ = longest_link_growth;
  LinkBase document_base_;
  Feed& feed_;
  Bindings bindings_;
  Draft channel_;
  bool has_left_out_ = false;
};

}  // namespace

Skeleton find_skeleton(const pugi::xml_document& document) {
  for (const pugi::xml_node& node : document.children()) {
    if (node.type() != pugi::node_element) continue;
    const std::string_view name = local_of(node.name());
    if (equals_lower(name, "rss")) return {.root = node, .format = rss_format(node)};
    if (equals_lower(name, "rdf")) {
      return {.root = node, .format = is_rdf090(node) ? Format::rss090 : Format::rss10};
    }
    if (equals_lower(name, "feed") || equals_lower(name, "entry")) {
      return {.root = node, .format = atom_format(node)};
    }
    if (equals_lower(name, "channel")) return {.root = node, .format = rss_format(node)};
  }
  return {};
}

void read_xml_feed(const Skeleton& skeleton, std::string_view base, Feed& feed) {
  feed.format = skeleton.format;
  Reader{skeleton, base, feed}.run();
  const bool is_atom = feed.format == Format::atom03 || feed.format == Format::atom10;
  const std::vector<Person> authors = inherited_authors(feed.channel);
  for (Item& item : feed.items) {
    if (item.language.empty()) item.language = feed.channel.language;
    // RFC 4287 §4.2.1; RSS has no such rule.
    if (is_atom && item.authors.empty()) item.authors = authors;
  }
}

}  // namespace tocsin::feed
