// SPDX-License-Identifier: Apache-2.0
#include "store/checkpointer.hpp"

#include "store/connection.hpp"
#include "store/store.hpp"

namespace tocsin::store {

Checkpointer::Checkpointer(std::unique_ptr<Connection> connection)
    : connection_{std::move(connection)} {}

Checkpointer::~Checkpointer() = default;

Result<void> Checkpointer::run() {
  return connection_->checkpoint();
}

Result<std::unique_ptr<Checkpointer>> Store::checkpointer() {
  auto connection = Connection::open(connection_->path(), options_, false);
  if (!connection) return fail(std::move(connection.error()));
  // The synchronous level is a connection's own, and a checkpoint syncs by it.
  if (auto ready = (*connection)->prepare_for_writing(options_); !ready) {
    return fail(std::move(ready.error()));
  }
  connection_->leave_checkpoints_until(options_.journal_limit_bytes);
  return std::unique_ptr<Checkpointer>{new Checkpointer{std::move(*connection)}};
}

bool Store::is_checkpoint_due() {
  return connection_->has_log_grown();
}

}  // namespace tocsin::store
