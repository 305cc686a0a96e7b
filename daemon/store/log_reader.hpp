// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alert/log_reader.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/options.hpp"
#include "store/policy_row.hpp"

namespace tocsin::store {

class Connection;

/// The alert log on a read-only connection of its own. Thread: the wire's; it never waits for the
/// writer.
class StoreLogReader final : public alert::LogReader {
 public:
  /// `path` must be a store that Store::open has created and migrated.
  [[nodiscard]] static Result<std::unique_ptr<StoreLogReader>> open(
      const std::string& path, const StoreOptions& options = {});
  ~StoreLogReader() override;

  [[nodiscard]] Result<alert::LogBounds> bounds() override;
  [[nodiscard]] Result<alert::LogPage> read(const alert::LogQuery& query) override;
  [[nodiscard]] Result<std::uint64_t> count(std::uint64_t after, std::uint64_t upto,
                                            const alert::Filters& filters) override;
  [[nodiscard]] Result<std::uint64_t> acknowledged(const std::string& subscriber) override;
  [[nodiscard]] Result<std::uint64_t> seq_before(std::int64_t time_ms) override;

  /// One record, for the redelivery of a parked one; nothing when retention removed it.
  [[nodiscard]] Result<std::optional<alert::LogRecord>> find(std::uint64_t seq);

  /// Deliveries whose pause is over at `now`, in order of seq; an empty name is everybody's.
  [[nodiscard]] Result<std::vector<Parked>> due(const std::string& subscriber, Time now);

 private:
  explicit StoreLogReader(std::unique_ptr<Connection> connection);

  std::unique_ptr<Connection> connection_;
};

}  // namespace tocsin::store
