// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "alert/log_reader.hpp"
#include "base/result.hpp"
#include "store/options.hpp"

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

 private:
  explicit StoreLogReader(std::unique_ptr<Connection> connection);

  std::unique_ptr<Connection> connection_;
};

}  // namespace tocsin::store
