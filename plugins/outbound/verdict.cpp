// SPDX-License-Identifier: Apache-2.0
#include "outbound/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tocsin::outbound {
namespace {

constexpr std::size_t short_body = 80;

/// Words such as "invalid_payload", and no page.
bool is_plain_line(std::string_view body) {
  return !body.empty() && body.size() <= short_body &&
         std::all_of(body.begin(), body.end(), [](char c) { return c >= ' ' && c <= '~'; }) &&
         body.find_first_of("<>\"{}") == std::string_view::npos;
}

/// The target asks for patience, whatever the alert.
bool is_wait(long status) {
  return status == 408 || status == 425 || status == 429 || status == 503;
}

}  // namespace

std::string shown(const Reply& reply) {
  std::string_view body = reply.body;
  while (body.ends_with('\n') || body.ends_with('\r')) body.remove_suffix(1);
  const std::string word = is_plain_line(body) ? fmt::format(" ({})", body) : std::string{};
  return fmt::format("answered {}{}", reply.status, word);
}

plugin::Retry held(std::string reason, std::chrono::milliseconds after) {
  return {
      .after = after, .reason = std::move(reason), .holds_up = true, .is_exact = after.count() > 0};
}

plugin::Retry patiently(std::string reason, std::chrono::milliseconds after,
                        const plugin::Delivery& delivery) {
  const bool has_chances = !delivery.is_redelivery && delivery.attempt < patient_tries;
  plugin::Retry retry = held(std::move(reason), after);
  retry.holds_up = has_chances;
  return retry;
}

plugin::Outcome outcome_of(const Result<Reply>& reply, const std::string& host,
                           const plugin::Delivery& delivery) {
  if (!reply) {
    const Error& error = reply.error();
    if (error.code == Errc::unreachable) return held(error.message);
    return patiently(error.message, {}, delivery);
  }
  const long status = reply->status;
  if (status >= 200 && status < 300) return plugin::Ok{};
  const std::chrono::milliseconds after = reply->retry_after.value_or(std::chrono::seconds{0});
  const std::string said = host + ": " + shown(*reply);
  if (is_wait(status)) return held(said, after);
  if (status >= 300 && status < 400) return held(said + ": moved, and no redirect is followed");
  if (status == 410) {
    return plugin::Halt{.reason = said + ": it wants no more alerts", .is_final = true};
  }
  if (status >= 400 && status < 500) return plugin::Drop{said};
  return patiently(said, after, delivery);
}

}  // namespace tocsin::outbound
