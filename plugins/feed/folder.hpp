// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace tocsin::feed_plugin {

/// A folder of files that others read while we write: each is old or new, never half. A lock on the
/// folder keeps a second writer out; it needs no right to write, so that a folder that is read-only
/// for now can be waited for.
class Folder {
 public:
  /// `not_found` or `busy`, with one line that names the folder.
  [[nodiscard]] static Result<Folder> open(std::string path);

  /// Opens the folder anew where another has its name now, and makes that for topics where it is
  /// missing. True where it is another folder than before, which has none of the files.
  [[nodiscard]] Result<bool> prepare();

  /// The file `name`, or `topics/<name>`, gets these bytes and is on the disk afterwards, but for
  /// its name: see sync(). A file that has them already is left alone.
  [[nodiscard]] Result<void> write(const std::string& name, std::string_view bytes);

  /// Forces the names of what was written to the disk.
  [[nodiscard]] Result<void> sync();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  Folder(std::string path, UniqueFd fd) : path_{std::move(path)}, fd_{std::move(fd)} {}

  std::string path_;
  UniqueFd fd_;
  UniqueFd topics_;
};

}  // namespace tocsin::feed_plugin
