// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "feed/ascii.hpp"
#include "feed/vocabulary.hpp"
#include "feed/xml_text.hpp"

/// Links, enclosures and images.
namespace tocsin::feed {
namespace {

std::string url_in(const Element& element, std::string_view text) {
  return trimmed(text).empty() ? std::string{} : element.base.resolve(text);
}

bool is_web_page(std::string_view type) {
  return type.empty() || starts_with_lower(type, "text/html") ||
         starts_with_lower(type, "application/xhtml");
}

/// The same file is told of by RSS and by the media module; it counts once, with all that is said.
void add_enclosure(Draft& draft, Enclosure enclosure) {
  for (Enclosure& known : draft.enclosures) {
    if (known.url != enclosure.url) continue;
    if (known.type.empty()) known.type = std::move(enclosure.type);
    if (!known.length) known.length = enclosure.length;
    return;
  }
  constexpr std::size_t most = 256;  // looking each one up is quadratic
  if (draft.enclosures.size() < most) draft.enclosures.push_back(std::move(enclosure));
}

void read_href(Draft& draft, const Element& element) {
  if (trimmed(attribute_of(element.node, "href")).empty()) return;
  Link link{.rel = lower_copy(trimmed(attribute_of(element.node, "rel"))),
            .href = url_in(element, attribute_of(element.node, "href")),
            .type = std::string{trimmed(attribute_of(element.node, "type"))}};
  const std::string_view iana = "http://www.iana.org/assignments/relation/";
  if (link.rel.starts_with(iana)) link.rel.erase(0, iana.size());
  const bool is_rss = link.rel.empty() && element.name.vocabulary == Vocabulary::core;
  if (is_rss) draft.link.offer_last(rss_link, link.href);
  if (link.rel.empty()) link.rel = "alternate";
  if (link.rel == "alternate") {
    draft.link.offer(is_web_page(link.type) ? html_alternate : other_alternate, link.href);
  } else if (link.rel == "self") {
    draft.self.offer(0, link.href);
  } else if (link.rel == "hub") {
    draft.hub = link.href;
  } else if (link.rel == "enclosure") {
    add_enclosure(draft, {.url = link.href,
                          .type = link.type,
                          .length = length_from(attribute_of(element.node, "length"))});
  } else if (link.rel == "replies") {  // Blogger names the feed of the replies first
    draft.comments.offer(is_web_page(link.type) ? 1 : 2, link.href);
  }
  add_link(draft, std::move(link));
}

void read_link(Draft& draft, const Element& element) {
  const std::string text = value_of(element.node);
  const bool has_href = !trimmed(attribute_of(element.node, "href")).empty();
  if (has_href || text.empty()) return read_href(draft, element);
  std::string href = url_in(element, text);
  add_link(draft, {.rel = "alternate", .href = href, .type = {}});
  draft.link.offer_last(rss_link, std::move(href));  // where RSS has several, readers show the last
}

void read_enclosure(Draft& draft, const Element& element) {
  std::string_view url = attribute_of(element.node, "url");
  if (url.empty()) url = attribute_of(element.node, "href");
  const std::string text = url.empty() ? value_of(element.node) : std::string{trimmed(url)};
  if (text.empty()) return;
  add_enclosure(draft, {.url = url_in(element, text),
                        .type = std::string{trimmed(attribute_of(element.node, "type"))},
                        .length = length_from(attribute_of(element.node, "length"))});
}

void read_comments(Draft& draft, const Element& element) {
  std::string url = url_in(element, value_of(element.node));
  if (!url.empty()) draft.comments.offer_last(0, std::move(url));
}

/// RSS: image/url; others write the address as text or in an attribute.
void read_image(Draft& draft, const Element& element) {
  std::string url{attribute_of(element.node, "href")};
  Walk{element}.children(element.node, [&url](const Element& child) {
    if (!equals_lower(child.name.local, "url")) return;
    url = value_of(child.node);
    if (!url.empty()) url = child.base.resolve(url);
  });
  if (url.empty() && !has_element_child(element.node)) url = value_of(element.node);
  const int rank = url.empty() ? 1 : 0;
  if (url.empty()) url = attribute_of(element.node, "resource");  // RSS 1.0 names the image twice
  if (!url.empty()) draft.image.offer(rank, url_in(element, url));
}

void read_logo(Draft& draft, const Element& element) {
  std::string url = url_in(element, value_of(element.node));
  if (!url.empty()) draft.image.offer(0, std::move(url));
}

void read_icon(Draft& draft, const Element& element) {
  std::string url = url_in(element, value_of(element.node));
  if (!url.empty()) draft.image.offer(1, std::move(url));
}

/// The file itself, and in its children what is said of it.
void read_media_content(Draft& draft, const Element& element) {
  read_media_children(draft, element);
  const std::string_view url = trimmed(attribute_of(element.node, "url"));
  if (url.empty()) return;
  const std::string_view type = trimmed(attribute_of(element.node, "type"));
  const bool is_image = starts_with_lower(type, "image/") ||
                        equals_lower(attribute_of(element.node, "medium"), "image");
  if (is_image) draft.image.offer(3, url_in(element, url));
  add_enclosure(draft, {.url = url_in(element, url),
                        .type = std::string{type},
                        .length = length_from(attribute_of(element.node, "filesize"))});
}

void read_media_thumbnail(Draft& draft, const Element& element) {
  const std::string_view url = trimmed(attribute_of(element.node, "url"));
  if (!url.empty()) draft.image.offer(4, url_in(element, url));
}

void read_itunes_image(Draft& draft, const Element& element) {
  std::string href{trimmed(attribute_of(element.node, "href"))};
  if (href.empty()) href = value_of(element.node);
  if (!href.empty()) draft.image.offer(2, url_in(element, href));
}

/// feedburner:origLink: where the link led before it was made to count clicks. The item's link
/// stays the published one.
void read_original_link(Draft& draft, const Element& element) {
  const std::string text = value_of(element.node);
  if (!looks_like_url(text)) return;
  draft.link.offer(original_link, text);
  add_link(draft, {.rel = "canonical", .href = text, .type = {}});
}

void read_license(Draft& draft, const Element& element) {
  std::string url{trimmed(attribute_of(element.node, "resource"))};
  if (url.empty()) url = value_of(element.node);
  if (!url.empty()) {
    add_link(draft, {.rel = "license", .href = url_in(element, url), .type = {}});
  }
}

}  // namespace

void add_link_handlers(HandlerTable& table) {
  using enum Vocabulary;
  for (const Vocabulary vocabulary : {core, atom}) {
    table.add(vocabulary, "link", read_link);
    table.add(vocabulary, "enclosure", read_enclosure);
  }
  table.add(core, "comments", read_comments);
  table.add(core, "image", read_image);
  table.add(atom, "logo", read_logo);
  table.add(atom, "icon", read_icon);
  table.add(core, "logo", read_logo);
  table.add(core, "icon", read_icon);
  table.add(media, "content", read_media_content);
  table.add(media, "thumbnail", read_media_thumbnail);
  table.add(itunes, "image", read_itunes_image);
  table.add(feedburner, "origlink", read_original_link);
  table.add(license, "license", read_license);
}

}  // namespace tocsin::feed
