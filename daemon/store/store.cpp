// SPDX-License-Identifier: Apache-2.0
#include "store/store.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "store/backup.hpp"
#include "store/connection.hpp"
#include "store/page_cache.hpp"
#include "store/schema.hpp"

namespace tocsin::store {

namespace {

Result<void> check_pages(Connection& connection, std::string_view pragma) {
  const auto first = connection.first(pragma, [](Row& row) { return row.text(); });
  if (!first) return fail(first.error());
  if (first->value_or("") == "ok") return {};
  return fail(connection.error_about(
      Errc::invalid_input,
      fmt::format("it is damaged ({}); restore a backup", first->value_or(""))));
}

Result<int> readable_version(Connection& connection) {
  const auto found = inspect_schema(connection);
  if (!found) return fail(found.error());
  if (!found->is_store) {
    return fail(connection.error_about(Errc::invalid_input, "it is another program's database"));
  }
  const auto known = static_cast<int>(schema_steps().size());
  if (found->version > known) {
    return fail(connection.error_about(
        Errc::invalid_input, fmt::format("written by a newer tocsin (schema {}, this one knows {})",
                                         found->version, known)));
  }
  return found->version;
}

/// A new log, or one restored from a backup, has a blank epoch.
Result<void> begin_epoch(Connection& connection) {
  const auto blank = connection.number("SELECT count(*) FROM log WHERE epoch = ''");
  if (!blank) return fail(blank.error());
  if (*blank == 0) return {};
  return connection.run("UPDATE log SET epoch = lower(hex(randomblob(16)))");
}

/// What others made of a dump may have pages that our cache would lose.
Result<void> check_page_size(Connection& connection) {
  const auto size = connection.number("PRAGMA page_size");
  if (!size) return fail(size.error());
  if (*size == bytes_of_page) return {};
  return fail(connection.error_about(
      Errc::invalid_input,
      fmt::format("its pages are of {} bytes instead of {}; restore a backup, or VACUUM it with "
                  "PRAGMA page_size = {}",
                  *size, bytes_of_page, bytes_of_page)));
}

Result<void> prepare(Connection& connection, const StoreOptions& options) {
  const auto version = readable_version(connection);
  if (!version) return fail(version.error());
  if (auto checked = check_page_size(connection); !checked) return checked;
  if (options.read_only) {
    if (*version == static_cast<int>(schema_steps().size())) return {};
    return fail(connection.error_about(Errc::invalid_input, "start the daemon once to migrate it"));
  }
  if (auto ready = connection.prepare_for_writing(options); !ready) return ready;
  if (auto sound = check_pages(connection, "PRAGMA quick_check(1)"); !sound) return sound;
  if (auto done = migrate(connection, *version, schema_steps()); !done) return done;
  return begin_epoch(connection);
}

/// What `check` finds wrong with the log: each row is one line.
constexpr std::string_view log_findings =
    "SELECT 'seq ' || a.seq || ' is past the head' FROM alert a, log WHERE a.seq > log.head"
    " UNION ALL SELECT 'no record between seq ' || seq || ' and ' || next"
    " FROM (SELECT seq, lead(seq) OVER (ORDER BY seq) AS next FROM alert) WHERE next <> seq + 1"
    " UNION ALL SELECT 'the log ends at seq ' || max(seq) || ' before its head ' || head"
    " FROM alert, log HAVING max(seq) < head"
    " UNION ALL SELECT 'seq ' || seq || ' names prev ' || prev || ' instead of ' || last"
    " FROM (SELECT seq, prev, lag(seq) OVER (PARTITION BY frame ORDER BY seq) AS last FROM alert)"
    " WHERE prev <> last"
    " UNION ALL SELECT 'seq ' || seq || ' names prev ' || prev || ', which is not before it'"
    " FROM alert WHERE prev >= seq"
    " UNION ALL SELECT 'frame ' || f.frame || ' was pruned to seq ' || f.pruned_to"
    " || ', past its last alert' FROM frame f"
    " WHERE f.pruned_to > (SELECT max(a.seq) FROM alert a WHERE a.frame = f.frame)"
    " UNION ALL SELECT 'seq ' || seq || ' stands on a frame that is not listed' FROM alert a"
    " WHERE NOT EXISTS (SELECT 1 FROM frame f WHERE f.frame = a.frame)";

/// What `check` finds wrong between items, identities and stories.
constexpr std::string_view item_findings =
    "SELECT 'item ' || item_id || ' has no identity' FROM item i WHERE NOT EXISTS (SELECT 1 FROM"
    " identity n WHERE n.feed_no = i.feed_no AND n.identity = i.identity AND n.item_id = i.item_id)"
    " UNION ALL SELECT 'identity ' || identity || ' names a missing item ' || item_id"
    " FROM identity n WHERE item_id IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM item i WHERE i.item_id = n.item_id)"
    " UNION ALL SELECT 'the search holds ' || held || ' items instead of ' || there FROM"
    " (SELECT (SELECT count(*) FROM item_text_docsize) AS held, (SELECT count(*) FROM item, indexed"
    " WHERE item.item_id <= indexed.up_to) AS there) WHERE held <> there";

}  // namespace

Store::Store(std::unique_ptr<Connection> connection, const StoreOptions& options)
    : connection_{std::move(connection)},
      options_{options} {}

Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const std::string& path, const StoreOptions& options) {
  auto connection = Connection::open(path, options, true);
  if (!connection) return fail(std::move(connection.error()));
  if (auto ready = prepare(**connection, options); !ready) return fail(std::move(ready.error()));
  return std::unique_ptr<Store>{new Store{std::move(*connection), options}};
}

Result<Transaction> Store::begin() {
  if (auto begun = connection_->begin(); !begun) return fail(std::move(begun.error()));
  return Transaction{*connection_};
}

Result<Sizes> Store::sizes() {
  const auto sizes = connection_->first(
      "SELECT (SELECT count(*) FROM feed_state), (SELECT count(*) FROM item),"
      " (SELECT count(*) FROM identity WHERE item_id IS NULL), (SELECT count(*) FROM match),"
      " (SELECT count(*) FROM story), (SELECT count(*) FROM alert), (SELECT count(*) FROM parked),"
      " (SELECT count(*) FROM dead_letter), (SELECT count(*) FROM held WHERE released_at IS NULL),"
      " (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size)",
      [](Row& row) {
        return Sizes{.feeds = row.integer(),
                     .items = row.integer(),
                     .tombstones = row.integer(),
                     .matches = row.integer(),
                     .stories = row.integer(),
                     .alerts = row.integer(),
                     .parked = row.integer(),
                     .dead_letters = row.integer(),
                     .held = row.integer(),
                     .file_bytes = row.integer()};
      });
  if (!sizes) return fail(sizes.error());
  return sizes->value_or(Sizes{});
}

Result<void> Store::backup_to(const std::string& path) {
  return copy_to(*connection_, path);
}

Result<std::vector<std::string>> Store::check() {
  const auto line = [](Row& row) {
    return row.text();
  };
  auto findings = connection_->all("PRAGMA integrity_check(100)", line);
  if (!findings) return findings;
  std::erase(*findings, "ok");
  for (const auto sql : {log_findings, item_findings}) {
    auto more = connection_->all(sql, line);
    if (!more) return more;
    findings->insert(findings->end(), more->begin(), more->end());
  }
  return findings;
}

}  // namespace tocsin::store
