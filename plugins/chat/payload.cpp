// SPDX-License-Identifier: Apache-2.0
#include "chat/payload.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

namespace tocsin::chat {
namespace {

using std::chrono::milliseconds;

constexpr std::array<std::string_view, 4> names{"slack", "mattermost", "discord", "teams"};
constexpr double longest_wish = 3600;

milliseconds in_milliseconds(double seconds) {
  const double good = seconds > 0 ? std::min(seconds, longest_wish) : 0;
  return std::chrono::ceil<milliseconds>(std::chrono::duration<double>{good});
}

double number_in(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = error == std::errc{} && end == text.data() + text.size();
  return is_number ? value : 0;
}

/// Discord says it to the millisecond in the body, where the header has whole seconds.
double said_in(const std::string& body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object() || !json.contains("retry_after")) return 0;
  const auto& wish = json["retry_after"];
  return wish.is_number() ? wish.get<double>() : 0;
}

}  // namespace

std::optional<Service> service_of(std::string_view name) {
  const auto* const found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Service>(found - names.begin());
}

std::string payload(Service service, const outbound::Message& message) {
  switch (service) {
    case Service::slack:
      return slack_payload(message);
    case Service::mattermost:
      return mattermost_payload(message);
    case Service::discord:
      return discord_payload(message);
    case Service::teams:
      break;
  }
  return teams_payload(message);
}

std::chrono::milliseconds pace(Service service) {
  switch (service) {
    case Service::slack:  // docs.slack.dev/apis/web-api/rate-limits: one a second
      return milliseconds{1000};
    case Service::mattermost:  // RateLimitSettings.PerSec, where it is on: ten a second
      return milliseconds{100};
    case Service::discord:  // five in two seconds; the headers tell more
      return milliseconds{400};
    case Service::teams:  // four a second
      break;
  }
  return milliseconds{250};
}

std::chrono::milliseconds wish_of(const outbound::Reply& reply) {
  double wish = 0;
  if (reply.status == 429) {
    const auto seconds = reply.retry_after.value_or(std::chrono::seconds{0});
    const double said = said_in(reply.body);
    wish = said > 0 ? said : static_cast<double>(seconds.count());
  }
  if (reply.header("x-ratelimit-remaining") == "0") {
    wish = std::max(wish, number_in(reply.header("x-ratelimit-reset-after")));
  }
  return in_milliseconds(wish);
}

}  // namespace tocsin::chat
