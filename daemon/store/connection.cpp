// SPDX-License-Identifier: Apache-2.0
#include "store/connection.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "store/page_cache.hpp"

namespace tocsin::store {

namespace {

constexpr int primary_code_mask = 0xff;

Errc code_of(int sqlite_code, int system_code) {
  if (system_code == ENOSPC || system_code == EDQUOT || system_code == EROFS) return Errc::no_space;
  switch (sqlite_code & primary_code_mask) {
    case SQLITE_FULL:
    case SQLITE_READONLY:
      return Errc::no_space;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CONSTRAINT:
      return Errc::busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Errc::invalid_input;
    case SQLITE_TOOBIG:
      return Errc::too_large;
    default:
      return Errc::system;
  }
}

/// What the operator can do something about, in words; else SQLite's.
std::string text_of(int sqlite_code, int system_code, const char* message) {
  const bool has_cause = system_code != 0;
  switch (sqlite_code & primary_code_mask) {
    case SQLITE_FULL:
      return "the disk is full";
    case SQLITE_READONLY:
      return "it is read-only";
    case SQLITE_CANTOPEN:
      return fmt::format("cannot be opened: {}", has_cause ? std::strerror(system_code) : message);
    case SQLITE_BUSY:
      return "another process is writing to it";
    case SQLITE_CORRUPT:
      return "it is damaged; restore a backup";
    case SQLITE_NOTADB:
      return "it is not a SQLite database";
    case SQLITE_IOERR:
      if (system_code == EROFS) return "it is read-only";
      return has_cause ? fmt::format("{} ({})", message, std::strerror(system_code)) : message;
    default:
      return message;
  }
}

/// What the operating system said of the last failure; 0 when it said nothing.
int system_error_of(sqlite3* database, int sqlite_code) {
  const int primary = sqlite_code & primary_code_mask;
  if (primary != SQLITE_IOERR && primary != SQLITE_CANTOPEN) return 0;
  int error = sqlite3_system_errno(database);
  if (error != 0) return error;
  // A commit that fails leaves it with the file, which is that of the write-ahead log.
  sqlite3_file* file = nullptr;
  sqlite3_file_control(database, "main", SQLITE_FCNTL_JOURNAL_POINTER, static_cast<void*>(&file));
  if (file != nullptr && file->pMethods != nullptr) {
    file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error);
  }
  return error;
}

/// Once in a process. Refused, and no matter, when SQLite was in use before.
void configure_sqlite() {
  static const bool is_done = [] {
    // Statistics that nobody reads, behind a lock of all connections, at each allocation.
    static_cast<void>(sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0));
    return keep_page_cache_short();
  }();
  static_cast<void>(is_done);
}

}  // namespace

void Connection::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

void Connection::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Connection::Connection(std::string path, sqlite3* database)
    : path_{std::move(path)},
      database_{database} {}

Connection::~Connection() {
  roll_back();
}

Error Connection::error_about(Errc code, std::string_view what) const {
  return Error{code, fmt::format("store '{}': {}", path_, what)};
}

tl::unexpected<Error> Connection::failure(int code) const {
  const int system_code = system_error_of(database_.get(), code);
  const auto* const message = sqlite3_errmsg(database_.get());
  return fail(error_about(code_of(code, system_code), text_of(code, system_code, message)));
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path,
                                                     const StoreOptions& options, bool create) {
  const int access = options.read_only ? SQLITE_OPEN_READONLY
                                       : (create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                                 : SQLITE_OPEN_READWRITE);
  configure_sqlite();
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &raw, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                      options.vfs.empty() ? nullptr : options.vfs.c_str());
  std::unique_ptr<Connection> connection{new Connection{path, raw}};
  if (code != SQLITE_OK) return connection->failure(code);
  if (!options.read_only && sqlite3_db_readonly(raw, "main") == 1) {
    return fail(connection->error_about(Errc::no_space, "it is read-only"));
  }

  sqlite3_busy_timeout(raw, static_cast<int>(options.busy_timeout.count()));
  // A file that somebody else wrote must not run code through its schema.
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  const auto ready = connection->script(fmt::format(
      "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -{};",
      options.cache_kib));
  if (!ready) return fail(ready.error());
  return connection;
}

Result<void> Connection::prepare_for_writing(const StoreOptions& options) {
  const auto mode = first("PRAGMA journal_mode = WAL", [](Row& row) { return row.text(); });
  if (!mode) return fail(mode.error());
  if (*mode != "wal") return fail(error_about(Errc::system, "cannot keep a write-ahead log"));
  auto sql = fmt::format("PRAGMA synchronous = {}; PRAGMA journal_size_limit = {};",
                         options.synchronous, options.journal_limit_bytes);
  if (options.max_pages > 0) sql += fmt::format("PRAGMA max_page_count = {};", options.max_pages);
  watch_log();
  return script(sql);
}

void Connection::watch_log() {
  const auto after_commit = [](void* self, sqlite3* database, const char* name, int pages) {
    auto& connection = *static_cast<Connection*>(self);
    connection.log_pages_ = pages;
    // A failure is none of the commit's, which is done: the log keeps the pages for the next time.
    if (pages >= connection.most_pages_) {
      sqlite3_wal_checkpoint_v2(database, name, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    }
    return SQLITE_OK;
  };
  sqlite3_wal_hook(database_.get(), after_commit, this);
}

void Connection::leave_checkpoints_until(std::int64_t bytes) {
  const auto page_size = number("PRAGMA page_size").value_or(0);
  if (page_size > 0) most_pages_ = std::max(checkpoint_step, static_cast<int>(bytes / page_size));
}

bool Connection::has_log_grown() {
  if (log_pages_ < told_pages_) told_pages_ = 0;  // it has begun anew
  if (log_pages_ < told_pages_ + checkpoint_step) return false;
  told_pages_ = log_pages_;
  return true;
}

Result<void> Connection::checkpoint() {
  const int code = sqlite3_wal_checkpoint_v2(database_.get(), "main", SQLITE_CHECKPOINT_PASSIVE,
                                             nullptr, nullptr);
  if (code != SQLITE_OK && (code & primary_code_mask) != SQLITE_BUSY) return failure(code);
  return {};
}

Result<void> Connection::script(const std::string& sql) {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(code);
  return {};
}

Result<sqlite3_stmt*> Connection::use(std::string_view sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) {
    assert(sqlite3_stmt_busy(found->second.get()) == 0);
    return found->second.get();
  }
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) return failure(code);
  statements_.emplace(sql, raw);
  return raw;
}

Result<void> Connection::finish(sqlite3_stmt& statement, int bind_error,
                                const std::function<void(Row&)>& read) {
  int code = bind_error;
  if (code == SQLITE_OK && has_lost_transaction()) {
    return fail(error_about(Errc::system, "the transaction was rolled back by an earlier failure"));
  }
  if (code == SQLITE_OK) {
    while ((code = sqlite3_step(&statement)) == SQLITE_ROW) {
      Row row{statement};
      read(row);
    }
  }
  // The message is read before reset, which may change it.
  Result<void> outcome;
  if (code != SQLITE_DONE) outcome = failure(code);
  sqlite3_reset(&statement);
  sqlite3_clear_bindings(&statement);
  return outcome;
}

bool Connection::has_lost_transaction() const {
  return is_in_transaction_ && sqlite3_get_autocommit(database_.get()) != 0;
}

Result<void> Connection::begin() {
  if (is_in_transaction_) return fail(error_about(Errc::busy, "a transaction is open already"));
  // SQLite would let it begin and refuse the first write.
  if (sqlite3_db_readonly(database_.get(), "main") == 1) {
    return fail(error_about(Errc::no_space, "it is read-only"));
  }
  // IMMEDIATE: a writer that is not alone learns it here and not in the middle.
  auto begun = run("BEGIN IMMEDIATE");
  is_in_transaction_ = begun.has_value();
  return begun;
}

Result<void> Connection::commit() {
  auto done = run("COMMIT");
  if (done) is_in_transaction_ = false;
  return done;
}

void Connection::roll_back() {
  if (!is_in_transaction_) return;
  if (sqlite3_get_autocommit(database_.get()) == 0) {
    // When this fails the connection's end, or the next start, rolls back.
    sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  is_in_transaction_ = false;
}

std::int64_t Connection::last_row() const {
  return sqlite3_last_insert_rowid(database_.get());
}

std::int64_t Connection::changes() const {
  return sqlite3_changes64(database_.get());
}

}  // namespace tocsin::store
