// SPDX-License-Identifier: Apache-2.0
#include "topics/random_rules.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "topics/filter.hpp"
#include "topics/phrase.hpp"

namespace tocsin::topics {
namespace {

using Kind = Condition::Kind;

/// Common beginnings, acronyms, accents, possessives, scripts, hyphens.
const std::vector<std::string>& vocabulary() {
  static const std::vector<std::string> words{"alpha",
                                              "alphabet",
                                              "Alpha",
                                              "beta",
                                              "betas",
                                              "Beta's",
                                              "IS",
                                              "is",
                                              "ISIS",
                                              "isis",
                                              "naïve",
                                              "naive",
                                              "Straße",
                                              "мир",
                                              "МИР",
                                              "lone-wolf",
                                              "lone",
                                              "wolf",
                                              "don't",
                                              "Don’t",
                                              "USA",
                                              "usage",
                                              "USA's",
                                              "2,017",
                                              "counterterrorism",
                                              "counterterrorists"};
  return words;
}

Condition of_kind(Kind kind) {
  Condition condition;
  condition.kind = kind;
  return condition;
}

/// Two terms that read the same are a mistake in a file.
bool reads_as_another(const Topic& topic, const std::string& text) {
  const auto spelling_of = [](const std::string& written) {
    return written.front() == '@' ? written : spelling(parse_phrase(written).value_or(Phrase{}));
  };
  return std::any_of(topic.terms.begin(), topic.terms.end(),
                     [&](const Term& term) { return spelling_of(term.text) == spelling_of(text); });
}

}  // namespace

void RandomRule::write() {
  topic.when = when ? to_text(*when) : "";
  topic.filters.clear();
  if (!is_filtered) return;
  Filter filter;
  filter.id = "filter-of-" + topic.id;
  filter.aliases = topic.aliases;
  if (topic.aliases.size() > 1) filter.exclude = {'@' + topic.aliases.back().first};
  filter.unless = unless ? to_text(*unless) : "";
  topic.filters.push_back(std::make_shared<const Filter>(std::move(filter)));
}

std::string RandomItem::text(Field field) const {
  std::string text;
  for (const std::string& piece : fields[static_cast<std::size_t>(field)]) text += piece;
  return text;
}

/// Not `std::uniform_int_distribution`, whose results differ between libraries.
std::size_t RandomRules::below(std::size_t end) {
  return random_() % end;
}

const std::string& RandomRules::word() {
  // The first few are common.
  return vocabulary()[one_in(2) ? below(8) : below(vocabulary().size())];
}

std::string RandomRules::words(std::size_t most) {
  std::string text = word();
  for (std::size_t i = below(most); i > 0; --i) text += ' ' + word();
  return text;
}

std::string RandomRules::surface() {
  const std::string text = words(one_in(8) ? 5 : 3);
  switch (below(6)) {
    case 0: {
      const bool is_ascii = std::all_of(text.begin(), text.end(), [](char c) { return c > 0; });
      const std::size_t cut = is_ascii && text.size() > 3 && text[text.size() - 3] != ' ' ? 1 : 0;
      const std::string prefix = text.substr(0, text.size() - cut) + '*';
      return parse_phrase(prefix) ? prefix : text;
    }
    case 1:
      return '=' + text;
    default:
      return text;
  }
}

std::string RandomRules::reference() {
  if (!one_in(4)) return surface();
  return one_in(2) ? "@one" : "@two";
}

void RandomRules::add_terms(Topic& topic) {
  topic.terms.push_back({.text = reference(), .weight = 10, .provenance = {}});
  for (std::size_t i = below(6); i > 0; --i) {
    const std::string text = reference();
    const double weight = static_cast<double>(below(30)) - 9.37;
    if (reads_as_another(topic, text)) continue;
    topic.terms.push_back({.text = text, .weight = weight, .provenance = {}});
  }
}

RandomRule RandomRules::rule(const std::string& id) {
  RandomRule rule;
  Topic& topic = rule.topic;
  topic.id = id;
  topic.title = "Random";
  // No score hits such a threshold but for rounding; a threshold of zero is a case of its own.
  topic.threshold = one_in(10) ? 0 : (static_cast<double>(below(10)) + 0.0137) / 10;
  // From none to beyond the steps in which topics are told apart by it.
  constexpr std::array<double, 8> lengths{0, 1, 20, 33, 40, 60, 300, 2000};
  topic.average_length = lengths.at(below(lengths.size()));
  topic.saturation = one_in(3) ? static_cast<double>(below(5)) / 2 : topic.saturation;
  if (one_in(4)) topic.stem = one_in(2) ? "english" : "german";
  topic.aliases = {{"one", {}}, {"two", {}}};
  for (auto& [name, surfaces] : topic.aliases) {
    for (std::size_t i = below(4) + 1; i > 0; --i) surfaces.push_back(surface());
  }
  add_terms(topic);
  for (std::size_t i = below(3); i > 0 && one_in(2); --i) {
    RequiredGroup group{.any = {}, .otherwise = static_cast<double>(below(3)) / 2};
    for (std::size_t k = below(3) + 1; k > 0; --k) group.any.push_back(reference());
    topic.require.push_back(std::move(group));
  }
  for (std::size_t i = below(3); i > 0 && one_in(2); --i) topic.exclude.push_back(reference());
  if (one_in(3)) topic.languages = {"en", "fr"};
  if (one_in(20)) topic.status = Status::retired;
  if (one_in(2)) rule.when = condition(3, false);
  rule.is_filtered = one_in(3);
  if (rule.is_filtered && one_in(2)) rule.unless = condition(2, false);
  rule.write();
  return rule;
}

Condition RandomRules::phrase() {
  Condition phrase = of_kind(Kind::phrase);
  phrase.written = reference();
  return phrase;
}

Condition RandomRules::sloppy() {
  Condition sloppy = of_kind(Kind::sloppy);
  do {
    sloppy.written = surface();
  } while (sloppy.written.find(' ') == std::string::npos);
  sloppy.number = 1 + below(one_in(4) ? 300 : 5);
  return sloppy;
}

/// Part of a word, with one letter open, repeated or none.
Condition RandomRules::pattern() {
  Condition pattern = of_kind(Kind::pattern);
  constexpr std::array words{"alpha", "betas", "ISIS", "usage", "lone-wolf", "example"};
  pattern.written = words[below(words.size())];
  pattern.written = pattern.written.substr(below(3));
  if (one_in(2)) pattern.written[below(pattern.written.size())] = '.';
  if (one_in(3)) pattern.written.insert(1, ".*");
  if (one_in(3)) pattern.written.insert(pattern.written.size() - 1, "s*");
  if (one_in(4)) pattern.written.insert(0, "^");
  pattern.ignores_case = one_in(2);
  return pattern;
}

/// What NEAR takes: a phrase, or an OR of such.
Condition RandomRules::place(std::size_t depth) {
  if (depth == 0 || !one_in(3)) return phrase();
  Condition group = of_kind(Kind::any);
  for (std::size_t i = below(2) + 2; i > 0; --i) group.children.push_back(place(depth - 1));
  return group;
}

Condition RandomRules::condition(std::size_t depth, bool is_in_field) {
  constexpr std::array kinds{Kind::phrase, Kind::phrase, Kind::all,      Kind::any,     Kind::none,
                             Kind::near,   Kind::near,   Kind::at_least, Kind::in_field};
  Condition one = of_kind(depth == 0 ? Kind::phrase : kinds[below(kinds.size())]);
  if (one.kind == Kind::in_field && is_in_field) one.kind = Kind::phrase;
  const bool is_list = one.kind == Kind::all || one.kind == Kind::any || one.kind == Kind::at_least;
  const std::size_t children = is_list ? 2 + below(3) : 1;
  if (one.kind == Kind::phrase) return phrase();
  if (one.kind == Kind::sloppy) return sloppy();
  if (one.kind == Kind::pattern) return pattern();
  if (one.kind == Kind::near) {
    one.children = {place(2), place(2)};
    one.number = 1 + below(one_in(4) ? 300 : 6);
    one.is_ordered = one_in(2);
    return one;
  }
  if (one.kind == Kind::in_field) {
    one.field = static_cast<Field>(below(8));
    is_in_field = true;
  }
  for (std::size_t i = children; i > 0; --i) {
    one.children.push_back(condition(depth - 1, is_in_field));
  }
  one.number = 1 + below(one.children.size());
  return one;
}

RandomItem::Pieces RandomRules::pieces(std::size_t most) {
  constexpr std::array<const char*, 6> between{", ", ". ", "\n", " – ", "… ", "; "};
  RandomItem::Pieces pieces;
  for (std::size_t i = below(most + 1); i > 0; --i) {
    pieces.push_back(word());
    pieces.push_back(one_in(6) ? between[below(between.size())] : " ");
  }
  return pieces;
}

RandomItem RandomRules::item() {
  RandomItem item;
  item.fields.push_back(pieces(6));
  item.fields.push_back(pieces(12));
  item.fields.push_back(pieces(one_in(12) ? 350 : 24));
  for (int i = 0; i < 3; ++i) item.fields.push_back(pieces(3));
  constexpr std::array<const char*, 5> languages{"", "en", "en-GB", "de", "FR"};
  item.fields.push_back({languages[below(languages.size())]});
  item.fields.push_back({"https://example.org/", word(), "/", word()});
  RandomItem::Pieces& content = item.fields[2];
  const RandomItem::Pieces& summary = item.fields[1];
  if (one_in(4)) content.insert(content.begin(), summary.begin(), summary.end());
  if (one_in(8)) item.fields[1].push_back("…");
  return item;
}

}  // namespace tocsin::topics
