// SPDX-License-Identifier: Apache-2.0
#include "feed/discover.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "base/url.hpp"
#include "base/utf8.hpp"
#include "feed/ascii.hpp"
#include "feed/charset.hpp"
#include "feed/html_tags.hpp"
#include "feed/html_text.hpp"
#include "feed/web_address.hpp"

namespace tocsin::feed {
namespace {

constexpr std::size_t longest_page = 2UL * 1024 * 1024;
constexpr std::size_t longest_title = 200;
constexpr std::size_t most_found = 1000;  // of one page, before the best are taken

/// A candidate before its address is resolved: <base> may stand behind it.
struct Found {
  std::string href;
  std::string title;
  std::string type;
  Hint hint = Hint::guessed;
};

template <std::size_t size>
bool is_any_of(std::string_view text, const std::array<std::string_view, size>& list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

template <std::size_t size>
bool ends_with_any(std::string_view text, const std::array<std::string_view, size>& list) {
  return std::any_of(list.begin(), list.end(),
                     [text](std::string_view end) { return text.ends_with(end); });
}

template <std::size_t size>
bool contains_any(std::string_view text, const std::array<std::string_view, size>& list) {
  return std::any_of(list.begin(), list.end(), [text](std::string_view part) {
    return text.find(part) != std::string_view::npos;
  });
}

bool has_token(std::string_view list, std::string_view lower_token) {
  while (!list.empty()) {
    const std::size_t begin = std::min(list.find_first_not_of(" \t\r\n\f"), list.size());
    list.remove_prefix(begin);
    const std::size_t end = std::min(list.find_first_of(" \t\r\n\f"), list.size());
    if (equals_lower(list.substr(0, end), lower_token)) return end > 0;
    list.remove_prefix(end);
  }
  return false;
}

std::string media_type(std::string_view declared) {
  return lower_copy(trimmed(declared.substr(0, declared.find(';'))));
}

constexpr std::array<std::string_view, 6> feed_types{
    "application/rss+xml", "application/atom+xml",   "application/feed+json",
    "application/rdf+xml", "application/x.atom+xml", "text/rss+xml"};
constexpr std::array<std::string_view, 4> general_types{"application/json", "application/xml",
                                                        "text/xml", "application/x-rss+xml"};

/// True when a link to `url` most likely leads to a feed.
bool looks_like_feed(const Url& url) {
  constexpr std::array<std::string_view, 12> ends{"/feed",    "/feeds",  "/rss",     "/atom",
                                                  ".rss",     ".atom",   ".rdf",     "/feed.json",
                                                  "feed.xml", "rss.xml", "atom.xml", "/index.xml"};
  constexpr std::array<std::string_view, 5> queries{"feed=rss", "feed=atom", "format=rss",
                                                    "format=feed", "type=rss"};
  constexpr std::array<std::string_view, 2> hosts{"feeds.", "rss."};
  std::string path = lower_copy(url.path);
  while (path.ends_with('/')) path.pop_back();
  if (path.find("sitemap") != std::string::npos) return false;
  const bool is_feed_host =
      path.size() > 1 && std::any_of(hosts.begin(), hosts.end(), [&url](std::string_view start) {
        return url.host.starts_with(start);
      });
  return ends_with_any(path, ends) || contains_any(lower_copy(url.query), queries) || is_feed_host;
}

/// "RSS" as a word of its own.
bool says_rss(std::string_view text) {
  for (std::size_t at = 0; at + 3 <= text.size(); ++at) {
    if (!equals_lower(text.substr(at, 3), "rss")) continue;
    const bool begins = at == 0 || !is_alnum(text[at - 1]);
    const bool ends = at + 3 == text.size() || !is_alpha(text[at + 3]);
    if (begins && ends) return true;
  }
  return false;
}

bool is_of_comments(const FeedCandidate& candidate) {
  const Url url = split_url(candidate.url);
  if (lower_copy(url.path + "?" + url.query).find("comment") != std::string::npos) return true;
  return lower_copy(candidate.title).find("comment") != std::string::npos;
}

class Page {
 public:
  explicit Page(std::string_view html) : html_{html} {}

  void read() {
    HtmlTags tags{html_};
    HtmlTag tag;
    while (found_.size() < most_found && tags.next(tag)) {
      if (tag.is("a")) {
        take_anchor(tag);
      } else if (tag.is("link") && !tag.is_close) {
        take_link(tag);
      } else if (tag.is("base") && !tag.is_close && base_.empty()) {
        base_ = tag.attribute("href");
      }
    }
  }

  [[nodiscard]] const std::string& base() const { return base_; }

  [[nodiscard]] std::vector<Found> take_found() { return std::move(found_); }

 private:
  void take_link(const HtmlTag& tag) {
    const std::string rel = tag.attribute("rel");
    std::string type = media_type(tag.attribute("type"));
    const bool is_alternate = has_token(rel, "alternate");
    const bool is_declared =
        has_token(rel, "feed") || (is_alternate && is_any_of(type, feed_types));
    const bool is_possible = is_alternate && is_any_of(type, general_types);
    if (!is_declared && !is_possible) return;
    add({.href = tag.attribute("href"),
         .title = tag.attribute("title"),
         .type = std::move(type),
         .hint = is_declared ? Hint::declared : Hint::possible});
  }

  /// A link is judged at its end, when its text is known.
  void take_anchor(const HtmlTag& tag) {
    if (!anchor_.href.empty()) {
      const std::string_view inner = html_.substr(anchor_begin_, tag.begin - anchor_begin_);
      std::string text = html_to_text(inner.substr(0, longest_title * 4));
      if (anchor_.title.empty()) anchor_.title = fold_space(text);
      const bool is_told =
          says_rss(text) || says_rss(anchor_.title) || is_any_of(anchor_.type, feed_types);
      const std::string address = web_address(anchor_.href);
      const bool is_told_by_scheme = starts_with_lower(anchor_.href, "feed:");
      const bool is_script = starts_with_lower(address, "javascript:") || address.starts_with('#');
      if (!is_script && (is_told || is_told_by_scheme || looks_like_feed(split_url(address))))
        add(std::move(anchor_));
    }
    anchor_ = {};
    if (tag.is_close) return;
    anchor_ = {.href = tag.attribute("href"),
               .title = tag.attribute("title"),
               .type = media_type(tag.attribute("type")),
               .hint = Hint::linked};
    if (anchor_.title.empty()) anchor_.title = tag.attribute("aria-label");
    anchor_begin_ = tag.end;
  }

  void add(Found found) {
    if (!found.href.empty()) found_.push_back(std::move(found));
  }

  std::string_view html_;
  std::string base_;
  std::vector<Found> found_;
  Found anchor_;  // open; its href is empty when there is none
  std::size_t anchor_begin_ = 0;
};

/// The charset in <meta charset> or <meta http-equiv>, where HTML wants it: near the beginning.
std::string charset_in(std::string_view page) {
  constexpr std::size_t near = 4096;
  HtmlTags tags{page.substr(0, near)};
  HtmlTag tag;
  while (tags.next(tag)) {
    if (!tag.is("meta")) continue;
    std::string charset = tag.attribute("charset");
    if (!charset.empty()) return charset;
    const std::string content = lower_copy(tag.attribute("content"));
    const std::size_t at = content.find("charset=");
    if (at != std::string::npos) return content.substr(at + 8);
  }
  return {};
}

void decode_page(std::string_view page, std::string_view content_type, Decoded& decoded) {
  std::string type{content_type};
  if (lower_copy(type).find("charset=") == std::string::npos) {
    type = "text/html; charset=" + charset_in(page);
  }
  decode(page, type, decoded);
}

void add_guesses(std::vector<Found>& found) {
  constexpr std::array<std::string_view, 6> usual{"/feed",     "/rss.xml",   "/atom.xml",
                                                  "/feed.xml", "/index.xml", "/feed.json"};
  for (const std::string_view path : usual) {
    found.push_back({.href = std::string{path}, .title = {}, .type = {}, .hint = Hint::guessed});
  }
}

/// Nothing for what is no web address.
FeedCandidate candidate_of(Found found, const std::string& base) {
  Url url = split_url(resolve_url(base, web_address(clean_utf8(found.href))));
  url.has_fragment = false;
  FeedCandidate candidate{
      .url = to_string(url),
      .title = fold_space(truncate_utf8(clean_utf8(found.title), longest_title)),
      .type = std::move(found.type),
      .hint = found.hint};
  if (!parse_http_url(candidate.url)) candidate.url.clear();
  candidate.is_comments = is_of_comments(candidate);
  return candidate;
}

}  // namespace

std::string_view to_string(Hint hint) {
  switch (hint) {
    case Hint::declared:
      return "declared";
    case Hint::possible:
      return "possible";
    case Hint::linked:
      return "linked";
    case Hint::guessed:
      break;
  }
  return "guessed";
}

std::vector<FeedCandidate> discover_feeds(std::string_view page, const Origin& origin) {
  if (!parse_http_url(origin.url)) return {};
  Decoded decoded;
  decode_page(page.substr(0, longest_page), origin.content_type, decoded);
  Page reader{decoded.text};
  reader.read();
  const std::string page_base = resolve_url(origin.url, reader.base());
  const std::string base = parse_http_url(page_base) ? page_base : std::string{origin.url};
  std::vector<Found> found = reader.take_found();
  add_guesses(found);
  std::vector<FeedCandidate> candidates;
  for (Found& one : found) {
    // A guess is about the site, whatever its pages say of their base.
    const bool is_guess = one.hint == Hint::guessed;
    FeedCandidate candidate =
        candidate_of(std::move(one), is_guess ? std::string{origin.url} : base);
    if (!candidate.url.empty()) candidates.push_back(std::move(candidate));
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const FeedCandidate& a, const FeedCandidate& b) {
                     return std::pair{a.is_comments, a.hint} < std::pair{b.is_comments, b.hint};
                   });
  std::unordered_set<std::string> seen;
  std::erase_if(candidates, [&seen](const FeedCandidate& candidate) {
    return !seen.insert(canonical_link(candidate.url)).second;
  });
  if (candidates.size() > most_candidates) candidates.resize(most_candidates);
  return candidates;
}

}  // namespace tocsin::feed
