// SPDX-License-Identifier: Apache-2.0
#include "app/batch_folder.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <system_error>

#include "alert/codec.hpp"
#include "app/input.hpp"
#include "base/digest.hpp"
#include "topics/topic_file.hpp"

namespace tocsin::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* listing_name = "batch.sha256";
constexpr std::size_t longest_listing = std::size_t{64} << 20U;
constexpr std::size_t digest_digits = 64;

/// A line of a listing: "<digest>  <id>.toml".
struct Listed {
  std::string digest;
  std::string id;
};

/// The lines that a batch would write; others may name any file.
std::vector<Listed> read_listing(const std::string& path) {
  std::vector<Listed> all;
  const auto bytes = read_file(path, longest_listing);
  std::istringstream lines{bytes.value_or("")};
  for (std::string line; std::getline(lines, line);) {
    constexpr std::size_t before_name = digest_digits + 2;
    if (line.size() <= before_name || !line.ends_with(topics::topic_ending)) continue;
    line.resize(line.size() - topics::topic_ending.size());
    std::string id = line.substr(before_name);
    if (!alert::is_topic_name(id)) continue;
    all.push_back({.digest = line.substr(0, digest_digits), .id = std::move(id)});
  }
  return all;
}

bool is_ending_of_topic(std::string_view name) {
  return name.ends_with(topics::topic_ending) && !name.ends_with(topics::test_ending) &&
         !name.ends_with(topics::filter_ending) && !name.starts_with('.');
}

}  // namespace

Result<BatchFolder> BatchFolder::open(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return fail(Errc::system, path + ": " + error.message());
  BatchFolder folder{path};
  const std::string listing = (fs::path{path} / listing_name).string();
  for (const Listed& one : read_listing(listing)) {
    if (!folder.is_as_written(one.id, one.digest)) continue;
    fs::remove(folder.file_of(one.id), error);
    if (error) return fail(Errc::system, folder.file_of(one.id) + ": " + error.message());
    folder.removed_.insert(one.id);
  }
  folder.listing_.open(listing, std::ios::binary | std::ios::trunc);
  if (!folder.listing_) return fail(Errc::system, listing + ": cannot be written");
  return folder;
}

Result<void> BatchFolder::write(const std::string& id, std::string_view bytes) {
  if (!alert::is_topic_name(id))
    return fail(Errc::invalid_input, "'" + id + "' is no id of a topic");
  auto written = write_file(file_of(id), bytes);
  if (!written) return written;
  // Line by line, so that the listing holds also what a run wrote that was stopped.
  listing_ << sha256_hex(bytes) << "  " << id << topics::topic_ending << std::endl;
  if (!listing_) return fail(Errc::system, path_ + "/" + listing_name + ": cannot be written");
  written_.insert(id);
  return {};
}

std::vector<std::string> BatchFolder::others() const {
  std::set<std::string> ids;
  std::error_code error;
  for (fs::directory_iterator file{path_, error}; !error && file != fs::directory_iterator{};
       file.increment(error)) {
    const std::string name = file->path().filename().string();
    if (!is_ending_of_topic(name)) continue;
    const std::string id = file->path().stem().string();
    if (!written_.contains(id)) ids.insert(id);
  }
  return {ids.begin(), ids.end()};
}

std::vector<std::string> BatchFolder::gone() const {
  std::vector<std::string> ids;
  std::set_difference(removed_.begin(), removed_.end(), written_.begin(), written_.end(),
                      std::back_inserter(ids));
  return ids;
}

std::string BatchFolder::file_of(const std::string& id) const {
  return (fs::path{path_} / (id + std::string{topics::topic_ending})).string();
}

bool BatchFolder::is_as_written(const std::string& id, std::string_view digest) const {
  std::error_code error;
  // Tests beside a topic are work on it, and would be left without one.
  const fs::path tests = fs::path{path_} / (id + std::string{topics::test_ending});
  if (fs::exists(tests, error)) return false;
  const auto bytes = read_file(file_of(id), topics::TopicLimits::file_bytes);
  return bytes && sha256_hex(*bytes) == digest;
}

}  // namespace tocsin::app
