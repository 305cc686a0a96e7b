// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/unique_fd.hpp"
#include "settings/paths.hpp"

namespace tocsin::app {

/// The configured feed list while it is being edited: nobody else's `tocsin feed` edits it
/// meanwhile, and what an editor wrote meanwhile is not written over.
///
/// Holds a lock on the file's folder until destroyed. Errors name the file: `refused` without the
/// permission, or when the file is marked read-only; `busy` when it changed meanwhile.
class FeedFile {
 public:
  /// Follows symbolic links, also to a file that does not exist, which is as an empty list;
  /// `not_found` where a link leads into a folder that does not exist.
  [[nodiscard]] static Result<FeedFile> open(const std::string& path);

  [[nodiscard]] const std::string& bytes() const { return bytes_; }

  /// Puts `bytes` in the file's place in one step: at every moment there is the old list or the
  /// new one, also after a crash. Owner and mode stay.
  [[nodiscard]] Result<void> replace(std::string_view bytes) const;

 private:
  FeedFile() = default;

  [[nodiscard]] Result<void> check_unchanged() const;

  std::string path_;  ///< Where the file really is.
  std::string folder_;
  UniqueFd lock_;
  bool exists_ = false;

  struct stat before_ {};

  std::string bytes_;
};

/// What to do about the daemon after the list has changed.
enum class AfterEdit { hint, reload };

/// With `reload` has the daemon take the list up and returns how that went, as an exit code that
/// was told; with `hint` says on stderr that a running daemon does not know of it yet.
int tell_daemon(const settings::Paths& paths, AfterEdit wish);

}  // namespace tocsin::app
