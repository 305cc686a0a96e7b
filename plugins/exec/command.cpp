// SPDX-License-Identifier: Apache-2.0
#include "exec/command.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "alert/names.hpp"
#include "base/suggest.hpp"
#include "base/time_format.hpp"
#include "base/utf8.hpp"
#include "tocsin/text.hpp"

namespace tocsin::exec {
namespace {

constexpr std::size_t field_limit = 2048;  // bytes; all fields together stay far below ARG_MAX

constexpr std::array<std::string_view, 12> names{"id",    "topic",   "severity", "kind",
                                                 "title", "url",     "story",    "published",
                                                 "seq",   "attempt", "source",   "summary"};
/// These are what some web server said.
constexpr std::array<std::string_view, 4> foreign{"title", "url", "source", "summary"};

template <typename Names>
bool has(const Names& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// Characters that turn the direction of text, three bytes each: U+200E, U+200F, U+202A–U+202E,
/// U+2066–U+2069; and the line and paragraph separators, U+2028 and U+2029.
bool is_steering(std::string_view three) {
  if (three.size() < 3 || three[0] != '\xE2') return false;
  const auto third = static_cast<unsigned char>(three[2]);
  if (three[1] == '\x80') return third == 0x8E || third == 0x8F || (third >= 0xA8 && third <= 0xAE);
  return three[1] == '\x81' && third >= 0xA6 && third <= 0xA9;
}

/// On one line, with nothing in it that could steer a terminal.
std::string plain(std::string_view text) {
  const std::string clean = clean_utf8(text);
  std::string out;
  for (std::size_t at = 0; at < clean.size(); ++at) {
    if (is_steering(std::string_view{clean}.substr(at, 3))) {
      out += ' ';
      at += 2;
    } else {
      out += clean[at] == '\n' || clean[at] == '\t' ? ' ' : clean[at];
    }
  }
  return plugin::cut_bytes(out, field_limit);
}

/// A word cut at its placeholders: plain text and names of fields in turn.
struct Piece {
  std::string_view text = {};
  bool is_field = false;
};

bool is_name(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

std::vector<Piece> pieces_of(std::string_view word) {
  std::vector<Piece> pieces;
  std::size_t done = 0;
  for (std::size_t at = 0; (at = word.find('{', at)) != std::string_view::npos;) {
    const auto end = word.find('}', at);
    if (end == std::string_view::npos) break;
    const auto name = word.substr(at + 1, end - at - 1);
    if (!is_name(name)) {
      ++at;
      continue;
    }
    if (at > done) pieces.push_back({.text = word.substr(done, at - done)});
    pieces.push_back({.text = name, .is_field = true});
    done = at = end + 1;
  }
  if (done < word.size()) pieces.push_back({.text = word.substr(done)});
  return pieces;
}

/// What is wrong with a word; nothing where it is as it should be.
std::string wrong_with(const std::string& word, bool is_behind_dashes) {
  const auto pieces = pieces_of(word);
  for (const Piece& piece : pieces) {
    if (!piece.is_field || has(names, piece.text)) continue;
    return "'{" + std::string{piece.text} + "}' is no part of an alert" +
           did_you_mean(piece.text, {names.begin(), names.end()});
  }
  const bool is_open = !pieces.empty() && pieces[0].is_field && has(foreign, pieces[0].text);
  if (!is_open || is_behind_dashes) return {};
  return "'" + escape_for_line(word) + "' could become an option: put '--' before it, or text in " +
         "front";
}

std::string value_of(const Fields& fields, std::string_view name) {
  const auto it = std::find_if(fields.begin(), fields.end(),
                               [&](const auto& field) { return field.first == name; });
  return it == fields.end() ? std::string{} : it->second;
}

std::string variable_name(std::string_view field) {
  std::string name = "TOCSIN_";
  for (const char c : field) name += static_cast<char>(c - 'a' + 'A');
  return name;
}

}  // namespace

Fields fields_of(const alert::Alert& alert, const plugin::Delivery& delivery) {
  const std::string title = alert.item.title.empty() ? alert.summary : alert.item.title;
  const auto published = alert.times.published.value_or(alert.times.committed);
  return {{"id", plain(alert.id)},
          {"topic", plain(alert.match.topic)},
          {"severity", std::to_string(alert.severity)},
          {"kind", std::string{alert::name_of(alert::kind_names, alert.kind)}},
          {"title", plain(title)},
          {"url", plain(alert.item.url)},
          {"story", plain(alert.story.id)},
          {"published", to_rfc3339(published)},
          {"seq", std::to_string(delivery.seq)},
          {"attempt", std::to_string(delivery.attempt)},
          {"source", plain(alert.source.name)},
          {"summary", plain(alert.item.summary.empty() ? alert.summary : alert.item.summary)}};
}

Result<Command> Command::read(std::vector<std::string> words) {
  const auto mistakes = mistakes_in(words);
  if (!mistakes.empty()) return fail(Errc::invalid_input, "command: " + mistakes.front().what);
  return Command{std::move(words)};
}

plugin::Mistakes Command::mistakes_in(const std::vector<std::string>& words) {
  if (words.empty()) return {{.option = "command", .what = "is empty"}};
  plugin::Mistakes mistakes;
  const auto note = [&mistakes](std::size_t at, std::string what) {
    if (what.empty()) return;
    mistakes.push_back({.option = "command", .what = std::move(what), .at = at});
  };
  if (!words[0].starts_with('/')) {
    note(0, "'" + escape_for_line(words[0]) + "' must be an absolute path");
  }
  bool is_behind_dashes = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    note(i, wrong_with(words[i], is_behind_dashes));
    is_behind_dashes = is_behind_dashes || words[i] == "--";
  }
  return mistakes;
}

Result<std::vector<std::string>> Command::words_for(const Fields& fields) const {
  std::vector<std::string> out{words_[0]};
  bool is_behind_dashes = false;
  for (std::size_t i = 1; i < words_.size(); ++i) {
    std::string word;
    const auto pieces = pieces_of(words_[i]);
    for (const Piece& piece : pieces) {
      word += piece.is_field ? value_of(fields, piece.text) : std::string{piece.text};
    }
    const bool is_foreign = !pieces.empty() && pieces[0].is_field;
    if (is_foreign && !is_behind_dashes && word.starts_with('-')) {
      return fail(Errc::refused, "'" + words_[i] + "' would become an option");
    }
    is_behind_dashes = is_behind_dashes || words_[i] == "--";
    out.push_back(std::move(word));
  }
  return out;
}

std::vector<std::string> environment_for(const Fields& fields,
                                         const std::vector<std::string>& kept) {
  std::vector<std::string> out;
  for (const auto& [name, value] : fields) out.push_back(variable_name(name) + "=" + value);
  bool has_path = false;
  for (const std::string& name : kept) {
    const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
    if (value == nullptr || name.starts_with("TOCSIN_")) continue;
    has_path = has_path || name == "PATH";
    out.push_back(name + "=" + value);
  }
  if (!has_path) out.emplace_back("PATH=/usr/bin:/bin");
  return out;
}

}  // namespace tocsin::exec
