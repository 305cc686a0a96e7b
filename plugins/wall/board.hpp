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

  /// In the order of the log; a card that is there already is not added again. The summary of what
  /// a cap held lies before cards that came meanwhile, and goes behind them.
  void add(Card card);

  /// Which log the cards are from, told at each connection to the daemon. With another one than
  /// before everything is forgotten, and every reader begins again.
  void set_log(const std::string& epoch);

  /// How far somebody has read, and in which log; without one that is any.
  struct Mark {
    Place place = {};
    std::string epoch = {};
  };

  /// The cards behind a mark as lines of an event stream (WHATWG HTML, 9.2.5), at most some 64 KiB,
  /// and where they end; an event "reset" first where cards behind it are no longer kept or the
  /// mark is of another log. Empty when there are none.
  struct Events {
    std::string text = {};
    Mark end = {};
  };

  [[nodiscard]] Events behind(const Mark& mark) const;

  /// {"epoch", "seq", "cards": […], "troubles": […]}: all that is kept, oldest first.
  [[nodiscard]] std::string to_json() const;

  /// How many cards to_html() would show at most.
  [[nodiscard]] std::size_t shown(std::size_t most) const;

  /// The latest `most` cards as HTML, the newest first.
  [[nodiscard]] std::string to_html(std::size_t most) const;

  /// What is the matter with feeds and subscribers, as items of a list.
  [[nodiscard]] std::string troubles_html() const;

  [[nodiscard]] std::string epoch() const;

  /// Whether the daemon is there; without it the page says so.
  void set_daemon(bool is_there);
  [[nodiscard]] bool has_daemon() const;

 private:
  struct Kept {
    Card card;
    std::string json;
  };

  [[nodiscard]] bool is_there(Place place) const;
  void note_trouble(const Kept& kept);

  const std::size_t most_cards_;
  mutable std::mutex mutex_;
  std::deque<Kept> cards_;
  std::map<std::string, Kept> troubles_;  ///< By who is in trouble.
  Place forgotten_ = {};                  ///< Of the last card let go.
  std::string epoch_ = {};                ///< Empty until the daemon was found.
  bool has_daemon_ = true;
};

}  // namespace tocsin::wall
