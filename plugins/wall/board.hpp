// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wall/card.hpp"

namespace tocsin::wall {

/// The last alerts, and what is the matter with the feeds. All threads.
class Board {
 public:
  explicit Board(std::size_t most_cards) : most_cards_{most_cards} {}

  /// In the order of the log; a card that is there already is not added again.
  void add(Card card);

  /// The log was recreated: everything is forgotten, and every reader begins again.
  void restart();

  /// The cards behind `seq` as lines of an event stream (WHATWG HTML, 9.2.5), at most some 64 KiB,
  /// and where they end; an event "reset" first where cards behind `seq` are no longer kept or the
  /// log was recreated meanwhile. Empty when there are none.
  struct Events {
    std::string text = {};
    std::uint64_t seq = 0;
    std::uint64_t restarts = 0;
  };

  [[nodiscard]] Events behind(std::uint64_t seq, std::uint64_t restarts) const;

  /// {"seq", "cards": […], "troubles": […]}: all that is kept, oldest first.
  [[nodiscard]] std::string to_json() const;

  /// The latest `most` cards as HTML, the newest first.
  [[nodiscard]] std::string to_html(std::size_t most) const;

  /// What is the matter with feeds, as items of a list.
  [[nodiscard]] std::string troubles_html() const;

  [[nodiscard]] std::uint64_t restarts() const;

  /// Whether the daemon is there; without it the page says so.
  void set_daemon(bool is_there);
  [[nodiscard]] bool has_daemon() const;

 private:
  struct Kept {
    Card card;
    std::string json;
  };

  void note_trouble(const Kept& kept);

  const std::size_t most_cards_;
  mutable std::mutex mutex_;
  std::deque<Kept> cards_;
  std::map<std::string, Kept> troubles_;  ///< By the feed.
  std::uint64_t forgotten_ = 0;           ///< The seq of the last card let go.
  std::uint64_t restarts_ = 0;
  bool has_daemon_ = true;
};

}  // namespace tocsin::wall
