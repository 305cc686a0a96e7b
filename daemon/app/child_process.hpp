// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.hpp"

namespace tocsin::app {

/// A program to start: what it is called with, and which descriptors it gets. -1 leaves ours.
struct ChildSpec {
  std::vector<std::string> words = {};  ///< The program, a path or a name on the PATH, first.
  std::vector<std::string> environment = {};
  int in = -1;
  int out = -1;
  int err = -1;
};

/// Starts the program in a process group of its own, with the default signal deeds, and ends it by
/// SIGTERM should the calling thread end before it. Nobody waits for it: the caller does.
[[nodiscard]] Result<pid_t> start_child(const ChildSpec& spec);

/// The environment of this process, "NAME=value" each.
[[nodiscard]] std::vector<std::string> environment_of_process();

/// The same without what the service manager meant for this process alone (NOTIFY_SOCKET,
/// WATCHDOG_…).
[[nodiscard]] std::vector<std::string> environment_for_children();

/// The variable set to `value`, whatever it was.
void set_variable(std::vector<std::string>& environment, const std::string& name,
                  const std::string& value);

}  // namespace tocsin::app
