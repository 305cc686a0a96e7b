// SPDX-License-Identifier: Apache-2.0
#include "exec/child.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

namespace tocsin::exec {
namespace {

constexpr int cannot_start = 127;
constexpr std::size_t line_limit = 400;  // bytes, for a line in a log

std::string message_of(int number) {
  return std::generic_category().message(number);
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  out.reserve(words.size() + 1);
  for (std::string& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

struct Ends {
  UniqueFd in;   ///< Of the program.
  UniqueFd out;  ///< Of the program.
  UniqueFd reader;
  UniqueFd failure;  ///< Closes when the program has begun.
  UniqueFd failure_writer;
};

/// A file that is nowhere: unlike a pipe it holds any alert without anybody reading.
UniqueFd file_with(std::string_view bytes) {
  UniqueFd file{::memfd_create("alert", MFD_CLOEXEC)};
  while (file.is_open() && !bytes.empty()) {
    const auto count = ::write(file.get(), bytes.data(), bytes.size());
    if (count <= 0) return UniqueFd{};
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

Result<Ends> ends_for(std::string_view input) {
  std::array<int, 2> output{-1, -1};
  std::array<int, 2> failure{-1, -1};
  Ends ends;
  ends.in = file_with(input);
  const bool is_good = ends.in.is_open() && ::pipe2(output.data(), O_CLOEXEC) == 0;
  ends.reader = UniqueFd{output[0]};
  ends.out = UniqueFd{output[1]};
  if (!is_good || ::pipe2(failure.data(), O_CLOEXEC) != 0) {
    return fail(Errc::system, "no descriptors: " + message_of(errno));
  }
  ends.failure = UniqueFd{failure[0]};
  ends.failure_writer = UniqueFd{failure[1]};
  ::fcntl(ends.reader.get(), F_SETFL, O_NONBLOCK);  // NOLINT: its form
  return ends;
}

/// Between fork and exec: only calls that are safe there, since other threads' locks may be held.
[[noreturn]] void become(const Ends& ends, char** words, char** environment) {
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  for (const int one : {SIGPIPE, SIGHUP, SIGINT, SIGTERM}) {
    static_cast<void>(::signal(one, SIG_DFL));
  }
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // NOLINT: its form
  ::dup2(ends.in.get(), 0);
  ::dup2(ends.out.get(), 1);
  ::dup2(ends.out.get(), 2);
  // Ours all close by themselves; this is for what we were started with.
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  ::execve(words[0], words, environment);
  const int why = errno;
  static_cast<void>(!::write(ends.failure_writer.get(), &why, sizeof why));
  ::_exit(cannot_start);
}

}  // namespace

Result<Child> Child::start(const std::vector<std::string>& words,
                           const std::vector<std::string>& environment, std::string_view input,
                           Limits limits) {
  auto ends = ends_for(input);
  if (!ends) return fail(ends.error());
  auto own_words = words;
  auto own_environment = environment;
  const auto argv = pointers(own_words);
  const auto envp = pointers(own_environment);
  const pid_t pid = ::fork();
  if (pid == 0) {
    become(*ends, const_cast<char**>(argv.data()), const_cast<char**>(envp.data()));  // NOLINT
  }
  if (pid < 0) return fail(Errc::system, "fork: " + message_of(errno));
  ::setpgid(pid, pid);  // as the child does: whoever is first
  ends->failure_writer = UniqueFd{};
  ends->out = UniqueFd{};
  int why = 0;
  if (::read(ends->failure.get(), &why, sizeof why) != sizeof why) {
    return Child{pid, std::move(ends->reader), limits};
  }
  ::waitpid(pid, nullptr, 0);
  return fail(why == ENOENT ? Errc::not_found : Errc::system,
              words.front() + " cannot start: " + message_of(why));
}

Child::Child(pid_t pid, UniqueFd output, Limits limits)
    : pid_{pid},
      output_{std::move(output)},
      limits_{limits},
      began_{std::chrono::steady_clock::now()} {}

Child::Child(Child&& other) noexcept
    : pid_{std::exchange(other.pid_, 0)},
      output_{std::move(other.output_)},
      limits_{other.limits_},
      began_{other.began_},
      told_to_end_{other.told_to_end_},
      written_{other.written_},
      line_{std::move(other.line_)},
      last_line_{std::move(other.last_line_)},
      was_slow_{other.was_slow_},
      was_loud_{other.was_loud_} {}

Child::~Child() {
  if (pid_ == 0) return;
  ::kill(-pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::optional<Ended> Child::look(Instant now) {
  read_output();
  siginfo_t info{};
  // Without reaping, so that the group's number cannot be another's when the rest of it is killed.
  constexpr int peek = WEXITED | WNOHANG | WNOWAIT;
  const bool is_over =
      ::waitid(P_PID, static_cast<id_t>(pid_), &info, peek) == 0 && info.si_pid != 0;
  if (!is_over) {
    keep_order(now);
    return std::nullopt;
  }
  ::kill(-pid_, SIGKILL);
  int status = 0;
  ::waitpid(std::exchange(pid_, 0), &status, 0);
  read_output();
  return Ended{.was_slow = was_slow_,
               .was_loud = was_loud_,
               .code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
               .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
               .said = line_.empty() ? last_line_ : line_};
}

void Child::read_output() {
  std::array<char, 4096> piece{};
  while (written_ <= limits_.output) {
    const auto count = ::read(output_.get(), piece.data(), piece.size());
    if (count <= 0) return;
    written_ += static_cast<std::size_t>(count);
    for (const char c : std::string_view{piece.data(), static_cast<std::size_t>(count)}) {
      if (c != '\n') {
        if (line_.size() < line_limit) line_ += c;
      } else if (!line_.empty()) {
        last_line_ = std::exchange(line_, {});
      }
    }
  }
  was_loud_ = true;
}

void Child::keep_order(Instant now) {
  was_slow_ = was_slow_ || now - began_ > limits_.timeout;
  if (!was_slow_ && !was_loud_) return;
  if (!told_to_end_) {
    told_to_end_ = now;
    ::kill(-pid_, SIGTERM);
  } else if (now - *told_to_end_ > limits_.grace) {
    ::kill(-pid_, SIGKILL);
  }
}

}  // namespace tocsin::exec
