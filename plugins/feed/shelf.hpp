// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "plugins/feed/folder.hpp"
#include "plugins/feed/item.hpp"

namespace tocsin::feed_plugin {

struct ShelfOptions {
  std::string url = {};  ///< Empty, or ends with "/".
  std::string title = "Alerts";
  std::size_t items = 100;
  std::chrono::milliseconds since = std::chrono::hours{30 * 24};
  std::chrono::milliseconds interval{1000};
};

/// The feeds: `alerts.json` and `alerts.atom` with all alerts, and the same for each topic in
/// `topics/`. Memory holds what the files shall hold; they are written when that was changed, at
/// most once in an interval, and after a failure again after growing pauses.
///
/// Thread: one. Owns the folder; borrows the clock.
class Shelf {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  Shelf(ShelfOptions options, Folder folder, const Clock& clock)
      : options_{std::move(options)},
        folder_{std::move(folder)},
        clock_{&clock} {}

  /// An alert; one that is there already changes nothing. A retraction takes out what it names.
  void add(const alert::Alert& alert, std::uint64_t seq);

  /// Writes what is due. What is wrong, or nothing.
  [[nodiscard]] std::string write_due(Instant now);

  /// Writes what was changed without waiting for the interval, unless the last try failed and its
  /// pause is not over. True when the files hold everything.
  [[nodiscard]] bool write_now(Instant now);

 private:
  struct Feed {
    std::string title = {};
    std::vector<Item> items = {};  ///< Newest first.
  };

  /// The stem of a file that begins with "topics/", or "alerts".
  void put(const std::string& stem, const std::string& title, Item item);
  void retract(const std::string& first_id);
  void write(Instant now);
  [[nodiscard]] Result<void> write_all();
  [[nodiscard]] Result<void> write_one(const std::string& stem);

  ShelfOptions options_;
  Folder folder_;
  const Clock* clock_;
  std::map<std::string, Feed> feeds_;  ///< By the stem of their files.
  std::set<std::string> changed_;
  Instant not_before_{};
  std::chrono::milliseconds pause_{0};  ///< Before the next try; 0 while all is well.
  std::string problem_;
};

}  // namespace tocsin::feed_plugin
