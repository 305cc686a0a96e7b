// SPDX-License-Identifier: Apache-2.0
#include "app/feed_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/feed_list.hpp"
#include "app/input.hpp"
#include "app/order.hpp"
#include "bus/client.hpp"
#include "feed/opml_edit.hpp"

namespace tocsin::app {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> failure(const std::string& path, int error) {
  const bool is_denied = error == EACCES || error == EPERM;
  const bool is_full = error == ENOSPC || error == EROFS || error == EDQUOT;
  const Errc code = is_denied ? Errc::refused : (is_full ? Errc::no_space : Errc::system);
  return fail(code, path + ": " + std::generic_category().message(error));
}

/// The file itself, past symbolic links, also where it does not exist yet. Where a link leads into
/// a folder that does not exist, nothing tells a mistake from a disk that is missing: `not_found`.
Result<std::string> real_path(const std::string& path) {
  constexpr int most_links = 40;  // as the kernel has it
  std::error_code problem;
  fs::path real = fs::absolute(path, problem);
  int links = 0;
  while (fs::is_symlink(fs::symlink_status(real, problem))) {
    if (++links > most_links) return failure(path, ELOOP);
    const fs::path target = fs::read_symlink(real, problem);
    if (problem) return failure(path, problem.value());
    real = real.parent_path() / target;
  }
  if (links > 0 && !fs::is_directory(real.parent_path(), problem)) {
    return fail(Errc::not_found, path + ": is a link to " + real.string() +
                                     ", and the folder of that does not exist");
  }
  const fs::path plain = fs::weakly_canonical(real, problem);
  return problem ? real.string() : plain.string();
}

Result<UniqueFd> lock_folder(const std::string& folder) {
  UniqueFd file{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!file.is_open()) return failure(folder, errno);
  while (::flock(file.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return failure(folder, errno);
  }
  return file;
}

/// A file beside the real one, gone unless it was put in its place.
class Draft {
 public:
  explicit Draft(const std::string& path) : name_{path + ".XXXXXX"} {
    file_ = UniqueFd{::mkostemp(name_.data(), O_CLOEXEC)};
  }

  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  ~Draft() {
    if (file_.is_open()) ::unlink(name_.c_str());
  }

  [[nodiscard]] bool is_open() const { return file_.is_open(); }

  [[nodiscard]] int fd() const { return file_.get(); }

  [[nodiscard]] bool write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t count = ::write(file_.get(), bytes.data(), bytes.size());
      if (count < 0 && errno != EINTR) return false;
      if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return ::fsync(file_.get()) == 0;
  }

  [[nodiscard]] bool take_place_of(const std::string& path) {
    if (::rename(name_.c_str(), path.c_str()) != 0) return false;
    file_ = UniqueFd{};
    return true;
  }

 private:
  std::string name_;
  UniqueFd file_;
};

}  // namespace

Result<FeedFile> FeedFile::open(const std::string& path) {
  if (path == "-") return fail(Errc::invalid_input, "a feed list from stdin cannot be edited");
  auto real = real_path(path);
  if (!real) return fail(real.error());
  FeedFile file;
  file.path_ = std::move(*real);
  file.folder_ = fs::path{file.path_}.parent_path().string();
  std::error_code problem;
  fs::create_directories(file.folder_, problem);
  if (problem) return failure(file.folder_, problem.value());
  auto lock = lock_folder(file.folder_);
  if (!lock) return fail(lock.error());
  file.lock_ = std::move(*lock);
  file.exists_ = ::stat(file.path_.c_str(), &file.before_) == 0;
  if (!file.exists_) {
    if (errno != ENOENT) return failure(file.path_, errno);
    file.bytes_ = feed::empty_opml();
    return file;
  }
  // Root may write to what nobody is to change; that was not asked for.
  const bool is_marked = (file.before_.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0;
  if (is_marked) return fail(Errc::refused, file.path_ + ": is read-only");
  if (::access(file.path_.c_str(), W_OK) != 0) return failure(file.path_, errno);
  auto bytes = read_file(file.path_, feed_list_limit);
  if (!bytes) return fail(bytes.error());
  file.bytes_ = std::move(*bytes);
  return file;
}

Result<void> FeedFile::check_unchanged() const {
  struct stat now {};

  const bool exists = ::stat(path_.c_str(), &now) == 0;
  const bool is_same =
      exists == exists_ &&
      (!exists || (now.st_ino == before_.st_ino && now.st_size == before_.st_size &&
                   now.st_mtim.tv_sec == before_.st_mtim.tv_sec &&
                   now.st_mtim.tv_nsec == before_.st_mtim.tv_nsec));
  if (is_same) return {};
  return fail(Errc::busy, path_ + ": was changed meanwhile; try again");
}

Result<void> FeedFile::replace(std::string_view bytes) const {
  constexpr mode_t new_mode = 0644;
  Draft draft{path_};
  if (!draft.is_open()) return failure(folder_, errno);
  if (::fchmod(draft.fd(), exists_ ? before_.st_mode & 07777U : new_mode) != 0) {
    return failure(path_, errno);
  }
  const bool is_others =
      exists_ && (before_.st_uid != ::geteuid() || before_.st_gid != ::getegid());
  if (is_others && ::fchown(draft.fd(), before_.st_uid, before_.st_gid) != 0) {
    return fail(Errc::refused, path_ + ": belongs to another user, and would be yours then");
  }
  if (!draft.write(bytes)) return failure(path_, errno);
  if (auto unchanged = check_unchanged(); !unchanged) return unchanged;
  if (!draft.take_place_of(path_)) return failure(path_, errno);
  if (::fsync(lock_.get()) != 0) return failure(folder_, errno);
  return {};
}

int tell_daemon(const settings::Paths& paths, AfterEdit wish) {
  using namespace std::chrono_literals;
  const bool is_reload = wish == AfterEdit::reload;
  const auto answer = bus::ask_daemon(paths.ctl.front(), is_reload ? "reload" : "status", "{}",
                                      is_reload ? 60s : 1s);
  if (!is_reload) {
    if (answer) {
      static_cast<void>(
          std::fputs("the running daemon learns of it by a reload: systemctl reload tocsin, "
                     "SIGHUP, or --reload next time\n",
                     stderr));
    }
    return Exit::ok;
  }
  if (!answer) return complain(exit_code_of(answer.error()), answer.error().message);
  const auto done = read_answer(*answer);
  if (done) return Exit::ok;
  const auto refusal = read_object(*answer).value_or(nlohmann::json::object());
  for (const auto& one : refusal.value("problems", nlohmann::json::array())) {
    if (one.is_string()) complain(Exit::failed, one.get<std::string>());
  }
  return complain(Exit::failed, "the daemon did not reload: " + done.error().message);
}

}  // namespace tocsin::app
