// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/messages.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

#include "alert/codec.hpp"
#include "base/time_format.hpp"

namespace tocsin::plugin {
namespace {

using nlohmann::json;

std::string text_of(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

json start_of(const From& from) {
  switch (from.place) {
    case From::Place::acknowledged:
      return "ack";
    case From::Place::earliest:
      return "earliest";
    case From::Place::latest:
      return "latest";
    case From::Place::seq:
      return {{"seq", from.seq}};
    case From::Place::time:
      return {{"time", to_rfc3339(from.time)}};
  }
  return "ack";
}

void read(const json& object, const char* key, std::uint64_t& into) {
  const auto it = object.find(key);
  if (it != object.end() && it->is_number_unsigned()) into = it->get<std::uint64_t>();
}

void read(const json& object, const char* key, bool& into) {
  const auto it = object.find(key);
  if (it != object.end() && it->is_boolean()) into = it->get<bool>();
}

void read(const json& object, const char* key, std::string& into) {
  const auto it = object.find(key);
  if (it != object.end() && it->is_string()) into = it->get<std::string>();
}

}  // namespace

std::string hello_json(std::uint64_t number, const Greeting& greeting) {
  json object{{"req", number},
              {"name", greeting.name},
              {"instance", greeting.instance},
              {"filters", greeting.filters},
              {"start", start_of(greeting.from)},
              {"max_inflight", greeting.max_inflight},
              {"takeover", greeting.takeover},
              {"plugin", {{"name", greeting.program}, {"version", greeting.version}}}};
  if (!greeting.epoch.empty()) object["epoch"] = greeting.epoch;
  return text_of(object);
}

std::string ask_json(std::uint64_t number, const GapRule::Ask& ask, std::size_t max) {
  if (const auto* fetch = std::get_if<GapRule::Fetch>(&ask)) {
    return text_of({{"req", number}, {"after", fetch->after}, {"max", max}});
  }
  const auto& check = std::get<GapRule::Check>(ask);
  return text_of(
      {{"req", number}, {"after", check.after}, {"upto", check.upto}, {"count", check.count}});
}

std::string seq_json(std::uint64_t seq, const std::string& reason) {
  json object{{"seq", seq}};
  if (!reason.empty()) object["reason"] = reason;
  return text_of(object);
}

std::string verdict_json(std::uint64_t seq, unsigned attempt, const std::string& reason,
                         std::chrono::milliseconds retry_after) {
  json object{{"seq", seq}, {"attempt", attempt}};
  if (!reason.empty()) object["reason"] = reason;
  if (retry_after.count() > 0) object["retry_after"] = retry_after.count();
  return text_of(object);
}

std::string due_json(std::uint64_t number, std::size_t max) {
  return text_of({{"req", number}, {"max", max}});
}

std::string status_json(const Condition& condition) {
  json status{{"ok", condition.last_error.empty()},
              {"last_error", condition.last_error},
              {"sent", condition.sent},
              {"failed", condition.failed},
              {"held", condition.held}};
  if (condition.has_halted) status["halted"] = true;
  return text_of(status);
}

std::string number_json(std::uint64_t number) {
  return text_of({{"req", number}});
}

Answer read_answer(const std::string& text) {
  Answer answer;
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return answer;
  read(object, "req", answer.req);
  read(object, "epoch", answer.epoch);
  read(object, "head", answer.head);
  read(object, "floor", answer.floor);
  read(object, "cursor", answer.cursor);
  read(object, "acked", answer.acked);
  std::uint64_t heartbeat = 1000;
  read(object, "heartbeat_ms", heartbeat);
  answer.heartbeat_ms = static_cast<std::int64_t>(std::min<std::uint64_t>(heartbeat, 3'600'000));
  read(object, "reset", answer.is_reset);
  read(object, "scanned_to", answer.scanned_to);
  read(object, "count", answer.count);
  read(object, "upto", answer.upto);
  read(object, "pub", answer.has_pub);
  read(object, "more", answer.has_more);
  read(object, "equal", answer.is_equal);
  read(object, "code", answer.code);
  read(object, "message", answer.message);
  read(object, "reason", answer.reason);
  read(object, "state", answer.state);
  read(object, "seq", answer.seq);
  constexpr std::uint64_t none = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t next = none;
  read(object, "next_ms", next);
  read(object, "retry_ms", next);
  if (next != none) {
    answer.next_ms = static_cast<std::int64_t>(std::min<std::uint64_t>(next, 3'600'000));
  }
  return answer;
}

std::optional<Arrived> read_record(std::vector<std::string> frames, bool is_live) {
  if (frames.size() < 3) return std::nullopt;
  auto header = alert::decode_header(frames[1]);
  if (!header) return std::nullopt;
  return Arrived{.frame = {.topic = std::move(frames[0]),
                           .seq = header->seq,
                           .prev = header->prev,
                           .payload = std::move(frames[2]),
                           .is_live = is_live,
                           .attempt = static_cast<unsigned>(std::max(header->attempt, 1))},
                 .epoch = std::move(header->epoch)};
}

}  // namespace tocsin::plugin
