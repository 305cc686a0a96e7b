// SPDX-License-Identifier: Apache-2.0
#include "store/log_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "store/connection.hpp"
#include "store/log_query.hpp"
#include "store/snapshot.hpp"

namespace tocsin::store {

namespace {

// A rare topic is looked for in stretches that grow by this factor, so that neither a common one
// drags in the whole log nor a rare one takes a step per thousand records.
constexpr std::uint64_t first_stretch = 1024;
constexpr std::uint64_t stretch_growth = 8;

// What the frames of one record weigh beside its payload: header, topic and their lengths.
constexpr std::size_t record_overhead = 512;

/// The next seqs after `query.after` that match, at most one page of them, and how far was looked.
struct Found {
  std::vector<std::uint64_t> seqs;
  std::uint64_t scanned_to = 0;
};

Result<Found> find_seqs(Connection& connection, const alert::LogQuery& query, std::uint64_t head) {
  const auto ranges = ranges_of(query.filters);
  Found found;
  found.scanned_to = query.after;
  std::uint64_t stretch = first_stretch;
  while (found.scanned_to < head && found.seqs.size() < query.max_records) {
    const auto upto = head - found.scanned_to > stretch ? found.scanned_to + stretch : head;
    const auto part = matching_seqs(connection, ranges, found.scanned_to, upto);
    if (!part) return fail(part.error());
    found.seqs.insert(found.seqs.end(), part->begin(), part->end());
    found.scanned_to = upto;
    stretch *= stretch_growth;
  }
  if (found.seqs.size() > query.max_records) {
    found.seqs.resize(query.max_records);
    found.scanned_to = found.seqs.empty() ? query.after : found.seqs.back();
  }
  return found;
}

/// Loads records until the page is full; at least one, so that a reader always gets on.
Result<alert::LogPage> load(Connection& connection, const Found& found, std::size_t max_bytes) {
  alert::LogPage page;
  page.scanned_to = found.scanned_to;
  std::size_t bytes = 0;
  for (const auto seq : found.seqs) {
    auto record = read_record(connection, seq);
    if (!record) return fail(record.error());
    if (!*record) continue;
    bytes += (**record).payload.size() + record_overhead;
    if (bytes > max_bytes && !page.records.empty()) {
      page.scanned_to = page.records.back().seq;
      break;
    }
    page.records.push_back(std::move(**record));
  }
  return page;
}

}  // namespace

StoreLogReader::StoreLogReader(std::unique_ptr<Connection> connection)
    : connection_{std::move(connection)} {}

StoreLogReader::~StoreLogReader() = default;

Result<std::unique_ptr<StoreLogReader>> StoreLogReader::open(const std::string& path,
                                                             const StoreOptions& options) {
  auto read_only = options;
  read_only.read_only = true;
  auto connection = Connection::open(path, read_only, false);
  if (!connection) return fail(std::move(connection.error()));
  if (auto bounds = read_bounds(**connection); !bounds) return fail(std::move(bounds.error()));
  return std::unique_ptr<StoreLogReader>{new StoreLogReader{std::move(*connection)}};
}

Result<alert::LogBounds> StoreLogReader::bounds() {
  return read_bounds(*connection_);
}

Result<alert::LogPage> StoreLogReader::read(const alert::LogQuery& query) {
  const auto snapshot = Snapshot::take(*connection_);
  if (!snapshot) return fail(snapshot.error());
  const auto bounds = read_bounds(*connection_);
  if (!bounds) return fail(bounds.error());
  if (query.after >= bounds->head) return alert::LogPage{.records = {}, .scanned_to = query.after};
  const auto found = find_seqs(*connection_, query, bounds->head);
  if (!found) return fail(found.error());
  auto page = load(*connection_, *found, query.max_bytes);
  if (page) page->more = page->scanned_to < bounds->head;
  return page;
}

Result<std::uint64_t> StoreLogReader::count(std::uint64_t after, std::uint64_t upto,
                                            const alert::Filters& filters) {
  // SQLite's numbers are signed: what is beyond them is beyond the log as well.
  constexpr std::uint64_t last = std::numeric_limits<std::int64_t>::max();
  return count_matching(*connection_, ranges_of(filters), std::min(after, last),
                        std::min(upto, last));
}

Result<std::uint64_t> StoreLogReader::acknowledged(const std::string& subscriber) {
  const auto seq = connection_->first(
      "SELECT acknowledged FROM subscriber WHERE name = ?", [](Row& row) { return row.bits(); },
      subscriber);
  if (!seq) return fail(seq.error());
  if (!*seq) return fail(Errc::not_found, "subscriber '" + subscriber + "' has no cursor yet");
  return **seq;
}

Result<std::uint64_t> StoreLogReader::seq_before(std::int64_t time_ms) {
  // Commit times may step back with the clock: the record before the first that is not earlier.
  const auto first = connection_->number(
      "SELECT coalesce((SELECT min(seq) FROM alert WHERE committed >= ?), (SELECT head + 1 FROM "
      "log))",
      time_ms);
  if (!first) return fail(first.error());
  return static_cast<std::uint64_t>(*first) - 1;
}

}  // namespace tocsin::store
