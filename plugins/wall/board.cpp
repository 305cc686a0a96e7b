// SPDX-License-Identifier: Apache-2.0
#include "wall/board.hpp"

#include <algorithm>

namespace tocsin::wall {
namespace {

constexpr std::size_t most_events_bytes = std::size_t{64} * 1024;
constexpr std::size_t most_troubles = 500;

bool is_trouble(const Card& card) {
  return card.topic == "feed.failing" || card.topic == "feed.stopped" ||
         card.topic == "feed.silent" || card.topic == "feed.gap";
}

}  // namespace

void Board::add(Card card) {
  const std::lock_guard lock{mutex_};
  if (!cards_.empty() && card.seq <= cards_.back().card.seq) return;
  std::string json = wall::to_json(card);
  cards_.push_back({.card = std::move(card), .json = std::move(json)});
  note_trouble(cards_.back());
  if (cards_.size() <= most_cards_) return;
  forgotten_ = cards_.front().card.seq;
  cards_.pop_front();
}

/// Whatever else is said of a feed in trouble ends the trouble: it recovered, or moved.
void Board::note_trouble(const Kept& kept) {
  const bool is_of_feed = kept.card.kind == "ops" && kept.card.topic.starts_with("feed.");
  if (!is_of_feed) return;
  troubles_.erase(kept.card.subject);
  if (is_trouble(kept.card) && troubles_.size() < most_troubles) {
    troubles_.emplace(kept.card.subject, kept);
  }
}

void Board::restart() {
  const std::lock_guard lock{mutex_};
  cards_.clear();
  troubles_.clear();
  forgotten_ = 0;
  ++restarts_;
}

Board::Events Board::behind(std::uint64_t seq, std::uint64_t restarts) const {
  const std::lock_guard lock{mutex_};
  Events events{.seq = seq, .restarts = restarts_};
  const bool is_new_log = restarts != restarts_;
  if (is_new_log) events.seq = 0;
  if (is_new_log || (seq > 0 && events.seq < forgotten_)) {
    events.text = "event: reset\ndata: {}\n\n";
    events.seq = std::max(events.seq, forgotten_);
  }
  const auto first = std::lower_bound(
      cards_.begin(), cards_.end(), events.seq + 1,
      [](const Kept& kept, std::uint64_t sought) { return kept.card.seq < sought; });
  for (auto kept = first; kept != cards_.end() && events.text.size() < most_events_bytes; ++kept) {
    events.text += "id: " + std::to_string(kept->card.seq) + "\ndata: " + kept->json + "\n\n";
    events.seq = kept->card.seq;
  }
  return events;
}

std::string Board::to_json() const {
  const std::lock_guard lock{mutex_};
  std::string cards;
  for (const Kept& kept : cards_) cards += (cards.empty() ? "" : ",\n") + kept.json;
  std::string troubles;
  for (const auto& [feed, kept] : troubles_)
    troubles += (troubles.empty() ? "" : ",\n") + kept.json;
  const std::uint64_t seq = cards_.empty() ? forgotten_ : cards_.back().card.seq;
  return "{\"seq\":" + std::to_string(seq) + ",\"cards\":[" + cards + "],\"troubles\":[" +
         troubles + "]}\n";
}

std::string Board::to_html(std::size_t most) const {
  const std::lock_guard lock{mutex_};
  std::string html;
  for (auto kept = cards_.rbegin(); kept != cards_.rend() && most > 0; ++kept) {
    if (kept->card.kind == "ops") continue;
    html += wall::to_html(kept->card);
    --most;
  }
  return html;
}

std::string Board::troubles_html() const {
  const std::lock_guard lock{mutex_};
  std::string html;
  for (const auto& [feed, kept] : troubles_) {
    html += "<li>" + plugin::escape_html(kept.card.headline.front().text) + "</li>\n";
  }
  return html;
}

std::uint64_t Board::restarts() const {
  const std::lock_guard lock{mutex_};
  return restarts_;
}

void Board::set_daemon(bool is_there) {
  const std::lock_guard lock{mutex_};
  has_daemon_ = is_there;
}

bool Board::has_daemon() const {
  const std::lock_guard lock{mutex_};
  return has_daemon_;
}

}  // namespace tocsin::wall
