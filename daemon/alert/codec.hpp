// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "alert/alert.hpp"
#include "base/result.hpp"

namespace tocsin::alert {

/// The largest payload frame, in bytes.
inline constexpr std::size_t payload_limit = 64 * 1024;

/// The largest header frame that decode_header() reads, in bytes.
inline constexpr std::size_t header_limit = 4 * 1024;

/// The CloudEvents `dataschema`: the `$id` of alert-1.schema.json.
inline constexpr std::string_view schema_id = "urn:tocsin:schema:alert:1";

/// "alert/<topic>/<severity>/", "lab/…" while the topic is experimental, "ops/<kind>/<severity>/".
/// ASCII, at most 200 bytes. The topic must be a topic name and the severity 1–9.
[[nodiscard]] std::string topic_frame(const Alert& alert);

/// True when `name` may stand as one level of a topic frame: [a-z0-9][a-z0-9._-]*, at most 100
/// bytes.
[[nodiscard]] bool is_topic_name(std::string_view name);

/// The CloudEvents `type`: "tocsin.alert.new.v1", "tocsin.alert.updated.v1", …, "tocsin.ops.v1".
[[nodiscard]] std::string_view cloud_event_type(Kind kind);

/// The payload frame: a CloudEvents 1.0 structured JSON object. `sequence` is the alert's place in
/// the log. Too long a payload is shortened (content, then summary, then evidence) and marked in
/// `item.cut`.
[[nodiscard]] std::string encode(const Alert& alert, std::uint64_t sequence);

/// As above without a copy: `alert` itself is cut to what is sent.
[[nodiscard]] std::string fit_and_encode(Alert& alert, std::uint64_t sequence);

struct Decoded {
  Alert alert;
  std::uint64_t sequence = 0;
};

/// Reads a payload frame, unknown fields ignored. `invalid_input` names the first field that is
/// wrong.
[[nodiscard]] Result<Decoded> decode(std::string_view payload);

/// The header frame of one record.
struct Header {
  std::string epoch;
  std::uint64_t seq = 0;
  std::uint64_t prev =
      0;  ///< The seq of the record before it on the same topic frame; 0 when it is the first.
  std::string id;
  std::string type;
  bool is_replay = false;    ///< Fetched from the log, not live.
  int attempt = 1;           ///< Over 1 when the subscriber gave it back before.
  std::int64_t late_ms = 0;  ///< From commit to this delivery, where it was replayed.
};

[[nodiscard]] std::string encode(const Header& header);
[[nodiscard]] Result<Header> decode_header(std::string_view json);

}  // namespace tocsin::alert
