// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include "base/result.hpp"

namespace tocsin::store {

class Connection;
class Store;

/// Carries what is committed from the write-ahead log into the database's file, beside the writer:
/// neither waits for the other, save for the disk.
///
/// From Store::checkpointer(), with a connection of its own. Thread: one, which need not be the
/// store's.
class Checkpointer {
 public:
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;
  ~Checkpointer();

  /// Carries over what readers allow and what is committed by now. The writer begins the log anew
  /// when nothing was committed meanwhile. Failures as the store's; the log then keeps everything.
  [[nodiscard]] Result<void> run();

 private:
  friend class Store;

  explicit Checkpointer(std::unique_ptr<Connection> connection);

  std::unique_ptr<Connection> connection_;
};

}  // namespace tocsin::store
