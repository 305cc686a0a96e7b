// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "base/result.hpp"
#include "store/connection.hpp"

namespace tocsin::store {

/// Holds one view of the database across several statements. No transaction may be open.
class Snapshot {
 public:
  [[nodiscard]] static Result<Snapshot> take(Connection& connection) {
    if (auto begun = connection.run("BEGIN"); !begun) return fail(std::move(begun.error()));
    return Snapshot{connection};
  }

  Snapshot(Snapshot&& other) noexcept : connection_{std::exchange(other.connection_, nullptr)} {}

  Snapshot& operator=(Snapshot&&) = delete;
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  ~Snapshot() {
    if (connection_ != nullptr) static_cast<void>(connection_->run("ROLLBACK"));
  }

 private:
  explicit Snapshot(Connection& connection) : connection_{&connection} {}

  Connection* connection_;
};

}  // namespace tocsin::store
