// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/policy_row.hpp"

namespace tocsin::store {

/// What the tables hold of one day and topic; absent where they no longer hold all of it.
struct AuditRows {
  std::optional<std::int64_t> alerts;   ///< New and updated ones in the log.
  std::optional<std::int64_t> digests;  ///< In the log.
  std::optional<std::int64_t> waiting;  ///< Held since that day.
  std::optional<std::int64_t> told;     ///< Held that day, and told by a digest since.
};

/// One day's counts of one topic, or of the items that came.
struct AuditLine {
  std::optional<std::chrono::sys_days> day;  ///< Nothing: days that are no longer kept apart.
  std::string topic;                         ///< "": the items, before topics are asked.
  Counts counts;  ///< By name: items.… or matches.… and digests.sent.
  AuditRows rows;
  std::vector<std::string> faults;  ///< What does not balance, a line each: "sent 3 + …".
};

/// The equations that must hold, checked for one line:
/// items.fetched = new + known + rejected; matches.fired = sent + updated + merged + held +
/// silenced + baseline + late + repeated; and where the tables hold all: sent + updated = alerts,
/// digests.sent = digests, held + silenced = waiting + told.
[[nodiscard]] std::vector<std::string> audit_faults(const AuditLine& line);

}  // namespace tocsin::store
