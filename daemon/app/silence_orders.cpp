// SPDX-License-Identifier: Apache-2.0
#include "app/silence_orders.hpp"

#include <nlohmann/json.hpp>

#include "app/json_line.hpp"
#include "app/reason.hpp"
#include "base/time_format.hpp"
#include "base/url.hpp"
#include "base/utf8.hpp"

namespace tocsin::app {
namespace {

using nlohmann::json;

constexpr std::size_t longest_name = 2048;
constexpr std::size_t longest_text = 1024;

std::string text_of(const json& object, const char* key, std::size_t limit) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return {};
  // Cleaned first: what replaces a character may be longer than it.
  return std::string{truncate_utf8(clean_utf8(found->get_ref<const std::string&>()), limit)};
}

}  // namespace

Result<store::Silence> read_silence(std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return fail(Errc::invalid_input, "the order is no JSON object");
  std::string reason = text_of(object, "reason", std::string::npos);
  if (auto wrong = mistake_in_reason(reason); !wrong.empty()) {
    return fail(Errc::invalid_input, std::move(wrong));
  }
  const auto expires = from_rfc3339(text_of(object, "expires", longest_text));
  if (!expires) return fail(Errc::invalid_input, "\"expires\" is no RFC 3339 time");
  store::Silence silence{.scope = text_of(object, "scope", longest_text),
                         .name = text_of(object, "name", longest_name),
                         .expires_at = *expires,
                         .author = text_of(object, "author", longest_text),
                         .reason = std::move(reason)};
  // A feed is called here as alerts call it; its URL may hold a password.
  if (silence.scope == "feed") silence.name = without_secrets(silence.name);
  return silence;
}

Result<std::int64_t> read_silence_number(std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  const bool has_number =
      object.is_object() && object.contains("silence") && object["silence"].is_number_integer();
  if (!has_number) return fail(Errc::invalid_input, "\"silence\" is no number");
  return object["silence"].get<std::int64_t>();
}

json to_json(const store::Silence& silence) {
  return {{"silence", silence.id},
          {"scope", silence.scope},
          {"name", silence.name},
          {"created", to_rfc3339(silence.created_at)},
          {"expires", to_rfc3339(silence.expires_at)},
          {"author", silence.author},
          {"reason", silence.reason}};
}

std::string silence_answer(const Result<store::Silence>& silence) {
  if (!silence) return json_line(json{{"error", silence.error().message}});
  return json_line(to_json(*silence));
}

}  // namespace tocsin::app
