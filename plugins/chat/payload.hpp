// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "outbound/http_post.hpp"
#include "outbound/message.hpp"

namespace tocsin::chat {

enum class Service : std::uint8_t { slack, mattermost, discord, teams };

/// "slack", "mattermost", "discord", "teams".
[[nodiscard]] std::optional<Service> service_of(std::string_view name);

/// The JSON that the service's incoming webhook takes, within its limits. Nothing in the message
/// can call people, make a link of another place, or be markup.
[[nodiscard]] std::string payload(Service service, const outbound::Message& message);

[[nodiscard]] std::string slack_payload(const outbound::Message& message);
[[nodiscard]] std::string mattermost_payload(const outbound::Message& message);
[[nodiscard]] std::string discord_payload(const outbound::Message& message);
[[nodiscard]] std::string teams_payload(const outbound::Message& message);

/// The pause between two messages that the service asks for.
[[nodiscard]] std::chrono::milliseconds pace(Service service);

/// How long the service wants to be left alone, by what it said: Retry-After, `retry_after` in the
/// JSON of Discord's 429, X-RateLimit-Reset-After once X-RateLimit-Remaining is 0. At most an hour.
[[nodiscard]] std::chrono::milliseconds wish_of(const outbound::Reply& reply);

}  // namespace tocsin::chat
