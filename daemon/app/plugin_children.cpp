// SPDX-License-Identifier: Apache-2.0
#include "app/plugin_children.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <utility>

#include "app/child_process.hpp"
#include "log/log.hpp"

namespace tocsin::app {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds shortest_pause = std::chrono::seconds{1};
constexpr milliseconds longest_pause = std::chrono::minutes{1};
constexpr std::chrono::minutes good_life{1};
constexpr std::chrono::seconds drain_limit{10};
constexpr std::size_t line_limit = 4096;

/// Statuses after which starting again would end the same way: usage, a wrong option, a name in
/// use, no permission, configuration.
bool is_final(int status) {
  constexpr std::array<int, 6> finals{0, 2, 64, 75, 77, 78};
  return std::find(finals.begin(), finals.end(), status) != finals.end();
}

bool has_input(int fd) {
  pollfd one{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&one, 1, 0) == 1;
}

void tell_line(const std::string& name, std::string_view line) {
  const std::string text = "[" + name + "] " + std::string{line} + "\n";
  // Where stderr is gone there is nobody left to tell.
  static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));
}

}  // namespace

struct PluginChildren::Child {
  std::string name;
  pid_t pid = -1;  ///< -1 between lives.
  UniqueFd exit;   ///< The process as a descriptor.
  UniqueFd err;
  std::unique_ptr<loop::FdWatch> exit_watch;
  std::unique_ptr<loop::FdWatch> err_watch;
  std::unique_ptr<loop::Timer> restart;
  std::string line;  ///< Of its standard error, not yet whole.
  milliseconds pause{0};
  loop::SteadyClock::time_point started;
};

PluginChildren::PluginChildren(loop::EventLoop& loop, std::vector<std::string> words)
    : loop_{loop},
      words_{std::move(words)},
      kill_{loop, [this] {
              for (const auto& child : children_) {
                if (child->pid > 0) ::kill(-child->pid, SIGKILL);
              }
            }} {}

PluginChildren::~PluginChildren() {
  for (const auto& child : children_) {
    if (child->pid <= 0) continue;
    ::kill(-child->pid, SIGKILL);
    ::waitpid(child->pid, nullptr, 0);
  }
}

void PluginChildren::start(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    children_.push_back(std::make_unique<Child>());
    Child& child = *children_.back();
    child.name = name;
    child.restart = std::make_unique<loop::Timer>(loop_, [this, &child] { start(child); });
    start(child);
  }
}

void PluginChildren::start(Child& child) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return judge(child, -1);
  child.err = UniqueFd{ends[0]};
  const UniqueFd writer{ends[1]};
  // Its end may block as usual: only ours must not.
  ::fcntl(writer.get(), F_SETFL, 0);  // NOLINT: its form
  ChildSpec spec{.words = words_, .environment = environment_for_children(), .err = writer.get()};
  spec.words.push_back(child.name);
  child.started = loop::SteadyClock::now();
  const auto pid = start_child(spec);
  if (!pid) {
    log::error("plugin not started", {{"plugin", child.name}, {"reason", pid.error().message}});
    return;
  }
  child.pid = *pid;
  child.exit =
      UniqueFd{static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0))};  // NOLINT: no wrapper
  child.exit_watch = std::make_unique<loop::FdWatch>(
      loop_, child.exit.get(), EPOLLIN, [this, &child](std::uint32_t) { on_exit(child); });
  child.err_watch = std::make_unique<loop::FdWatch>(
      loop_, child.err.get(), EPOLLIN, [this, &child](std::uint32_t) { on_output(child); });
  log::info("plugin started", {{"plugin", child.name}, {"pid", *pid}});
}

void PluginChildren::on_output(Child& child) {
  std::array<char, 4096> piece{};
  const auto count = ::read(child.err.get(), piece.data(), piece.size());
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) {
    child.err_watch.reset();
    return;
  }
  child.line.append(piece.data(), static_cast<std::size_t>(count));
  for (auto end = child.line.find('\n'); end != std::string::npos; end = child.line.find('\n')) {
    tell_line(child.name, std::string_view{child.line}.substr(0, end));
    child.line.erase(0, end + 1);
  }
  if (child.line.size() > line_limit) tell_line(child.name, std::exchange(child.line, {}));
}

void PluginChildren::on_exit(Child& child) {
  int status = 0;
  if (::waitpid(child.pid, &status, WNOHANG) == 0) return;
  // Its last words; programs that it started may hold the pipe open, so only what is there.
  while (child.err_watch && has_input(child.err.get())) on_output(child);
  if (!child.line.empty()) tell_line(child.name, std::exchange(child.line, {}));
  child.pid = -1;
  child.exit_watch.reset();
  child.err_watch.reset();
  child.exit = UniqueFd{};
  child.err = UniqueFd{};
  judge(child, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

void PluginChildren::judge(Child& child, int status) {
  if (on_stopped_) {
    log::info("plugin stopped", {{"plugin", child.name}, {"status", status}});
    if (!is_any_alive()) {
      kill_.cancel();
      on_stopped_();
    }
    return;
  }
  if (status == 0) return log::info("plugin ended", {{"plugin", child.name}});
  if (is_final(status)) {
    return log::error("plugin failed for good", {{"plugin", child.name}, {"status", status}});
  }
  const bool was_good = loop::SteadyClock::now() - child.started >= good_life;
  child.pause =
      was_good ? shortest_pause : std::clamp(child.pause * 2, shortest_pause, longest_pause);
  log::warn("plugin failed and is started again",
            {{"plugin", child.name}, {"status", status}, {"pause_ms", child.pause.count()}});
  child.restart->fire_after(child.pause);
}

void PluginChildren::stop(std::function<void()> on_stopped) {
  on_stopped_ = std::move(on_stopped);
  for (const auto& child : children_) {
    child->restart->cancel();
    if (child->pid > 0) ::kill(child->pid, SIGTERM);
  }
  if (!is_any_alive()) return on_stopped_();
  kill_.fire_after(drain_limit);
}

bool PluginChildren::is_any_alive() const {
  return std::any_of(children_.begin(), children_.end(),
                     [](const auto& child) { return child->pid > 0; });
}

}  // namespace tocsin::app
