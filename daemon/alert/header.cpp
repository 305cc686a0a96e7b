// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "alert/codec.hpp"
#include "alert/json_object.hpp"
#include "alert/json_writer.hpp"
#include "base/result.hpp"

namespace tocsin::alert {

namespace {

constexpr int wire_version = 1;
constexpr std::string_view content_type = "application/cloudevents+json";

}  // namespace

std::string encode(const Header& header) {
  JsonWriter json;
  json.put("v", wire_version);
  json.put("epoch", header.epoch);
  json.put("seq", header.seq);
  json.put("prev", header.prev);
  json.put("id", header.id);
  json.put("ce", header.type);
  json.put("ct", content_type);
  if (header.is_replay) json.put("replay", true);
  if (header.attempt > 1) json.put("attempt", header.attempt);
  if (header.late_ms > 0) json.put("late_ms", header.late_ms);
  return json.finish();
}

Result<Header> decode_header(std::string_view json) {
  if (json.size() > header_limit) return fail(Errc::too_large, "header frame over 4 KiB");
  const auto parsed = parse_json(json);
  if (!parsed.IsObject()) return fail(Errc::invalid_input, "header frame is not a JSON object");

  Header header;
  std::string wrong;
  JsonObject object{parsed, "header", wrong};
  int version = 0;
  object.require("v", version);
  if (wrong.empty() && version != wire_version) wrong = "header.v is not 1";
  object.require("epoch", header.epoch);
  object.require("seq", header.seq);
  object.require("prev", header.prev);
  object.require("id", header.id);
  object.require("ce", header.type);
  object.take("replay", header.is_replay);
  object.take("attempt", header.attempt);
  object.take("late_ms", header.late_ms);
  if (wrong.empty() && header.prev >= header.seq) wrong = "header.prev is not below header.seq";
  if (!wrong.empty()) return fail(Errc::invalid_input, std::move(wrong));
  return header;
}

}  // namespace tocsin::alert
