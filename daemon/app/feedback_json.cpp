// SPDX-License-Identifier: Apache-2.0
#include "app/feedback_json.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "alert/codec.hpp"
#include "app/reason.hpp"
#include "base/time_format.hpp"
#include "base/utf8.hpp"

namespace tocsin::app {
namespace {

using store::Feedback;

constexpr std::array<std::string_view, 4> verdicts{"good", "bad", "dup", "missed"};

struct Text {
  const char* name;
  std::string Feedback::*member;
  std::size_t longest;  ///< Bytes. Together, and every byte escaped, they fit into 64 KiB.
};

constexpr std::array texts{Text{"topic", &Feedback::topic, 100},
                           Text{"verdict", &Feedback::verdict, 10},
                           Text{"reason", &Feedback::reason, longest_reason},
                           Text{"author", &Feedback::author, 100},
                           Text{"alert", &Feedback::alert_id, 64},
                           Text{"rule_digest", &Feedback::rule_digest, 64},
                           Text{"feed", &Feedback::feed_key, 1000},
                           Text{"item", &Feedback::identity, 1000},
                           Text{"title", &Feedback::title, 1024},
                           Text{"summary", &Feedback::summary, 6000},
                           Text{"content", &Feedback::content, 14000},
                           Text{"item_author", &Feedback::item_author, 500},
                           Text{"category", &Feedback::category, 500},
                           Text{"source", &Feedback::source, 200},
                           Text{"language", &Feedback::language, 35},
                           Text{"link", &Feedback::link, 1000}};

Result<std::string> read_text(const nlohmann::json& object, const Text& text) {
  const auto value = object.find(text.name);
  if (value == object.end() || value->is_null()) return std::string{};
  if (!value->is_string()) {
    return fail(Errc::invalid_input, std::string{"feedback: '"} + text.name + "' is not a text");
  }
  std::string clean = clean_utf8(value->get_ref<const std::string&>());
  if (clean.size() <= text.longest) return clean;
  return fail(Errc::invalid_input, std::string{"feedback: '"} + text.name + "' is over " +
                                       std::to_string(text.longest) + " bytes");
}

}  // namespace

bool is_verdict(std::string_view word) {
  return std::find(verdicts.begin(), verdicts.end(), word) != verdicts.end();
}

nlohmann::json to_json(const Feedback& feedback) {
  nlohmann::json object{{"feedback", feedback.id},
                        {"given_at", to_rfc3339(feedback.given_at)},
                        {"rule_version", feedback.rule_version}};
  for (const Text& text : texts) object[text.name] = feedback.*text.member;
  return object;
}

Result<Feedback> read_feedback(std::string_view json) {
  const auto object = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return fail(Errc::invalid_input, "feedback: no JSON object");
  Feedback feedback;
  for (const Text& text : texts) {
    auto value = read_text(object, text);
    if (!value) return fail(value.error());
    feedback.*text.member = std::move(*value);
  }
  if (!alert::is_topic_name(feedback.topic)) {
    return fail(Errc::invalid_input, "feedback: 'topic' names no topic");
  }
  if (!is_verdict(feedback.verdict)) {
    return fail(Errc::invalid_input, "feedback: 'verdict' is good, bad, dup or missed");
  }
  if (feedback.title.empty() && feedback.summary.empty() && feedback.content.empty()) {
    return fail(Errc::invalid_input, "feedback: the item has no text");
  }
  const auto version = object.find("rule_version");
  if (version != object.end() && version->is_number_integer()) {
    constexpr std::int64_t most = 0x7FFFFFFF;
    feedback.rule_version =
        static_cast<int>(std::clamp<std::int64_t>(version->get<std::int64_t>(), 0, most));
  }
  return feedback;
}

void fit_to_request(Feedback& feedback) {
  for (const Text& text : texts) {
    std::string& value = feedback.*text.member;
    value = std::string{truncate_utf8(value, text.longest)};
  }
}

}  // namespace tocsin::app
