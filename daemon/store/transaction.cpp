// SPDX-License-Identifier: Apache-2.0
#include "store/transaction.hpp"

#include <utility>

#include "base/result.hpp"
#include "store/connection.hpp"

namespace tocsin::store {

Savepoint::Savepoint(Savepoint&& other) noexcept
    : connection_{std::exchange(other.connection_, nullptr)} {}

Savepoint::~Savepoint() {
  if (connection_ == nullptr) return;
  // A failure here means that SQLite has rolled back all, which commit() will notice.
  const auto undone = connection_->run("ROLLBACK TO part");
  if (undone) static_cast<void>(connection_->run("RELEASE part"));
}

Result<void> Savepoint::keep() {
  auto kept = connection_->run("RELEASE part");
  if (kept) connection_ = nullptr;
  return kept;
}

Transaction::Transaction(Transaction&& other) noexcept
    : connection_{std::exchange(other.connection_, nullptr)} {}

Transaction::~Transaction() {
  if (connection_ != nullptr) connection_->roll_back();
}

Result<void> Transaction::commit() {
  auto done = connection_->commit();
  if (!done) connection_->roll_back();
  connection_ = nullptr;
  return done;
}

Result<Savepoint> Transaction::savepoint() {
  auto set = connection_->run("SAVEPOINT part");
  if (!set) return fail(set.error());
  return Savepoint{*connection_};
}

}  // namespace tocsin::store
