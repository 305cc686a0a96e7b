// SPDX-License-Identifier: Apache-2.0
#include "app/child_process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/unique_fd.hpp"

extern char** environ;  // NOLINT: POSIX's own

namespace tocsin::app {
namespace {

constexpr int cannot_start = 127;

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  out.reserve(words.size() + 1);
  for (std::string& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

/// Between fork and exec: only calls that are safe there, since other threads' locks may be held.
[[noreturn]] void become(const ChildSpec& spec, char** words, char** environment, int failure) {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int one : {SIGPIPE, SIGHUP, SIGINT, SIGTERM}) ::signal(one, SIG_DFL);
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // NOLINT: its form
  const std::array<std::pair<int, int>, 3> places{{{spec.in, 0}, {spec.out, 1}, {spec.err, 2}}};
  for (const auto& [ours, theirs] : places) {
    if (ours >= 0) ::dup2(ours, theirs);
  }
  ::execvpe(words[0], words, environment);
  const int why = errno;
  static_cast<void>(!::write(failure, &why, sizeof why));
  ::_exit(cannot_start);
}

}  // namespace

Result<pid_t> start_child(const ChildSpec& spec) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail(Errc::system, "pipe: " + std::generic_category().message(errno));
  }
  const UniqueFd reader{ends[0]};
  UniqueFd writer{ends[1]};
  auto words = spec.words;
  auto environment = spec.environment;
  const auto argv = pointers(words);
  const auto envp = pointers(environment);
  const pid_t pid = ::fork();
  if (pid == 0) {
    become(spec, const_cast<char**>(argv.data()), const_cast<char**>(envp.data()),  // NOLINT
           writer.get());
  }
  if (pid < 0) return fail(Errc::system, "fork: " + std::generic_category().message(errno));
  writer = UniqueFd{};
  int why = 0;
  // The pipe closes by itself when the program has begun.
  if (::read(reader.get(), &why, sizeof why) != sizeof why) return pid;
  return fail(why == ENOENT ? Errc::not_found : Errc::system,
              words.front() + ": " + std::generic_category().message(why));
}

std::vector<std::string> environment_of_process() {
  std::vector<std::string> out;
  for (char** one = environ; *one != nullptr; ++one) out.emplace_back(*one);
  return out;
}

std::vector<std::string> environment_for_children() {
  auto out = environment_of_process();
  std::erase_if(out, [](const std::string& one) {
    return one.starts_with("NOTIFY_SOCKET=") || one.starts_with("WATCHDOG_");
  });
  return out;
}

void set_variable(std::vector<std::string>& environment, const std::string& name,
                  const std::string& value) {
  std::erase_if(environment, [&](const std::string& one) { return one.starts_with(name + "="); });
  environment.push_back(name + "=" + value);
}

}  // namespace tocsin::app
