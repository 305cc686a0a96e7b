// SPDX-License-Identifier: Apache-2.0
#include "plugins/feed/item.hpp"

#include <fmt/format.h>

#include <string_view>

#include "base/utf8.hpp"
#include "tocsin/text.hpp"

namespace tocsin::feed_plugin {
namespace {

constexpr std::size_t text_limit = 8192;  // bytes; a hundred of them make a file of reasonable size

/// Without controls, and without U+FFFE and U+FFFF, which XML has no way to write.
std::string clean(std::string_view text) {
  std::string out = clean_utf8(text);
  for (const char* none : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
    for (std::size_t at = 0; (at = out.find(none, at)) != std::string::npos;) out.erase(at, 3);
  }
  return out;
}

/// What a digest tells, a line for each item.
std::string text_of(const alert::DigestPart& digest) {
  std::string text;
  for (const alert::DigestItem& one : digest.items) {
    text += "- " + (one.title.empty() ? "(no title)" : one.title);
    for (const std::string& more : {one.source, plugin::web_link(one.url)}) {
      if (!more.empty()) text += " · " + more;
    }
    text += "\n";
  }
  if (digest.more > 0) text += fmt::format("and {} more\n", digest.more);
  return text;
}

std::string text_of(const alert::Alert& alert) {
  if (alert.digest) return text_of(*alert.digest);
  return alert.item.content.empty() ? alert.item.summary : alert.item.content;
}

}  // namespace

Item item_of(const alert::Alert& alert, std::uint64_t seq) {
  const std::string& title = alert.item.title.empty() ? alert.summary : alert.item.title;
  const std::string text = text_of(alert);
  Item item{.seq = seq,
            .id = "urn:tocsin:alert:" + clean(alert.id),
            .first_id = alert.first_id,
            .url = plugin::web_link(alert.item.url),
            .title = clean(title),
            .summary = clean(alert.item.summary),
            .text = plugin::cut_bytes(clean(text.empty() ? title : text), text_limit),
            .language = clean(alert.item.language),
            .source = clean(alert.source.name),
            .topic = clean(alert.match.topic),
            .topic_title = clean(alert.match.title),
            .severity = alert.severity,
            .published = alert.times.published.value_or(alert.times.committed),
            .committed = alert.times.committed};
  for (const std::string& author : alert.item.authors) item.authors.push_back(clean(author));
  return item;
}

}  // namespace tocsin::feed_plugin
