// SPDX-License-Identifier: Apache-2.0
#include "app/alert_query.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "alert/codec.hpp"
#include "text/tokenize.hpp"

namespace tocsin::app {
namespace {

constexpr std::size_t page_size = 500;

/// A word to be found: its comparison form, whole or as a beginning.
struct Wanted {
  std::string key;
  bool is_prefix = false;
};

std::vector<Wanted> wanted_words(const std::vector<std::string>& words) {
  std::vector<Wanted> wanted;
  for (const std::string& word : words) {
    const bool is_prefix = word.ends_with('*');
    const text::Tokens tokens = text::tokenize(word);
    for (const text::Token& token : tokens.tokens) {
      const bool is_last = &token == &tokens.tokens.back();
      wanted.push_back({.key = std::string{tokens.key(token)}, .is_prefix = is_prefix && is_last});
    }
  }
  return wanted;
}

void add_words(std::set<std::string, std::less<>>& words, std::string_view text) {
  const text::Tokens tokens = text::tokenize(text);
  for (const text::Token& token : tokens.tokens) words.emplace(tokens.key(token));
}

bool has_words(const alert::Alert& alert, const std::vector<Wanted>& wanted) {
  if (wanted.empty()) return true;
  std::set<std::string, std::less<>> words;
  for (const std::string* text :
       {&alert.item.title, &alert.item.summary, &alert.item.content, &alert.summary}) {
    add_words(words, *text);
  }
  if (alert.digest) {
    for (const alert::DigestItem& item : alert.digest->items) add_words(words, item.title);
  }
  return std::all_of(wanted.begin(), wanted.end(), [&words](const Wanted& one) {
    const auto found = words.lower_bound(one.key);
    if (found == words.end()) return false;
    return one.is_prefix ? found->starts_with(one.key) : *found == one.key;
  });
}

bool is_of_story(const alert::Alert& alert, const std::string& story) {
  if (story.empty() || alert.story.id == story) return true;
  return alert.digest && std::any_of(alert.digest->items.begin(), alert.digest->items.end(),
                                     [&story](const auto& item) { return item.story == story; });
}

bool is_of_topics(const alert::Alert& alert, const std::vector<std::string>& topics) {
  return topics.empty() ||
         std::find(topics.begin(), topics.end(), alert.match.topic) != topics.end();
}

}  // namespace

std::optional<std::string> empty_word(const std::vector<std::string>& words) {
  const auto found = std::find_if(words.begin(), words.end(), [](const std::string& word) {
    return text::tokenize(word).tokens.empty();
  });
  return found == words.end() ? std::nullopt : std::optional{*found};
}

Result<void> find_alerts(
    store::Store& store, const AlertWish& wish,
    const std::function<bool(const alert::LogRecord&, const alert::Alert&)>& visit) {
  const std::vector<Wanted> wanted = wanted_words(wish.words);
  store::AlertQuery query{.frame_prefix = {}, .since = wish.since, .limit = page_size};
  std::size_t found = 0;
  while (found < wish.limit) {
    const auto page = store.alerts(query);
    if (!page) return fail(page.error());
    for (const alert::LogRecord& record : *page) {
      const auto decoded = alert::decode(record.payload);
      if (!decoded) continue;  // of a later version
      const alert::Alert& alert = decoded->alert;
      const bool is_wanted = alert.severity <= wish.severity && is_of_topics(alert, wish.topics) &&
                             is_of_story(alert, wish.story) && has_words(alert, wanted);
      if (!is_wanted) continue;
      if (!visit(record, alert) || ++found == wish.limit) return {};
    }
    if (page->size() < page_size) return {};
    query.before_seq = page->back().seq;
  }
  return {};
}

const std::string& headline_of(const alert::Alert& alert) {
  return alert.kind == alert::Kind::operations ? alert.summary : alert.item.title;
}

}  // namespace tocsin::app
