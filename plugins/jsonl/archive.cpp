// SPDX-License-Identifier: Apache-2.0
#include "jsonl/archive.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/time_format.hpp"

namespace tocsin::jsonl {
namespace {

namespace fs = std::filesystem;

constexpr mode_t file_mode = 0640;
constexpr std::string_view prefix = "alerts-";
constexpr std::string_view suffix = ".jsonl";

tl::unexpected<Error> failed(const std::string& path) {
  const int number = errno;
  const bool is_full = number == ENOSPC || number == EDQUOT || number == EROFS;
  return fail(is_full ? Errc::no_space : Errc::system,
              path + ": " + std::generic_category().message(number));
}

UniqueFd open_for(const std::string& path, int flags) {
  return UniqueFd{::open(path.c_str(), flags | O_CLOEXEC, file_mode)};  // NOLINT: its form
}

Result<void> write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const auto count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed(path);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

/// The bytes [from, end) of a file.
std::string read_from(int fd, std::uint64_t from) {
  std::string bytes;
  std::array<char, 65536> piece{};
  auto at = static_cast<off_t>(from);
  while (true) {
    const auto count = ::pread(fd, piece.data(), piece.size(), at);
    if (count <= 0) return bytes;
    bytes.append(piece.data(), static_cast<std::size_t>(count));
    at += count;
  }
}

/// The closed files of a folder, oldest first: "alerts-20170428-0001.jsonl".
std::vector<std::string> closed_files(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator{folder, ignored}) {
    std::string name = entry.path().filename().string();
    if (name.starts_with(prefix) && name.ends_with(suffix)) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// "20170428"
std::string day_of(Time time) {
  std::string day = to_rfc3339(time).substr(0, 10);
  std::erase(day, '-');
  return day;
}

/// The name for the next closed file of a day: numbers go on behind the highest there is.
std::string next_name(const std::string& folder, const std::string& day) {
  const std::string begin = std::string{prefix} + day + "-";
  unsigned number = 0;
  for (const std::string& name : closed_files(folder)) {
    if (!name.starts_with(begin)) continue;
    unsigned one = 0;
    std::from_chars(name.data() + begin.size(), name.data() + name.size(), one);
    number = std::max(number, one);
  }
  return fmt::format("{}{:04}{}", begin, number + 1, suffix);
}

/// A line end within a payload could only stand between its tokens, where a space serves as well.
std::string line_of(std::string_view payload) {
  std::string line{payload};
  std::replace(line.begin(), line.end(), '\n', ' ');
  std::replace(line.begin(), line.end(), '\r', ' ');
  return line + "\n";
}

}  // namespace

std::optional<std::string> id_in(std::string_view line) {
  const auto alert = nlohmann::json::parse(line, nullptr, false);
  const auto id = alert.is_object() ? alert.find("id") : alert.end();
  if (!alert.is_object() || id == alert.end() || !id->is_string()) return std::nullopt;
  return id->get<std::string>();
}

Result<Archive> Archive::open(ArchiveOptions options, const Clock& clock) {
  const std::string lock_path = options.folder + "/.lock";
  UniqueFd lock = open_for(lock_path, O_RDWR | O_CREAT);
  if (!lock.is_open()) return failed(lock_path);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(Errc::busy, options.folder + ": another archive writes here");
  }
  Archive archive{std::move(options), clock, std::move(lock)};
  if (auto opened = archive.open_file(); !opened) return fail(opened.error());
  if (auto mended = archive.mend(); !mended) return fail(mended.error());
  archive.remember_old();
  return archive;
}

Result<void> Archive::open_file() {
  fd_ = open_for(file(), O_RDWR | O_CREAT | O_APPEND);
  if (!fd_.is_open()) return failed(file());

  struct stat status {};

  if (::fstat(fd_.get(), &status) != 0) return failed(file());
  size_ = static_cast<std::uint64_t>(status.st_size);
  synced_ = size_;
  const std::chrono::sys_seconds written{std::chrono::seconds{status.st_mtim.tv_sec}};
  day_ = day_of(size_ > 0 ? Time{written} : clock_->now());
  return {};
}

Result<void> Archive::mend() {
  const std::uint64_t from = size_ > remembered_bytes ? size_ - remembered_bytes : 0;
  const std::string tail = read_from(fd_.get(), from);
  const auto end = tail.rfind('\n');
  const std::size_t whole = end == std::string::npos ? 0 : end + 1;
  if (whole < tail.size()) {
    size_ = from + whole;
    synced_ = size_;
    if (::ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0) return failed(file());
    is_dirty_ = true;
  }
  remember(std::string_view{tail}.substr(0, whole));
  return {};
}

void Archive::remember_old() {
  std::uint64_t left = remembered_bytes - std::min<std::uint64_t>(size_, remembered_bytes);
  const auto names = closed_files(options_.folder);
  for (auto name = names.rbegin(); name != names.rend() && left > 0; ++name) {
    const UniqueFd fd = open_for(options_.folder + "/" + *name, O_RDONLY);

    struct stat status {};

    if (!fd.is_open() || ::fstat(fd.get(), &status) != 0) continue;
    const auto size = static_cast<std::uint64_t>(status.st_size);
    remember(read_from(fd.get(), size > left ? size - left : 0));
    left -= std::min(left, size);
  }
}

void Archive::remember(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    if (auto id = id_in(bytes.substr(0, end))) known_.insert(std::move(*id));
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
  }
}

Result<void> Archive::add(std::string_view id, std::string_view payload) {
  if (is_broken_) return fail(Errc::system, file() + ": what was written could not be kept");
  if (known_.contains(std::string{id})) return {};
  const std::string line = line_of(payload);
  if (auto rotated = rotate_if_due(line.size()); !rotated) return rotated;
  if (auto written = write_all(fd_.get(), line, file()); !written) {
    // Half a line would spoil the next.
    if (::ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0) is_broken_ = true;
    return written;
  }
  size_ += line.size();
  is_dirty_ = true;
  known_.emplace(id);
  if (options_.fsync == Fsync::every) return sync();
  return {};
}

Result<void> Archive::sync() {
  if (is_broken_) return fail(Errc::system, file() + ": what was written could not be kept");
  if (!is_dirty_ || options_.fsync == Fsync::none) return {};
  if (::fdatasync(fd_.get()) == 0) {
    is_dirty_ = false;
    synced_ = size_;
    return {};
  }
  auto error = failed(file());
  // The kernel may have dropped what it could not write, and would not say so a second time.
  // Without an acknowledgement the alerts come again at the next start, when they must not be found
  // here.
  static_cast<void>(::ftruncate(fd_.get(), static_cast<off_t>(synced_)));
  is_broken_ = true;
  return error;
}

Result<void> Archive::rotate_if_due(std::size_t more) {
  const std::string today = day_of(clock_->now());
  const bool is_full = size_ + more > options_.max_size;
  const bool is_old = options_.is_daily && today != day_;
  if (size_ > 0 && (is_full || is_old)) {
    if (auto closed = close_file(); !closed) return closed;
    if (auto opened = open_file(); !opened) return opened;
  }
  day_ = today;
  return {};
}

Result<void> Archive::close_file() {
  if (auto synced = sync(); !synced) return synced;
  const std::string closed = options_.folder + "/" + next_name(options_.folder, day_);
  if (::rename(file().c_str(), closed.c_str()) != 0) return failed(closed);
  if (options_.fsync != Fsync::none) {
    const UniqueFd folder = open_for(options_.folder, O_RDONLY | O_DIRECTORY);
    if (!folder.is_open() || ::fsync(folder.get()) != 0) return failed(options_.folder);
  }
  remove_oldest();
  return {};
}

void Archive::remove_oldest() const {
  if (options_.keep == 0) return;
  auto names = closed_files(options_.folder);
  if (names.size() <= options_.keep) return;
  names.resize(names.size() - options_.keep);
  for (const std::string& name : names) {
    std::error_code ignored;  // it is tried again with the next file
    fs::remove(options_.folder + "/" + name, ignored);
  }
}

}  // namespace tocsin::jsonl
