// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "loop/event_loop.hpp"

namespace tocsin::app {

/// The plugins that `run --with` names, as children of the daemon.
///
/// Each is `tocsin plugin run NAME`; its standard output is ours, the lines of its standard error
/// come on ours behind "[NAME] ". One that fails is started again after a pause, 1 s at first and
/// twice as long each time up to a minute; a minute of life makes it short again. One that cannot
/// work as it is configured, whose name is in use, or that ended in order stays away.
///
/// Thread: the loop's. Owns the processes; those that are left when it is destroyed are killed.
class PluginChildren {
 public:
  /// `words` is the command up to the instance's name.
  PluginChildren(loop::EventLoop& loop, std::vector<std::string> words);
  PluginChildren(const PluginChildren&) = delete;
  PluginChildren& operator=(const PluginChildren&) = delete;
  ~PluginChildren();

  void start(const std::vector<std::string>& names);

  /// SIGTERM to all, SIGKILL to those that are still there after ten seconds; then `on_stopped`.
  void stop(std::function<void()> on_stopped);

 private:
  struct Child;

  void start(Child& child);
  void on_output(Child& child);
  void on_exit(Child& child);
  void judge(Child& child, int status);
  [[nodiscard]] bool is_any_alive() const;

  loop::EventLoop& loop_;
  std::vector<std::string> words_;
  std::vector<std::unique_ptr<Child>> children_;
  loop::Timer kill_;
  std::function<void()> on_stopped_;  ///< Set while stopping.
};

}  // namespace tocsin::app
