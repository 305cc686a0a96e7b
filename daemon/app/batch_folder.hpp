// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace tocsin::app {

/// Where `topic new --batch` writes its topics, one run in place of the one before.
///
/// Beside them lies `batch.sha256`, a listing as sha256sum(1) reads and writes it. A topic that is
/// listed and has the listed digest was written by an earlier run and edited by nobody since: it
/// goes when the folder is opened. Everything else stays.
class BatchFolder {
 public:
  /// Makes the folder where there is none.
  [[nodiscard]] static Result<BatchFolder> open(const std::string& path);

  /// Writes the file of a topic, and lists it.
  [[nodiscard]] Result<void> write(const std::string& id, std::string_view bytes);

  /// Ids of topics in the folder that this run did not write, in their order.
  [[nodiscard]] std::vector<std::string> others() const;

  /// Ids of topics that an earlier run wrote and this one has taken away.
  [[nodiscard]] std::vector<std::string> gone() const;

 private:
  explicit BatchFolder(std::string path) : path_{std::move(path)} {}

  [[nodiscard]] std::string file_of(const std::string& id) const;
  [[nodiscard]] bool is_as_written(const std::string& id, std::string_view digest) const;

  std::string path_;
  std::ofstream listing_;
  std::set<std::string> removed_;
  std::set<std::string> written_;
};

}  // namespace tocsin::app
