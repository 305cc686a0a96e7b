// SPDX-License-Identifier: Apache-2.0
#include "topics/phrase.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/suggest.hpp"
#include "base/utf8.hpp"
#include "text/stem.hpp"
#include "text/tokenize.hpp"

namespace tocsin::topics {
namespace {

/// A shorter prefix would match half the language.
constexpr std::size_t shortest_prefix = 2;

}  // namespace

Result<Phrase> parse_phrase(std::string_view written) {
  Phrase phrase;
  std::string_view body = written;
  const bool is_exact = body.starts_with('=');
  if (is_exact) body.remove_prefix(1);
  phrase.is_prefix = body.ends_with('*');
  if (phrase.is_prefix) body.remove_suffix(1);
  if (is_exact && phrase.is_prefix) {
    return fail(Errc::invalid_input, "is either an exact form (=) or a prefix (*), not both");
  }
  if (body.find('*') != std::string_view::npos) {
    return fail(Errc::invalid_input, "may have one '*' at its end only");
  }
  const text::Tokens tokens = text::tokenize(body, max_phrase_words + 1);
  if (tokens.tokens.empty()) return fail(Errc::invalid_input, "holds no word");
  if (tokens.tokens.size() > max_phrase_words) {
    return fail(Errc::invalid_input, fmt::format("has over {} words", max_phrase_words));
  }
  for (const text::Token& token : tokens.tokens) {
    phrase.words.emplace_back(tokens.key(token));
    if (!is_exact) continue;
    phrase.exact.push_back(text::cased_form(body.substr(token.begin, token.end - token.begin)));
  }
  if (phrase.is_prefix && phrase.words.back().size() < shortest_prefix) {
    return fail(Errc::invalid_input,
                fmt::format("needs {} letters or more before '*'", shortest_prefix));
  }
  return phrase;
}

void stem_words(Phrase& phrase, const std::string& stemmer) {
  const std::size_t whole = phrase.words.size() - (phrase.is_prefix ? 1 : 0);
  for (std::size_t i = 0; i < whole; ++i)
    phrase.words[i] = std::string{text::stem(stemmer, phrase.words[i])};
}

std::string spelling(const Phrase& phrase) {
  std::string key;
  for (const std::string& word : phrase.words) key.append(word).push_back('\x1f');
  key.push_back(phrase.is_prefix ? '*' : '.');
  for (const std::string& word : phrase.exact) key.append(word).push_back('\x1f');
  return key;
}

std::vector<Phrase> words_of(const Phrase& phrase) {
  std::vector<Phrase> words;
  for (std::size_t i = 0; i < phrase.words.size(); ++i) {
    Phrase word;
    word.words = {phrase.words[i]};
    if (!phrase.exact.empty()) word.exact = {phrase.exact[i]};
    word.is_prefix = phrase.is_prefix && i + 1 == phrase.words.size();
    words.push_back(std::move(word));
  }
  return words;
}

Result<std::vector<Phrase>> parse_reference(std::string_view written, const Topic& topic) {
  return parse_reference(written, topic.aliases);
}

Result<std::vector<Phrase>> parse_reference(std::string_view written, const Aliases& aliases) {
  std::vector<Phrase> phrases;
  if (!written.starts_with('@')) {
    auto phrase = parse_phrase(written);
    if (!phrase) return fail(phrase.error());
    phrases.push_back(std::move(*phrase));
    return phrases;
  }
  const std::string_view name = written.substr(1);
  const auto alias = std::find_if(aliases.begin(), aliases.end(),
                                  [name](const auto& row) { return row.first == name; });
  if (alias == aliases.end()) {
    std::vector<std::string> names;
    for (const auto& row : aliases) names.push_back('@' + row.first);
    return fail(Errc::invalid_input,
                fmt::format("names no alias of this file{}", did_you_mean(written, names)));
  }
  for (const std::string& surface : alias->second) {
    auto phrase = parse_phrase(surface);
    if (!phrase) {
      return fail(
          Errc::invalid_input,
          fmt::format("has a name '{}' that {}", escape_for_line(surface), phrase.error().message));
    }
    if (std::find(phrases.begin(), phrases.end(), *phrase) == phrases.end()) {
      phrases.push_back(std::move(*phrase));
    }
  }
  return phrases;
}

}  // namespace tocsin::topics
