// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "store/audit_line.hpp"
#include "store/connection.hpp"
#include "store/snapshot.hpp"
#include "store/store.hpp"

namespace tocsin::store {

namespace {

constexpr std::int64_t milliseconds_of_day = 86'400'000;

std::int64_t count_in(const Counts& counts, std::string_view name) {
  const auto found = counts.find(std::string{name});
  return found == counts.end() ? 0 : found->second;
}

/// "fired 7 = sent 3 + merged 3": one equation between counts of a line.
template <std::size_t N>
void check_sum(const AuditLine& line, std::string_view whole,
               const std::array<std::string_view, N>& parts, std::vector<std::string>& faults) {
  const std::int64_t expected = count_in(line.counts, whole);
  std::int64_t sum = 0;
  std::string shown;
  for (const std::string_view part : parts) {
    const std::int64_t value = count_in(line.counts, part);
    sum += value;
    if (value != 0) shown += fmt::format("{}{} {}", shown.empty() ? "" : " + ", part, value);
  }
  if (sum == expected) return;
  faults.push_back(fmt::format("{} {} is not {}", whole, expected, shown.empty() ? "0" : shown));
}

void check_rows(std::int64_t counted, std::optional<std::int64_t> stored, std::string_view what,
                std::vector<std::string>& faults) {
  if (!stored || *stored == counted) return;
  faults.push_back(fmt::format("{}: {} counted, {} stored", what, counted, *stored));
}

using Key = std::pair<std::int64_t, std::string>;  // day and topic
using Lines = std::map<Key, AuditLine>;

AuditLine& line_of(Lines& lines, std::int64_t day, const std::string& topic) {
  AuditLine& line = lines[{day, topic}];
  line.topic = topic;
  if (day > 0) line.day = std::chrono::sys_days{std::chrono::days{day}};
  return line;
}

/// "floods" of "alert/floods/3/"; nothing of an operator alert's frame.
std::string topic_of_frame(std::string_view frame) {
  const auto first = frame.find('/');
  if (first == std::string_view::npos || frame.substr(0, first) == "ops") return {};
  const auto second = frame.find('/', first + 1);
  return std::string{frame.substr(first + 1, second - first - 1)};
}

Result<void> read_counts(Connection& connection, std::int64_t first_day, Lines& lines) {
  return connection.each(
      "SELECT day, topic, name, value FROM counted WHERE day = 0 OR day >= ?",
      [&lines](Row& row) {
        const auto day = row.integer();
        const auto topic = row.text();
        auto name = row.text();
        line_of(lines, day, topic).counts[std::move(name)] += row.integer();
      },
      first_day);
}

/// The first day that a table holds all of.
Result<std::int64_t> whole_from(Connection& connection, std::string_view what) {
  const auto time =
      connection.number("SELECT coalesce((SELECT time FROM audit_from WHERE what = ?), 0)", what);
  if (!time) return fail(time.error());
  return (*time + milliseconds_of_day - 1) / milliseconds_of_day;
}

Result<void> read_alerts(Connection& connection, std::int64_t first_day, Lines& lines) {
  return connection.each(
      "SELECT committed / 86400000, frame, type, count(*) FROM alert WHERE committed >= ?"
      " AND type IN ('tocsin.alert.new.v1', 'tocsin.alert.updated.v1', 'tocsin.alert.digest.v1')"
      " GROUP BY 1, 2, 3",
      [&lines](Row& row) {
        const auto day = row.integer();
        const auto topic = topic_of_frame(row.text());
        const bool is_digest = row.text() == "tocsin.alert.digest.v1";
        AuditRows& rows = line_of(lines, day, topic).rows;
        auto& sum = is_digest ? rows.digests : rows.alerts;
        sum = sum.value_or(0) + row.integer();
      },
      first_day * milliseconds_of_day);
}

Result<void> read_held(Connection& connection, std::int64_t first_day, Lines& lines) {
  return connection.each(
      "SELECT held_at / 86400000, topic, sum(released_at IS NULL), sum(released_at IS NOT NULL)"
      " FROM held WHERE held_at >= ? GROUP BY 1, 2",
      [&lines](Row& row) {
        const auto day = row.integer();
        AuditRows& rows = line_of(lines, day, row.text()).rows;
        rows.waiting = row.integer();
        rows.told = row.integer();
      },
      first_day * milliseconds_of_day);
}

/// Where a table holds all of a day, what it has not is none.
void fill_in(AuditLine& line, std::int64_t day, std::int64_t alerts_from, std::int64_t held_from) {
  if (day == 0 || line.topic.empty()) return;
  if (day >= alerts_from) {
    line.rows.alerts = line.rows.alerts.value_or(0);
    line.rows.digests = line.rows.digests.value_or(0);
  }
  if (day >= held_from) {
    line.rows.waiting = line.rows.waiting.value_or(0);
    line.rows.told = line.rows.told.value_or(0);
  }
}

}  // namespace

std::vector<std::string> audit_faults(const AuditLine& line) {
  std::vector<std::string> faults;
  check_sum<3>(line, "items.fetched", {"items.new", "items.known", "items.rejected"}, faults);
  check_sum<8>(line, "matches.fired",
               {"matches.sent", "matches.updated", "matches.merged", "matches.held",
                "matches.silenced", "matches.baseline", "matches.late", "matches.repeated"},
               faults);
  const auto of = [&line](std::string_view name) {
    return count_in(line.counts, name);
  };
  check_rows(of("matches.sent") + of("matches.updated"), line.rows.alerts, "alerts", faults);
  check_rows(of("digests.sent"), line.rows.digests, "digests", faults);
  if (line.rows.waiting && line.rows.told) {
    check_rows(of("matches.held") + of("matches.silenced"), *line.rows.waiting + *line.rows.told,
               "held and silenced", faults);
  }
  return faults;
}

Result<std::vector<AuditLine>> Store::audit(Time since) {
  // One view of all tables: beside a running daemon they change from one statement to the next.
  const auto snapshot = Snapshot::take(*connection_);
  if (!snapshot) return fail(snapshot.error());
  const auto first_day = std::chrono::floor<std::chrono::days>(since).time_since_epoch().count();
  const auto alerts_from = whole_from(*connection_, "alerts");
  if (!alerts_from) return fail(alerts_from.error());
  const auto held_from = whole_from(*connection_, "held");
  if (!held_from) return fail(held_from.error());
  Lines lines;
  const std::int64_t from = std::max<std::int64_t>(first_day, 1);
  if (auto read = read_counts(*connection_, from, lines); !read) return fail(read.error());
  if (auto read = read_alerts(*connection_, std::max(from, *alerts_from), lines); !read) {
    return fail(read.error());
  }
  if (auto read = read_held(*connection_, std::max(from, *held_from), lines); !read) {
    return fail(read.error());
  }
  std::vector<AuditLine> all;
  for (auto& [key, line] : lines) {
    fill_in(line, key.first, *alerts_from, *held_from);
    line.faults = audit_faults(line);
    all.push_back(std::move(line));
  }
  return all;
}

}  // namespace tocsin::store
