// SPDX-License-Identifier: Apache-2.0
#include "app/tune_cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "app/input.hpp"
#include "app/topic_tests.hpp"
#include "base/utf8.hpp"
#include "topics/topic_edit.hpp"
#include "topics/topic_file.hpp"

namespace tocsin::app {
namespace {

using store::Feedback;

constexpr std::size_t most_of_a_corpus = 500;
/// Rules look at 300 words.
constexpr std::size_t longest_test_text = 4000;
constexpr std::size_t longest_reason = 100;

std::string name_of(const TuneCase& one) {
  std::string name = fmt::format("feedback {} ({})", one.feedback, one.verdict);
  std::string reason{truncate_utf8(one.reason, longest_reason)};
  std::replace(reason.begin(), reason.end(), '\n', ' ');
  return reason.empty() ? name : name + ": " + reason;
}

/// The number in "feedback 12 (bad)…"; 0 for a test of another origin.
std::int64_t feedback_of(const topics::InlineTest& test) {
  constexpr std::string_view word = "feedback ";
  if (!test.name.starts_with(word)) return 0;
  std::int64_t number = 0;
  for (const char c : test.name.substr(word.size())) {
    constexpr std::int64_t most = 1'000'000'000'000;
    if (c < '0' || c > '9' || number > most) break;
    number = number * 10 + (c - '0');
  }
  return number;
}

TuneCase case_of(const Feedback& one) {
  TuneCase judged;
  judged.item = {.id = one.identity,
                 .title = one.title,
                 .summary = one.summary,
                 .content = one.content,
                 .author = one.item_author,
                 .category = one.category,
                 .source = one.source,
                 .language = one.language,
                 .link = one.link};
  judged.is_relevant = one.verdict != "bad";
  judged.feedback = one.id;
  judged.verdict = one.verdict;
  judged.reason = one.reason;
  return judged;
}

Result<void> add_corpus(const std::string& file, bool is_relevant, std::vector<TuneCase>& cases) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return {};
  auto lines = LineReader::open(file);
  if (!lines) return fail(lines.error());
  for (std::size_t count = 0; count < most_of_a_corpus;) {
    const auto line = lines->next();
    if (!line) return fail(line.error());
    if (!*line) return {};
    if ((*line)->find_first_not_of(" \t") == std::string_view::npos) continue;
    auto item = read_item_line(**line);
    if (!item) {
      return fail(Errc::invalid_input,
                  fmt::format("{}:{}: {}", file, lines->line(), item.error().message));
    }
    cases.push_back({.item = std::move(*item), .is_relevant = is_relevant, .is_test = true});
    ++count;
  }
  return {};
}

}  // namespace

Result<std::vector<TuneCase>> tune_cases(const topics::Topic& topic,
                                         std::vector<Feedback> feedback) {
  std::set<std::int64_t> tested;
  std::vector<TuneCase> cases;
  for (const topics::InlineTest& test : topic.tests) {
    const std::int64_t number = feedback_of(test);
    const bool is_known = std::any_of(feedback.begin(), feedback.end(),
                                      [number](const auto& one) { return one.id == number; });
    if (is_known) {
      tested.insert(number);
      continue;
    }
    TuneCase one{.is_relevant = test.expect_alert, .is_test = true};
    one.item.title = test.title;
    one.item.content = test.text;
    cases.push_back(std::move(one));
  }
  for (const bool must_alert : {true, false}) {
    const auto* const ending = must_alert ? topics::must_ending : topics::must_not_ending;
    auto added = add_corpus(beside(topic, ending), must_alert, cases);
    if (!added) return fail(added.error());
  }
  std::map<std::tuple<std::string, std::string>, const Feedback*> last;
  for (const Feedback& one : feedback) last[{one.feed_key, one.identity}] = &one;
  for (const Feedback& one : feedback) {
    if (last[{one.feed_key, one.identity}] != &one) continue;
    cases.push_back(case_of(one));
    cases.back().is_test = tested.contains(one.id);
  }
  return cases;
}

std::vector<topics::JudgedItem> judged(const std::vector<TuneCase>& cases) {
  std::vector<topics::JudgedItem> items;
  items.reserve(cases.size());
  for (const TuneCase& one : cases) {
    items.push_back(
        {.item = one.item.fields(), .is_relevant = one.is_relevant, .is_test = one.is_test});
  }
  return items;
}

topics::InlineTest test_of(const TuneCase& one) {
  const ItemLine& item = one.item;
  const bool repeats = item.summary.empty() || item.content.find(item.summary) == 0;
  std::string text = repeats ? item.content : item.summary;
  if (!repeats && !item.content.empty()) text += "\n" + item.content;
  topics::InlineTest test;
  test.name = name_of(one);
  test.title = item.title;
  test.text = truncate_utf8(text, longest_test_text);
  test.expect_alert = one.is_relevant;
  return test;
}

std::string table_of(const topics::InlineTest& test) {
  std::string table = "\n[[test]]\nname = " + topics::quoted_toml(test.name) + "\n";
  if (!test.title.empty()) table += "title = " + topics::quoted_toml(test.title) + "\n";
  if (!test.text.empty()) table += "text = " + topics::quoted_toml(test.text) + "\n";
  return table + "expect = { alert = " + (test.expect_alert ? "true" : "false") + " }\n";
}

}  // namespace tocsin::app
