// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin {

/// "250ms", "30s", "15m", "48h", "90d" as milliseconds; nothing for any other writing or more than
/// 292 years.
[[nodiscard]] std::optional<std::int64_t> read_duration(std::string_view text);

/// "512B", "64KiB", "10MiB", "1GiB" as bytes.
[[nodiscard]] std::optional<std::int64_t> read_size(std::string_view text);

/// In the largest unit that leaves no fraction; days only from a week on, since "48h" reads better.
[[nodiscard]] std::string write_duration(std::int64_t milliseconds);

[[nodiscard]] std::string write_size(std::int64_t bytes);

}  // namespace tocsin
