// SPDX-License-Identifier: Apache-2.0
#include "store/log_query.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alert/log_reader.hpp"
#include "base/result.hpp"
#include "store/connection.hpp"

namespace tocsin::store {

namespace {

// Sorts behind every frame there can be: frames are ASCII.
constexpr std::string_view after_all_frames = "\xff";

/// The first string, in byte order, that is behind everything with this prefix; empty when there is
/// none.
std::string end_of_prefix(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (!prefix.empty()) {
    prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1U);
  }
  return prefix;
}

std::string_view upper_bound_of(const FrameRange& range) {
  return range.end.empty() ? after_all_frames : std::string_view{range.end};
}

bool is_everything(const FrameRange& range) {
  return range.begin.empty() && range.end.empty();
}

}  // namespace

std::vector<FrameRange> ranges_of(const alert::Filters& filters) {
  auto prefixes = filters;
  if (prefixes.empty()) prefixes.emplace_back();
  std::sort(prefixes.begin(), prefixes.end());
  std::vector<FrameRange> ranges;
  for (auto& prefix : prefixes) {
    // Sorted, a prefix stands before all that it covers.
    if (!ranges.empty() && prefix.starts_with(ranges.back().begin)) continue;
    auto end = end_of_prefix(prefix);
    ranges.push_back(FrameRange{.begin = std::move(prefix), .end = std::move(end)});
  }
  return ranges;
}

Result<std::vector<std::uint64_t>> matching_seqs(Connection& connection,
                                                 const std::vector<FrameRange>& ranges,
                                                 std::uint64_t after, std::uint64_t upto) {
  std::vector<std::uint64_t> seqs;
  const auto keep = [&seqs](Row& row) {
    seqs.push_back(row.bits());
  };
  for (const auto& range : ranges) {
    const auto done =
        is_everything(range)
            ? connection.each("SELECT seq FROM alert WHERE seq > ? AND seq <= ? ORDER BY seq", keep,
                              after, upto)
            // Through the few frames, so that each costs one look into the index (frame, seq).
            : connection.each(
                  "SELECT a.seq FROM frame f CROSS JOIN alert a ON a.frame = f.frame"
                  " WHERE f.frame >= ? AND f.frame < ? AND a.seq > ? AND a.seq <= ?",
                  keep, range.begin, upper_bound_of(range), after, upto);
    if (!done) return fail(done.error());
  }
  std::sort(seqs.begin(), seqs.end());
  return seqs;
}

Result<std::uint64_t> count_matching(Connection& connection, const std::vector<FrameRange>& ranges,
                                     std::uint64_t after, std::uint64_t upto) {
  std::uint64_t count = 0;
  for (const auto& range : ranges) {
    const auto part =
        is_everything(range)
            ? connection.number("SELECT count(*) FROM alert WHERE seq > ? AND seq <= ?", after,
                                upto)
            : connection.number(
                  "SELECT count(*) FROM frame f CROSS JOIN alert a"
                  " ON a.frame = f.frame WHERE f.frame >= ? AND f.frame < ?"
                  " AND a.seq > ? AND a.seq <= ?",
                  range.begin, upper_bound_of(range), after, upto);
    if (!part) return fail(part.error());
    count += static_cast<std::uint64_t>(*part);
  }
  return count;
}

Result<alert::LogBounds> read_bounds(Connection& connection) {
  auto bounds = connection.first(
      "SELECT epoch, head, coalesce((SELECT min(seq) FROM alert), head + 1) FROM log",
      [](Row& row) {
        return alert::LogBounds{.epoch = row.text(), .head = row.bits(), .floor = row.bits()};
      });
  if (!bounds) return fail(bounds.error());
  if (!*bounds) return fail(connection.error_about(Errc::invalid_input, "it holds no alert log"));
  return std::move(**bounds);
}

alert::LogRecord record_of(Row& row) {
  return alert::LogRecord{.seq = row.bits(),
                          .prev = row.bits(),
                          .frame = row.text(),
                          .id = row.text(),
                          .type = row.text(),
                          .payload = row.text(),
                          .committed = row.time()};
}

Result<std::optional<alert::LogRecord>> read_record(Connection& connection, std::uint64_t seq) {
  return connection.first(
      "SELECT seq, prev, frame, id, type, payload, committed FROM alert WHERE seq = ?", record_of,
      seq);
}

}  // namespace tocsin::store
