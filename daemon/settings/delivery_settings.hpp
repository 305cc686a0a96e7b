// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tocsin::settings {

/// `[delivery]`: when alerts go out, of every topic without a `[[topic]]` table that says
/// otherwise.
struct DeliverySettings {
  std::string zone = "UTC";              ///< An IANA zone.
  std::vector<std::string> quiet_hours;  ///< "22:00-07:00", "sat,sun 00:00-24:00".
  std::vector<std::string> digest;       ///< "07:00", "mon 09:00", "every 6h".
  std::size_t max_per_hour = 0;          ///< Alerts of one topic; 0: no cap.
  std::size_t max_per_hour_in_all = 0;
  std::size_t let_through = 0;  ///< A severity; 0: none.
};

/// One `[[topic]]` table: what differs from `[delivery]` for the topic with `id`.
struct TopicOptions {
  std::string id;
  std::string zone;
  std::optional<std::vector<std::string>> quiet_hours;
  std::optional<std::vector<std::string>> digest;
  std::optional<std::size_t> max_per_hour;
  std::optional<std::size_t> let_through;
  unsigned line = 0;
};

}  // namespace tocsin::settings
