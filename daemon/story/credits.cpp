// SPDX-License-Identifier: Apache-2.0
#include "story/credits.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "story/agencies.hpp"

namespace tocsin::story {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view no_break_space = "\u00A0";
constexpr std::array dashes{std::string_view{"\u2014"}, std::string_view{"\u2013"},
                            std::string_view{"--"}, std::string_view{"-"}};
constexpr std::size_t longest_dateline = 80;
constexpr std::size_t longest_credit = 160;

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

bool is_letter(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z');
}

bool is_beyond_ascii(char c) {
  return static_cast<unsigned char>(c) >= 0x80U;
}

std::string_view trimmed(std::string_view text) {
  for (bool again = true; again;) {
    const std::size_t before = text.size();
    while (!text.empty() && blanks.find(text.front()) != std::string_view::npos)
      text.remove_prefix(1);
    while (!text.empty() && blanks.find(text.back()) != std::string_view::npos)
      text.remove_suffix(1);
    if (text.starts_with(no_break_space)) text.remove_prefix(no_break_space.size());
    if (text.ends_with(no_break_space)) text.remove_suffix(no_break_space.size());
    again = text.size() != before;
  }
  return text;
}

std::size_t word_count(std::string_view text) {
  std::size_t words = 0;
  bool is_inside = false;
  for (const char c : text) {
    const bool is_blank = blanks.find(c) != std::string_view::npos;
    if (!is_blank && !is_inside) ++words;
    is_inside = !is_blank;
  }
  return words;
}

/// True when `mark` stands in `text` as words of its own.
bool names(std::string_view text, std::string_view mark) {
  for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
    const auto end = at + mark.size();
    const bool begins = at == 0 || !is_letter(mark.front()) || !is_letter(text[at - 1]);
    const bool ends = end == text.size() || !is_letter(mark.back()) || !is_letter(text[end]);
    if (begins && ends) return true;
  }
  return false;
}

/// ASCII letters and digits in lower case, other letters as they are: "The Gazette" → "thegazette".
std::string letters_of(std::string_view text) {
  std::string letters;
  for (const char c : text) {
    if (is_upper(c)) {
      letters.push_back(static_cast<char>(c - 'A' + 'a'));
    } else if (is_letter(c) || (c >= '0' && c <= '9') || is_beyond_ascii(c)) {
      letters.push_back(c);
    }
  }
  return letters;
}

bool has_cue(std::string_view words) {
  std::string folded;
  folded.reserve(words.size());
  for (const char c : words) folded.push_back(is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c);
  return std::any_of(credit_cues.begin(), credit_cues.end(),
                     [&folded](std::string_view cue) { return names(folded, cue); });
}

bool opens_as_credit(std::string_view words) {
  return std::any_of(credit_openings.begin(), credit_openings.end(),
                     [words](std::string_view opening) { return words.starts_with(opening); });
}

/// A bracket or short sentence that says whose text it is.
bool is_credit(std::string_view words) {
  constexpr std::size_t few_words = 4;
  constexpr std::size_t most_words = 12;  // beyond, a sentence has something to tell
  const std::size_t count = word_count(words);
  if (words.size() > longest_credit) return false;
  if (opens_as_credit(words)) return true;
  if (agency_in(words).empty()) return false;
  return count <= few_words || (count <= most_words && has_cue(words));
}

struct Cut {
  std::string_view kept;
  std::string_view taken;  ///< Empty: nothing was a credit.
};

/// Without a bracket at the end that is a credit.
Cut without_last_bracket(std::string_view text) {
  std::string_view body = text;
  if (body.ends_with('.')) body.remove_suffix(1);
  if (!body.ends_with(')') && !body.ends_with(']')) return {text, {}};
  const auto open = body.find_last_of("([");
  if (open == std::string_view::npos) return {text, {}};
  const std::string_view inside = body.substr(open + 1, body.size() - open - 2);
  return is_credit(inside) ? Cut{text.substr(0, open), inside} : Cut{text, {}};
}

/// Behind the last end of a sentence, line or part; npos where there is none.
std::size_t behind_last_end(std::string_view text) {
  constexpr std::array<std::string_view, 10> ends{". ", ".\n", "\n", "\u2014", "\u2013",
                                                  "|",  "! ",  "? ", "\" ",    "\u201D "};
  constexpr std::string_view first_bytes = ".\n|!?\"\xE2";
  for (auto at = text.find_last_of(first_bytes); at != std::string_view::npos;
       at = at == 0 ? std::string_view::npos : text.find_last_of(first_bytes, at - 1)) {
    for (const std::string_view end : ends) {
      if (text.substr(at).starts_with(end)) return at + end.size();
    }
  }
  return std::string_view::npos;
}

/// Without a last sentence, line or part behind a dash or bar that is a credit.
Cut without_last_sentence(std::string_view text) {
  std::string_view body = text;
  while (body.ends_with('.')) body.remove_suffix(1);
  const std::size_t from = body.size() > longest_credit ? body.size() - longest_credit : 0;
  const std::string_view tail = body.substr(from);
  const std::size_t end = behind_last_end(tail);
  if (end == std::string_view::npos) return {text, {}};
  const std::size_t start = from + end;
  const std::string_view last = trimmed(body.substr(start));
  if (!last.empty() && is_credit(last)) return {text.substr(0, start), last};
  constexpr std::size_t words_of_a_name = 5;
  const bool is_outlet = start > 0 && body[start - 1] == '|' && word_count(last) <= words_of_a_name;
  return is_outlet ? Cut{text.substr(0, start - 1), last} : Cut{text, {}};
}

/// Separators left over from what was cut behind them.
std::string_view without_separators(std::string_view text) {
  for (bool again = true; again;) {
    again = false;
    text = trimmed(text);
    for (const std::string_view mark : {dashes[0], dashes[1], dashes[3], std::string_view{"|"}}) {
      if (!text.ends_with(mark)) continue;
      text.remove_suffix(mark.size());
      again = true;
    }
  }
  return text;
}

void take_agency(std::string_view words, std::string_view& agency) {
  if (agency.empty()) agency = agency_in(words);
}

std::string_view without_tail(std::string_view text, std::string_view& agency) {
  constexpr int most_credits = 4;
  for (int i = 0; i < most_credits; ++i) {
    text = without_separators(text);
    Cut cut = without_last_bracket(text);
    if (cut.taken.empty()) cut = without_last_sentence(text);
    // An item that is nothing but a credit keeps it: something must be left to compare.
    if (cut.taken.empty() || trimmed(cut.kept).empty()) return text;
    take_agency(cut.taken, agency);
    text = cut.kept;
  }
  return without_separators(text);
}

/// The text behind a dash that stands at its beginning; nothing where there is none.
std::optional<std::string_view> behind_dash(std::string_view text) {
  text = trimmed(text);
  for (const std::string_view dash : dashes) {
    if (text.starts_with(dash)) return trimmed(text.substr(dash.size()));
  }
  return std::nullopt;
}

/// "KESSEL, March 4" and "LONDON" are places, "Nobody knows" is not: the first word is in capitals.
bool is_place(std::string_view words) {
  const std::string_view first = words.substr(0, words.find_first_of(" ,"));
  return first.size() >= 3 &&
         std::none_of(first.begin(), first.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// Takes off "By Joan Pryce, PA Media" on a first line of its own.
std::string_view without_byline(std::string_view text, std::string_view& agency) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos || end > longest_credit) return text;
  const std::string_view line = trimmed(text.substr(0, end));
  constexpr std::size_t most_words = 12;
  const bool opens =
      std::any_of(byline_openings.begin(), byline_openings.end(),
                  [line](std::string_view opening) { return line.starts_with(opening); });
  if (!opens || word_count(line) > most_words || line.ends_with('.')) return text;
  take_agency(line, agency);
  return trimmed(text.substr(end));
}

/// Splits "KESSEL, March 4 (Reuters) - A car …" into place and text.
void split_dateline(Uncredited& item) {
  const std::string_view head = item.text.substr(0, longest_dateline);
  const auto open = head.find('(');
  const auto close = open == std::string_view::npos ? open : head.find(')', open);
  if (close != std::string_view::npos) {
    const std::string_view inside = head.substr(open + 1, close - open - 1);
    const auto rest = behind_dash(item.text.substr(close + 1));
    if (is_credit(inside) && !agency_in(inside).empty() && (rest || open == 0)) {
      take_agency(inside, item.agency);
      item.place = trimmed(head.substr(0, open));
      item.text = rest ? *rest : trimmed(item.text.substr(close + 1));
      return;
    }
  }
  for (const std::string_view dash : {dashes[0], dashes[1]}) {
    const auto at = head.find(dash);
    if (at == std::string_view::npos) continue;
    const std::string_view before = trimmed(head.substr(0, at));
    const bool is_agency = !agency_in(before).empty() && word_count(before) <= 4;
    if (!is_agency && !is_place(before)) continue;
    take_agency(before, item.agency);
    item.place = is_agency ? std::string_view{} : before;
    item.text = trimmed(item.text.substr(at + dash.size()));
    return;
  }
}

/// Whether `words` are how the outlet calls itself: its host's name, its feed's title, or either in
/// part.
bool is_outlet_name(std::string_view words, const Published& published) {
  const std::string name = letters_of(words);
  constexpr std::size_t least = 3;
  if (name.size() < least) return false;
  const std::string host = letters_of(published.outlet);
  const std::string source = letters_of(published.source);
  return host.find(name) != std::string::npos || source.find(name) != std::string::npos;
}

std::string_view without_name_at_end(const Published& published, std::string_view& agency) {
  std::string_view title = trimmed(published.title);
  constexpr std::array marks{" | ", " - ", " \u2013 ", " \u2014 ", " :: "};
  constexpr std::size_t most_words = 5;
  for (const std::string_view mark : marks) {
    const auto at = title.rfind(mark);
    if (at == std::string_view::npos || at == 0) continue;
    const std::string_view last = trimmed(title.substr(at + mark.size()));
    if (last.empty() || word_count(last) > most_words) continue;
    const bool is_agency = is_credit(last) && !agency_in(last).empty();
    if (mark != marks.front() && !is_agency && !is_outlet_name(last, published)) continue;
    if (is_agency) take_agency(last, agency);
    return trimmed(title.substr(0, at));
  }
  return title;
}

std::string_view agency_of_host(std::string_view host) {
  for (const Agency& agency : agency_hosts) {
    if (!host.ends_with(agency.mark)) continue;
    if (host.size() == agency.mark.size() || host[host.size() - agency.mark.size() - 1] == '.')
      return agency.name;
  }
  return {};
}

}  // namespace

std::string_view agency_in(std::string_view words) {
  for (const Agency& agency : agency_marks) {
    // "PA" among other words is Pennsylvania.
    const bool is_alone = agency.mark != "PA" || words == agency.mark;
    if (is_alone && names(words, agency.mark)) return agency.name;
  }
  return {};
}

Uncredited without_credits(const Published& published) {
  Uncredited item;
  item.agency = agency_of_host(published.outlet);
  item.text = without_byline(trimmed(published.text), item.agency);
  split_dateline(item);
  item.text = without_tail(item.text, item.agency);
  item.title = without_name_at_end(published, item.agency);
  return item;
}

}  // namespace tocsin::story
