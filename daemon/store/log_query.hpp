// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "alert/log_reader.hpp"
#include "base/result.hpp"
#include "store/row.hpp"

namespace tocsin::store {

class Connection;

/// A half-open range of topic frames, in byte order: what a prefix is to an index.
struct FrameRange {
  std::string begin;
  std::string end;  ///< Empty: no upper bound.
};

/// The prefixes as disjoint ranges; a prefix inside another is left out. No filter is one open
/// range.
[[nodiscard]] std::vector<FrameRange> ranges_of(const alert::Filters& filters);

/// seqs of matching records in (after, upto], ascending.
[[nodiscard]] Result<std::vector<std::uint64_t>> matching_seqs(
    Connection& connection, const std::vector<FrameRange>& ranges, std::uint64_t after,
    std::uint64_t upto);

[[nodiscard]] Result<std::uint64_t> count_matching(Connection& connection,
                                                   const std::vector<FrameRange>& ranges,
                                                   std::uint64_t after, std::uint64_t upto);

[[nodiscard]] Result<alert::LogBounds> read_bounds(Connection& connection);

[[nodiscard]] Result<std::optional<alert::LogRecord>> read_record(Connection& connection,
                                                                  std::uint64_t seq);

/// Columns seq, prev, frame, id, type, payload.
[[nodiscard]] alert::LogRecord record_of(Row& row);

}  // namespace tocsin::store
