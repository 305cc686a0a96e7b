// SPDX-License-Identifier: Apache-2.0
#include "topics/seed_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "text/tokenize.hpp"

namespace tocsin::topics {

namespace {

// Openings of lines that templates put around a text, as comparison forms.
constexpr std::array<std::string_view, 24> template_openings{
    "featured posts",  "related posts", "related articles", "related stories",    "recent posts",
    "read more",       "read next",     "share this",       "share on",           "filed under",
    "posted in",       "posted on",     "posts tagged",     "tagged with",        "leave a comment",
    "leave a reply",   "sign up for",   "subscribe to",     "follow us",          "click here",
    "image copyright", "image caption", "media caption",    "all rights reserved"};

// Openings that mark a caption or a credit when a colon follows.
constexpr std::array<std::string_view, 10> labels{
    "photo", "image", "picture", "caption", "credit", "source", "tags", "video", "by", "topics"};

// A template's line is short; a paragraph of prose may open with "Read more".
constexpr std::size_t longest_template_line = 90;

// Of the words, and as a multiple of what would be even: of two seeds one always has half.
constexpr double heavy_share = 0.4;
constexpr double heavy_times = 1.4;

bool is_hashtags(const std::string& line) {
  std::size_t words = 0;
  std::size_t tags = 0;
  bool is_start = true;
  for (const char c : line) {
    if (is_start && c != ' ') {
      ++words;
      tags += c == '#' ? 1U : 0U;
    }
    is_start = c == ' ';
  }
  return words > 0 && tags * 2 > words;
}

void append_words(const std::string& text, std::uint32_t& sentence, std::vector<SeedWord>& words) {
  const text::Tokens cut = text::tokenize(text);
  std::uint32_t last = 0;
  for (const text::Token& token : cut.tokens) {
    last = token.sentence;
    words.push_back({.key = std::string{cut.key(token)},
                     .written = text.substr(token.begin, token.end - token.begin),
                     .sentence = sentence + token.sentence,
                     .is_exact_case = token.is_exact_case,
                     .is_capitalised = token.is_capitalised,
                     .starts_sentence = token.starts_sentence,
                     .is_number = token.is_number});
  }
  sentence += last + 1;
}

/// Each text once: a seed given twice is no second witness.
std::vector<const Seed*> without_copies(const std::vector<Seed>& seeds,
                                        std::vector<std::string>& warnings) {
  std::map<std::pair<std::string_view, std::vector<std::string>>, const Seed*> first;
  std::vector<const Seed*> different;
  for (const Seed& seed : seeds) {
    const auto [known, is_new] = first.try_emplace({seed.title, seed.paragraphs}, &seed);
    if (is_new) {
      different.push_back(&seed);
    } else {
      warnings.push_back(
          fmt::format("seed {} is the same as {} and counts once", seed.name, known->second->name));
    }
  }
  return different;
}

/// Paragraphs that stand in the seeds more than once: menus, signatures, and texts quoted twice.
std::set<std::string> repeated_paragraphs(const std::vector<const Seed*>& seeds) {
  std::map<std::string, std::size_t> seen;
  for (const Seed* seed : seeds)
    for (const std::string& paragraph : seed->paragraphs) ++seen[paragraph];
  std::set<std::string> repeated;
  for (const auto& [paragraph, times] : seen)
    if (times > 1) repeated.insert(paragraph);
  return repeated;
}

/// What an author wrote of a seed.
struct Prose {
  std::vector<const std::string*> paragraphs = {};
  bool repeats = false;  ///< It held long paragraphs that stood in earlier seeds.
};

/// Tells prose from what stands around it, seed after seed.
class Lines {
 public:
  explicit Lines(std::set<std::string> repeated) : repeated_{std::move(repeated)} {}

  Prose prose_of(const Seed& seed) {
    Prose prose;
    for (const std::string& paragraph : seed.paragraphs) {
      if (is_boilerplate(paragraph)) continue;
      // A short line that comes back is a menu; a long one is a text quoted twice, and counts once.
      const bool comes_back = repeated_.contains(paragraph);
      if (comes_back && paragraph.size() <= longest_template_line) continue;
      if (comes_back && !taken_.insert(paragraph).second) {
        prose.repeats = true;
        continue;
      }
      prose.paragraphs.push_back(&paragraph);
    }
    return prose;
  }

 private:
  std::set<std::string> repeated_;
  std::set<std::string> taken_;
};

SeedWords words_of(const Seed& seed, const std::vector<const std::string*>& paragraphs) {
  SeedWords words{.name = seed.name};
  std::uint32_t sentence = 0;
  append_words(seed.title, sentence, words.words);
  for (const std::string* paragraph : paragraphs) append_words(*paragraph, sentence, words.words);
  return words;
}

void warn_of_heavy_seed(const std::vector<SeedWords>& seeds, std::vector<std::string>& warnings) {
  std::size_t all = 0;
  for (const SeedWords& seed : seeds) all += seed.words.size();
  for (const SeedWords& seed : seeds) {
    const double share = static_cast<double>(seed.words.size()) / static_cast<double>(all);
    if (share > std::max(heavy_share, heavy_times / static_cast<double>(seeds.size())))
      warnings.push_back(
          fmt::format("seed {} holds {:.0f} % of the words", seed.name, 100 * share));
  }
}

}  // namespace

bool is_boilerplate(const std::string& paragraph) {
  if (is_hashtags(paragraph)) return true;
  if (paragraph.size() > longest_template_line) return false;
  const std::string form = text::comparison_form(paragraph);
  const auto opens = [&](std::string_view opening) {
    return form.starts_with(opening) &&
           (form.size() == opening.size() || form[opening.size()] == ' ');
  };
  if (std::any_of(template_openings.begin(), template_openings.end(), opens)) return true;
  const std::size_t colon = paragraph.find(':');
  if (colon == std::string::npos) return false;
  const std::string label = text::comparison_form(paragraph.substr(0, colon));
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

std::vector<SeedWords> clean_seeds(const std::vector<Seed>& seeds,
                                   std::vector<std::string>& warnings, Choice choice) {
  const auto different = without_copies(seeds, warnings);
  Lines lines{repeated_paragraphs(different)};
  std::vector<SeedWords> cleaned;
  for (const Seed* seed : different) {
    Prose prose = lines.prose_of(*seed);
    if (prose.paragraphs.empty() && prose.repeats) {
      warnings.push_back(fmt::format("seed {} repeats another and is left out", seed->name));
      continue;
    }
    // What somebody chose and is nothing but a headline or a caption was chosen for that.
    if (prose.paragraphs.empty() && choice == Choice::each) {
      for (const std::string& paragraph : seed->paragraphs) prose.paragraphs.push_back(&paragraph);
    }
    auto words = words_of(*seed, prose.paragraphs);
    if (words.words.empty())
      warnings.push_back(fmt::format("seed {} has no words", seed->name));
    else
      cleaned.push_back(std::move(words));
  }
  warn_of_heavy_seed(cleaned, warnings);
  return cleaned;
}

}  // namespace tocsin::topics
