// SPDX-License-Identifier: Apache-2.0
#include "feed/date_words.hpp"

#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace tocsin::feed {
namespace {

struct Month {
  std::string_view prefix;  // the longest one that fits wins
  int month;
};

constexpr std::array months{
    // Latin script: English, German, French, Spanish, Italian, Portuguese, Dutch, Nordic,
    // Indonesian, …
    Month{"jan", 1},
    Month{"jän", 1},
    Month{"ene", 1},
    Month{"gen", 1},
    Month{"sty", 1},
    Month{"oca", 1},
    Month{"tammi", 1},
    Month{"led", 1},
    Month{"ian", 1},
    Month{"feb", 2},
    Month{"peb", 2},
    Month{"fev", 2},
    Month{"fév", 2},
    Month{"lut", 2},
    Month{"şub", 2},
    Month{"helmi", 2},
    Month{"úno", 2},
    Month{"mar", 3},
    Month{"mär", 3},
    Month{"mrz", 3},
    Month{"mrt", 3},
    Month{"maart", 3},
    Month{"már", 3},
    Month{"maalis", 3},
    Month{"bře", 3},
    Month{"mac", 3},
    Month{"apr", 4},
    Month{"avr", 4},
    Month{"abr", 4},
    Month{"ápr", 4},
    Month{"kwi", 4},
    Month{"nis", 4},
    Month{"huhti", 4},
    Month{"dub", 4},
    Month{"may", 5},
    Month{"mai", 5},
    Month{"maj", 5},
    Month{"máj", 5},
    Month{"mei", 5},
    Month{"mag", 5},
    Month{"touko", 5},
    Month{"kvě", 5},
    Month{"jun", 6},
    Month{"jún", 6},
    Month{"juin", 6},
    Month{"giu", 6},
    Month{"cze", 6},
    Month{"haz", 6},
    Month{"kesä", 6},
    Month{"červen", 6},
    Month{"čvn", 6},
    Month{"iun", 6},
    Month{"jul", 7},
    Month{"júl", 7},
    Month{"juil", 7},
    Month{"lug", 7},
    Month{"lip", 7},
    Month{"tem", 7},
    Month{"heinä", 7},
    Month{"červenec", 7},
    Month{"červenc", 7},
    Month{"čvc", 7},
    Month{"iul", 7},
    Month{"aug", 8},
    Month{"aoû", 8},
    Month{"aou", 8},
    Month{"ago", 8},
    Month{"sie", 8},
    Month{"ağu", 8},
    Month{"agu", 8},
    Month{"agt", 8},
    Month{"ags", 8},
    Month{"elo", 8},
    Month{"srp", 8},
    Month{"sep", 9},
    Month{"set", 9},
    Month{"sze", 9},
    Month{"wrz", 9},
    Month{"eyl", 9},
    Month{"syys", 9},
    Month{"zář", 9},
    Month{"oct", 10},
    Month{"okt", 10},
    Month{"out", 10},
    Month{"ott", 10},
    Month{"paź", 10},
    Month{"eki", 10},
    Month{"loka", 10},
    Month{"říj", 10},
    Month{"nov", 11},
    Month{"nop", 11},
    Month{"lis", 11},
    Month{"kas", 11},
    Month{"marras", 11},
    Month{"noi", 11},
    Month{"dec", 12},
    Month{"dez", 12},
    Month{"déc", 12},
    Month{"dic", 12},
    Month{"gru", 12},
    Month{"ara", 12},
    Month{"joulu", 12},
    Month{"des", 12},
    Month{"prosin", 12},
    // Cyrillic: Russian, Bulgarian, Ukrainian
    Month{"янв", 1},
    Month{"яну", 1},
    Month{"січ", 1},
    Month{"фев", 2},
    Month{"лют", 2},
    Month{"мар", 3},
    Month{"бер", 3},
    Month{"апр", 4},
    Month{"кві", 4},
    Month{"май", 5},
    Month{"мая", 5},
    Month{"тра", 5},
    Month{"июн", 6},
    Month{"юни", 6},
    Month{"чер", 6},
    Month{"июл", 7},
    Month{"юли", 7},
    Month{"лип", 7},
    Month{"авг", 8},
    Month{"сер", 8},
    Month{"сен", 9},
    Month{"сеп", 9},
    Month{"вер", 9},
    Month{"окт", 10},
    Month{"жов", 10},
    Month{"ноя", 11},
    Month{"ное", 11},
    Month{"лис", 11},
    Month{"дек", 12},
    Month{"гру", 12},
    // Greek
    Month{"ιαν", 1},
    Month{"φεβ", 2},
    Month{"φλε", 2},
    Month{"μαρ", 3},
    Month{"μάρ", 3},
    Month{"απρ", 4},
    Month{"μαι", 5},
    Month{"μαϊ", 5},
    Month{"μαΐ", 5},
    Month{"μάι", 5},
    Month{"μάϊ", 5},
    Month{"ιουν", 6},
    Month{"ιούν", 6},
    Month{"ιον", 6},
    Month{"ιουλ", 7},
    Month{"ιούλ", 7},
    Month{"ιολ", 7},
    Month{"αυγ", 8},
    Month{"αύγ", 8},
    Month{"σεπ", 9},
    Month{"οκτ", 10},
    Month{"νοε", 11},
    Month{"νοέ", 11},
    Month{"δεκ", 12},
};

struct Zone {
  std::string_view name;
  int minutes;
};

// Where a name means several zones, the one RFC 822 gives, else the one with most readers.
constexpr std::array zones{
    Zone{"z", 0},      Zone{"gmt", 0},     Zone{"utc", 0},     Zone{"ut", 0},
    Zone{"wet", 0},    Zone{"west", 60},   Zone{"bst", 60},    Zone{"ist", 330},
    Zone{"cet", 60},   Zone{"cest", 120},  Zone{"met", 60},    Zone{"mest", 120},
    Zone{"mez", 60},   Zone{"mesz", 120},  Zone{"eet", 120},   Zone{"eest", 180},
    Zone{"msk", 180},  Zone{"msd", 240},   Zone{"trt", 180},   Zone{"sast", 120},
    Zone{"wat", 60},   Zone{"cat", 120},   Zone{"eat", 180},   Zone{"gst", 240},
    Zone{"pkt", 300},  Zone{"npt", 345},   Zone{"ict", 420},   Zone{"wib", 420},
    Zone{"sgt", 480},  Zone{"hkt", 480},   Zone{"myt", 480},   Zone{"pht", 480},
    Zone{"awst", 480}, Zone{"jst", 540},   Zone{"kst", 540},   Zone{"acst", 570},
    Zone{"acdt", 630}, Zone{"aest", 600},  Zone{"aedt", 660},  Zone{"nzst", 720},
    Zone{"nzdt", 780}, Zone{"est", -300},  Zone{"edt", -240},  Zone{"et", -300},
    Zone{"cst", -360}, Zone{"cdt", -300},  Zone{"ct", -360},   Zone{"mst", -420},
    Zone{"mdt", -360}, Zone{"mt", -420},   Zone{"pst", -480},  Zone{"pdt", -420},
    Zone{"pt", -480},  Zone{"akst", -540}, Zone{"akdt", -480}, Zone{"hst", -600},
    Zone{"ast", -240}, Zone{"adt", -180},  Zone{"at", -240},   Zone{"nst", -210},
    Zone{"a", -60},    Zone{"m", -720},    Zone{"n", 60},      Zone{"y", 720},
    Zone{"ndt", -150}, Zone{"brt", -180},  Zone{"brst", -120}, Zone{"art", -180},
    Zone{"clt", -240}, Zone{"clst", -180}, Zone{"cot", -300},  Zone{"pet", -300},
    Zone{"мск", 180},
};

struct Suffix {
  std::string_view word;
  DatePart part;
};

constexpr std::array suffixes{
    Suffix{"年", DatePart::year},   Suffix{"년", DatePart::year},   Suffix{"月", DatePart::month},
    Suffix{"월", DatePart::month},  Suffix{"日", DatePart::day},    Suffix{"일", DatePart::day},
    Suffix{"号", DatePart::day},    Suffix{"時", DatePart::hour},   Suffix{"시", DatePart::hour},
    Suffix{"时", DatePart::hour},   Suffix{"点", DatePart::hour},   Suffix{"點", DatePart::hour},
    Suffix{"分", DatePart::minute}, Suffix{"분", DatePart::minute}, Suffix{"秒", DatePart::second},
    Suffix{"초", DatePart::second},
};

// No-break, thin, narrow no-break (which CLDR puts before "PM") and ideographic.
constexpr std::array<std::string_view, 4> odd_blanks{"\u00A0", "\u2009", "\u202F", "\u3000"};

}  // namespace

std::string lower_word(std::string_view word) {
  const icu::StringPiece piece{word.data(), static_cast<std::int32_t>(word.size())};
  std::string out;
  icu::UnicodeString::fromUTF8(piece).toLower(icu::Locale::getRoot()).toUTF8String(out);
  return out;
}

std::optional<int> month_of(std::string_view word) {
  std::size_t best = 0;
  std::optional<int> month;
  for (const Month& candidate : months) {
    if (candidate.prefix.size() <= best || !word.starts_with(candidate.prefix)) continue;
    best = candidate.prefix.size();
    month = candidate.month;
  }
  return month;
}

std::optional<int> zone_of(std::string_view word) {
  const auto found = std::find_if(zones.begin(), zones.end(),
                                  [word](const Zone& zone) { return zone.name == word; });
  if (found == zones.end()) return std::nullopt;
  return found->minutes;
}

std::optional<DatePart> part_named_at(std::string_view rest) {
  const auto found = std::find_if(suffixes.begin(), suffixes.end(), [rest](const Suffix& suffix) {
    return rest.starts_with(suffix.word);
  });
  if (found == suffixes.end()) return std::nullopt;
  return found->part;
}

std::string with_plain_blanks(std::string_view text) {
  std::string plain{text};
  for (const std::string_view blank : odd_blanks) {
    for (std::size_t at = 0; (at = plain.find(blank, at)) != std::string::npos;) {
      plain.replace(at, blank.size(), 1, ' ');
    }
  }
  return plain;
}

std::optional<bool> afternoon_of(std::string_view word) {
  if (word == "am" || word == "오전" || word == "上午" || word == "午前") return false;
  if (word == "pm" || word == "오후" || word == "下午" || word == "午後") return true;
  return std::nullopt;
}

}  // namespace tocsin::feed
