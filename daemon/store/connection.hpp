// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "store/options.hpp"
#include "store/row.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace tocsin::store {

/// One SQLite connection with its prepared statements. Thread: one at a time. SQLite is called only
/// here, in row.cpp and page_cache.cpp; failures become an Error that names the database's path.
class Connection {
 public:
  /// `create` makes the file when it is missing. Sets what holds for every connection; the journal
  /// mode is prepare_for_writing()'s.
  [[nodiscard]] static Result<std::unique_ptr<Connection>> open(const std::string& path,
                                                                const StoreOptions& options,
                                                                bool create);

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// WAL, the synchronous level, the WAL's limit and the page ceiling.
  [[nodiscard]] Result<void> prepare_for_writing(const StoreOptions& options);

  /// Runs statements that return nothing and take no parameters.
  [[nodiscard]] Result<void> script(const std::string& sql);

  /// Runs one cached statement to its end. `sql` must be a literal: its text is the cache's key.
  template <typename... Values>
  [[nodiscard]] Result<void> run(std::string_view sql, const Values&... values) {
    return each(
        sql, [](Row&) {}, values...);
  }

  /// Runs one INSERT; returns the number of its row. RETURNING does so through a table of its own.
  template <typename... Values>
  [[nodiscard]] Result<std::int64_t> insert(std::string_view sql, const Values&... values) {
    return run(sql, values...).map([this] { return last_row(); });
  }

  /// Calls `read(Row&)` for every row. The same `sql` must not be run again from inside.
  template <typename Read, typename... Values>
  [[nodiscard]] Result<void> each(std::string_view sql, Read read, const Values&... values) {
    auto statement = use(sql);
    if (!statement) return fail(std::move(statement.error()));
    Binder binder{**statement};
    (binder.put(values), ...);
    return finish(**statement, binder.error(), read);
  }

  /// Every row through `read`, in order.
  template <typename Read, typename... Values>
  [[nodiscard]] auto all(std::string_view sql, Read read, const Values&... values)
      -> Result<std::vector<std::invoke_result_t<Read, Row&>>> {
    std::vector<std::invoke_result_t<Read, Row&>> rows;
    const auto done = each(
        sql, [&rows, &read](Row& row) { rows.push_back(read(row)); }, values...);
    if (!done) return fail(done.error());
    return rows;
  }

  /// The last row through `read`, or nothing when there is none: for queries with at most one.
  template <typename Read, typename... Values>
  [[nodiscard]] auto first(std::string_view sql, Read read, const Values&... values)
      -> Result<std::optional<std::invoke_result_t<Read, Row&>>> {
    std::optional<std::invoke_result_t<Read, Row&>> found;
    const auto done = each(
        sql, [&found, &read](Row& row) { found = read(row); }, values...);
    if (!done) return fail(done.error());
    return found;
  }

  /// A number that is always there: count(*), a pragma.
  template <typename... Values>
  [[nodiscard]] Result<std::int64_t> number(std::string_view sql, const Values&... values) {
    auto found = first(
        sql, [](Row& row) { return row.integer(); }, values...);
    if (!found) return fail(std::move(found.error()));
    return found->value_or(0);
  }

  [[nodiscard]] Result<void> begin();
  [[nodiscard]] Result<void> commit();
  void roll_back();
  /// Carries the write-ahead log into the file as far as readers allow. Waits for nobody.
  [[nodiscard]] Result<void> checkpoint();

  /// Commits carry the log over, at 1,000 pages of it; from now on only at so many bytes.
  void leave_checkpoints_until(std::int64_t bytes);

  /// True once for every 1,000 pages that the commits of this connection have added to the log.
  [[nodiscard]] bool has_log_grown();

  [[nodiscard]] bool is_in_transaction() const { return is_in_transaction_; }

  /// Rows that the last finished statement inserted, changed or deleted.
  [[nodiscard]] std::int64_t changes() const;

  [[nodiscard]] const std::string& path() const { return path_; }

  [[nodiscard]] Error error_about(Errc code, std::string_view what) const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  Connection(std::string path, sqlite3* database);

  void watch_log();
  [[nodiscard]] std::int64_t last_row() const;

  [[nodiscard]] Result<sqlite3_stmt*> use(std::string_view sql);
  [[nodiscard]] Result<void> finish(sqlite3_stmt& statement, int bind_error,
                                    const std::function<void(Row&)>& read);
  /// SQLite rolls back by itself after some failures.
  [[nodiscard]] bool has_lost_transaction() const;
  [[nodiscard]] tl::unexpected<Error> failure(int code) const;

  static constexpr int checkpoint_step = 1000;  ///< Pages; SQLite's own habit.

  std::string path_;
  std::unique_ptr<sqlite3, Close> database_;
  std::unordered_map<std::string_view, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
  bool is_in_transaction_ = false;
  int log_pages_ = 0;   ///< In the write-ahead log, after the last commit.
  int told_pages_ = 0;  ///< As has_log_grown() has last told.
  int most_pages_ = checkpoint_step;
};

}  // namespace tocsin::store
