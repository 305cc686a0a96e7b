// SPDX-License-Identifier: Apache-2.0
#include "pipeline/near_miss.hpp"

#include <string>
#include <string_view>

#include "base/url.hpp"
#include "base/utf8.hpp"
#include "topics/topic.hpp"

namespace tocsin::pipeline {
namespace {

constexpr std::size_t longest_text = 200;

std::string cut(std::string_view text) {
  return std::string{truncate_utf8(text, longest_text)};
}

std::string why_silent(const topics::Match& match) {
  std::string why;
  const auto add = [&why](std::string_view reason) {
    if (!why.empty()) why += ", ";
    why += reason;
  };
  if (match.score < match.topic->threshold) add("below the threshold");
  if (match.is_foreign_language) add("another language");
  if (match.gate_failed) add("'when' does not hold");
  for (const std::string& group : match.missing) add("missing " + group);
  for (const std::string& one : match.excluded_by) add("excluded by " + one);
  return why;
}

}  // namespace

NearMiss near_miss_of(const topics::Match& match, const store::ItemRow& item) {
  return {.topic = match.topic->id,
          .rule_version = match.topic->version,
          .score = match.score,
          .threshold = match.topic->threshold,
          .why = cut(why_silent(match)),
          .identity = cut(item.identity),
          .title = cut(item.title),
          .link = cut(without_secrets(item.link)),
          .feed_key = cut(without_secrets(item.feed_key))};
}

}  // namespace tocsin::pipeline
