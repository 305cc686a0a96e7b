// SPDX-License-Identifier: Apache-2.0
#include "feed/opml_edit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/url.hpp"
#include "base/utf8.hpp"
#include "feed/ascii.hpp"
#include "feed/charset.hpp"
#include "feed/opml_layout.hpp"
#include "feed/opml_render.hpp"

namespace tocsin::feed {
namespace {

constexpr std::size_t none = ElementPlace::none;

tl::unexpected<Error> refuse(std::string message) {
  return fail(Errc::invalid_input, std::move(message));
}

/// Bytes of ASCII mean themselves wherever they stand, save in these.
bool is_superset_of_ascii(std::string_view encoding) {
  constexpr std::array<std::string_view, 5> others{"utf-16", "utf-32", "utf-7", "iso-2022", "hz"};
  return std::none_of(others.begin(), others.end(),
                      [encoding](std::string_view start) { return encoding.starts_with(start); });
}

/// The bytes of a list, what they say, and where.
struct List {
  std::string_view bytes;
  Decoded decoded;
  std::vector<ElementPlace> shown;  ///< In decoded.text.
  std::vector<ElementPlace> raw;    ///< The same elements in `bytes`.
  std::vector<Subscription> feeds;
  std::size_t root_or_body = 0;  ///< The element that the outlines stand in.
  bool has_body = false;
};

bool is_folder(const List& list, std::size_t element) {
  return equals_lower(list.shown[element].name, "outline") &&
         trimmed(attribute_at(list.decoded.text, list.shown[element], "xmlurl")).empty();
}

void find_body(List& list) {
  for (std::size_t i = 1; i < list.shown.size(); ++i) {
    if (list.shown[i].parent != 0) continue;
    const bool is_body = equals_lower(list.shown[i].name, "body");
    // Outlines outside any body make the root stand for it.
    if (is_body) list.root_or_body = i;
    list.has_body = is_body || equals_lower(list.shown[i].name, "outline");
    if (list.has_body) return;
  }
}

Result<void> read_feeds(List& list) {
  Diagnostics ignored;  // bad outlines stay as they are
  auto feeds = read_opml(list.bytes, "the list", ignored);
  if (!feeds)
    return fail(feeds.error().code,
                ignored.empty() ? feeds.error().message : ignored.front().message);
  list.feeds = std::move(*feeds);
  return {};
}

/// Fills `list`, which the views point into.
Result<void> read_list(std::string_view bytes, List& list) {
  list.bytes = bytes;
  if (auto read = read_feeds(list); !read) return read;
  decode(bytes, {}, list.decoded);
  if (!is_superset_of_ascii(list.decoded.encoding)) {
    return refuse("it is in " + list.decoded.encoding + "; convert it to UTF-8 first");
  }
  auto shown = element_places(list.decoded.text);
  if (!shown) return fail(shown.error());
  auto raw = element_places(bytes);
  if (!raw) return fail(raw.error());
  const auto is_same = [](const ElementPlace& a, const ElementPlace& b) {
    return a.parent == b.parent && a.name == b.name;
  };
  if (!std::equal(shown->begin(), shown->end(), raw->begin(), raw->end(), is_same)) {
    return refuse("its encoding hides its markup; convert it to UTF-8 first");
  }
  list.shown = std::move(*shown);
  list.raw = std::move(*raw);
  find_body(list);
  return {};
}

/// A change of one place in the bytes.
struct Splice {
  std::size_t at = 0;
  std::size_t erased = 0;
  std::string text;
};

std::string spliced(std::string_view bytes, std::vector<Splice> splices) {
  std::stable_sort(splices.begin(), splices.end(),
                   [](const Splice& a, const Splice& b) { return a.at < b.at; });
  std::string out;
  std::size_t at = 0;
  for (const Splice& splice : splices) {
    out += bytes.substr(at, splice.at - at);
    out += splice.text;
    at = splice.at + splice.erased;
  }
  out += bytes.substr(at);
  return out;
}

bool is_same_feed(const Subscription& a, const Subscription& b) {
  return a.id == b.id && a.url == b.url && a.title == b.title && a.site == b.site &&
         a.tags == b.tags;
}

/// That `edited` holds what was there before, without `removed`, and `added` besides.
Result<void> prove(const List& before, const std::string& edited,
                   const std::vector<Subscription>& added, std::string_view removed) {
  std::unordered_map<std::string, const Subscription*> awaited;
  for (const Subscription& feed : added) awaited.emplace(feed.key(), &feed);
  List after;
  after.bytes = edited;
  auto old = before.feeds.begin();
  const auto skip_removed = [&] {
    if (old != before.feeds.end() && old->key() == removed) ++old;
  };
  bool is_right = read_feeds(after).has_value();
  for (const Subscription& feed : after.feeds) {
    const auto found = awaited.find(feed.key());
    if (found != awaited.end()) {
      is_right = is_right && is_same_feed(feed, *found->second);
      awaited.erase(found);
      continue;
    }
    skip_removed();
    is_right = is_right && old != before.feeds.end() && is_same_feed(feed, *old);
    if (!is_right) break;
    ++old;
  }
  skip_removed();
  if (is_right && awaited.empty() && old == before.feeds.end()) return {};
  return refuse("the edited list would not be read as it was meant; nothing was changed");
}

/// What the reader will make of it.
Subscription as_read(const Subscription& feed) {
  const auto clean = [](std::string_view text) {
    const std::string cleaned = clean_utf8(text);
    return std::string{trimmed(cleaned)};
  };
  Subscription read{.id = clean(feed.id),
                    .url = clean(feed.url),
                    .title = clean(feed.title),
                    .site = clean(feed.site),
                    .tags = {}};
  if (read.title.empty()) read.title = read.url;
  for (const std::string& tag : feed.tags) {
    std::string cleaned = clean(tag);
    if (!cleaned.empty()) read.tags.push_back(std::move(cleaned));
  }
  return read;
}

Result<std::vector<Subscription>> listable(const List& list,
                                           const std::vector<Subscription>& feeds) {
  std::unordered_set<std::string_view> keys;
  for (const Subscription& feed : list.feeds) keys.insert(feed.key());
  std::vector<Subscription> read;
  read.reserve(feeds.size());  // so that views of the keys stay valid
  for (const Subscription& feed : feeds) {
    const Subscription& one = read.emplace_back(as_read(feed));
    const std::string shown_key = "'" + escape_for_line(without_secrets(one.key())) + "'";
    if (const auto url = parse_http_url(one.url); !url) {
      return refuse(shown_key + ": " + url.error().message);
    }
    if (!keys.insert(one.key()).second) return refuse(shown_key + " is listed already");
    if (one.tags.size() > most_tags) {
      return refuse(fmt::format("{}: more than {} folders in each other", shown_key, most_tags));
    }
  }
  return read;
}

/// The folders and feeds to be added, as a tree that starts at what is there.
class Additions {
 public:
  explicit Additions(const List& list) : list_{list}, style_{style_of(list.bytes, list.raw)} {
    root_.element = list.root_or_body;
    for (std::size_t i = 1; i < list.shown.size(); ++i) {
      const std::size_t parent = list.shown[i].parent;
      if (parent != none && is_folder(list, i)) folders_.emplace(place_key(parent, title_of(i)), i);
    }
  }

  void add(const Subscription& feed) {
    Folder* folder = &root_;
    for (const std::string& tag : feed.tags) folder = &inner(*folder, tag);
    folder->feeds.push_back(&feed);
  }

  [[nodiscard]] std::vector<Splice> take_splices() {
    collect(root_);
    return std::move(splices_);
  }

 private:
  struct Folder {
    std::string title;
    std::size_t element = none;  ///< In the list; none for a new one.
    std::vector<const Subscription*> feeds;
    std::vector<std::unique_ptr<Folder>> inner;
    std::unordered_map<std::string, Folder*> by_title;
  };

  static std::string place_key(std::size_t parent, const std::string& title) {
    return std::to_string(parent) + ":" + title;
  }

  [[nodiscard]] std::string title_of(std::size_t element) const {
    const ElementPlace& place = list_.shown[element];
    const std::string title = clean_utf8(attribute_at(list_.decoded.text, place, "title"));
    if (!trimmed(title).empty()) return std::string{trimmed(title)};
    const std::string text = clean_utf8(attribute_at(list_.decoded.text, place, "text"));
    return std::string{trimmed(text)};
  }

  Folder& inner(Folder& outer, const std::string& title) {
    const auto known = outer.by_title.find(title);
    if (known != outer.by_title.end()) return *known->second;
    auto folder = std::make_unique<Folder>();
    folder->title = title;
    if (outer.element != none) {
      const auto there = folders_.find(place_key(outer.element, title));
      if (there != folders_.end()) folder->element = there->second;
    }
    Folder& made = *folder;
    outer.by_title.emplace(title, &made);
    outer.inner.push_back(std::move(folder));
    return made;
  }

  /// What is new directly inside an existing folder becomes one splice.
  void collect(const Folder& folder) {
    const std::string indent = child_indent(list_.bytes, list_.raw, folder.element, style_);
    const bool needs_body = folder.element == 0 && !list_.has_body;
    std::string lines;
    if (needs_body) lines += indent + "<body>" + style_.line_end;
    write_new(folder, needs_body ? indent + style_.unit : indent, lines);
    if (needs_body) lines += indent + "</body>" + style_.line_end;
    if (!lines.empty()) insert(folder.element, lines);
    for (const auto& one : folder.inner) {
      if (one->element != none) collect(*one);
    }
  }

  void write_new(const Folder& folder, const std::string& indent, std::string& lines) const {
    for (const Subscription* feed : folder.feeds) {
      lines += indent + outline_of(*feed, style_) + style_.line_end;
    }
    for (const auto& one : folder.inner) {
      if (one->element != none) continue;
      lines += indent + "<outline text=\"" + escaped(one->title, style_) + "\">" + style_.line_end;
      write_new(*one, indent + style_.unit, lines);
      lines += indent + "</outline>" + style_.line_end;
    }
  }

  /// Puts whole lines before the end tag of an element.
  void insert(std::size_t element, const std::string& lines) {
    const ElementPlace& place = list_.raw[element];
    const std::string_view bytes = list_.bytes;
    const std::string own_indent{indent_at(bytes, place.begin).value_or("")};
    if (place.closes_itself()) {
      const std::string end_tag = own_indent + "</" + std::string{place.name} + ">";
      splices_.push_back(
          {.at = place.end - 2, .erased = 2, .text = ">" + style_.line_end + lines + end_tag});
      return;
    }
    const auto close_indent = indent_at(bytes, place.close);
    if (close_indent && place.close - close_indent->size() > place.inner) {
      splices_.push_back({.at = place.close - close_indent->size(), .erased = 0, .text = lines});
    } else {
      splices_.push_back(
          {.at = place.close, .erased = 0, .text = style_.line_end + lines + own_indent});
    }
  }

  const List& list_;
  OutlineStyle style_;
  std::unordered_map<std::string, std::size_t> folders_;  // the first of each title in its folder
  Folder root_;
  std::vector<Splice> splices_;
};

/// Makes the prefix of tocsin:id known where the root does not.
std::optional<Splice> declaration_for(const List& list, const std::vector<Subscription>& feeds) {
  const bool is_needed = std::any_of(feeds.begin(), feeds.end(),
                                     [](const Subscription& feed) { return !feed.id.empty(); });
  const ElementPlace& root = list.raw.front();
  const std::string_view tag = list.bytes.substr(root.begin, root.inner - root.begin);
  if (!is_needed || tag.find("xmlns:tocsin") != std::string_view::npos) return std::nullopt;
  const std::size_t end = root.inner - (tag.ends_with("/>") ? 2 : 1);
  return Splice{
      .at = end, .erased = 0, .text = " xmlns:tocsin=\"" + std::string{opml_namespace} + "\""};
}

/// The bytes in [begin, end) with what makes up their line, when nothing else is on it.
Splice removal_of(std::string_view bytes, std::size_t begin, std::size_t end) {
  const auto indent = indent_at(bytes, begin);
  std::size_t line_end = std::min(bytes.find_first_not_of(" \t", end), bytes.size());
  const bool ends_line =
      line_end < bytes.size() && (bytes[line_end] == '\n' || bytes[line_end] == '\r');
  if (!indent || !ends_line) return {.at = begin, .erased = end - begin, .text = {}};
  line_end += bytes.substr(line_end).starts_with("\r\n") ? 2U : 1U;
  const std::size_t line = begin - indent->size();
  return {.at = line, .erased = line_end - line, .text = {}};
}

/// What takes an outline away. All that stands in it stays, one level further out.
std::vector<Splice> removals_of(std::string_view bytes, const ElementPlace& place) {
  const bool is_empty = trimmed(bytes.substr(place.inner, place.close - place.inner)).empty();
  if (is_empty) return {removal_of(bytes, place.begin, place.end)};
  return {removal_of(bytes, place.begin, place.inner), removal_of(bytes, place.close, place.end)};
}

/// The bytes without the first outline of this key; `not_found` when there is none.
Result<std::string> without_first(const List& list, std::string_view key) {
  const auto feed = std::find_if(list.feeds.begin(), list.feeds.end(),
                                 [key](const Subscription& one) { return one.key() == key; });
  if (feed == list.feeds.end()) {
    return fail(Errc::not_found, "no feed '" + escape_for_line(key) + "'");
  }
  const auto shown =
      std::find_if(list.shown.begin(), list.shown.end(),
                   [&feed](const ElementPlace& place) { return place.begin == feed->offset; });
  if (shown == list.shown.end()) return refuse("its markup is not plain enough to be edited");
  const auto index = static_cast<std::size_t>(shown - list.shown.begin());
  return spliced(list.bytes, removals_of(list.bytes, list.raw[index]));
}

}  // namespace

std::string empty_opml() {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\" xmlns:tocsin=\"{}\">\n"
      "  <head>\n    <title>Feeds of Tocsin</title>\n  </head>\n  <body>\n  </body>\n</opml>\n",
      opml_namespace);
}

Result<std::string> add_outlines(std::string_view bytes, const std::vector<Subscription>& feeds) {
  List list;
  if (auto read = read_list(bytes, list); !read) return fail(read.error());
  const auto added = listable(list, feeds);
  if (!added) return fail(added.error());
  std::vector<Splice> splices;
  if (auto declaration = declaration_for(list, *added)) splices.push_back(std::move(*declaration));
  Additions additions{list};
  for (const Subscription& feed : *added) additions.add(feed);
  for (Splice& splice : additions.take_splices()) splices.push_back(std::move(splice));
  std::string edited = spliced(bytes, std::move(splices));
  if (auto proven = prove(list, edited, *added, {}); !proven) return fail(proven.error());
  return edited;
}

Result<std::string> remove_outline(std::string_view bytes, std::string_view key) {
  List list;
  if (auto read = read_list(bytes, list); !read) return fail(read.error());
  auto edited = without_first(list, key);
  if (!edited) return edited;
  // A key that is listed twice shows its second place only when the first is gone.
  for (;;) {
    List again;
    if (auto read = read_list(*edited, again); !read) return fail(read.error());
    auto shorter = without_first(again, key);
    if (!shorter) break;
    edited = std::move(shorter);
  }
  if (auto proven = prove(list, *edited, {}, key); !proven) return fail(proven.error());
  return edited;
}

}  // namespace tocsin::feed
