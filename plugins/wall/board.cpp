// SPDX-License-Identifier: Apache-2.0
#include "wall/board.hpp"

#include <algorithm>

namespace tocsin::wall {
namespace {

constexpr std::size_t most_events_bytes = std::size_t{64} * 1024;
constexpr std::size_t most_troubles = 500;

}  // namespace

void Board::add(Card card) {
  const std::lock_guard lock{mutex_};
  if (!cards_.empty() && card.place <= cards_.back().card.place) {
    const bool is_summary = card.kind == "digest" && !is_there(card.place);
    if (!is_summary) return;
    card.place = cards_.back().card.place;
    ++card.place.part;
  }
  std::string json = wall::to_json(card);
  cards_.push_back({.card = std::move(card), .json = std::move(json)});
  note_trouble(cards_.back());
  if (cards_.size() <= most_cards_) return;
  forgotten_ = cards_.front().card.place;
  cards_.pop_front();
}

bool Board::is_there(Place place) const {
  const auto at = std::lower_bound(
      cards_.begin(), cards_.end(), place,
      [](const Kept& kept, const Place& sought) { return kept.card.place < sought; });
  return at != cards_.end() && at->card.place == place;
}

void Board::note_trouble(const Kept& kept) {
  for (const std::string& bearer : kept.card.bearers) troubles_.erase(bearer);
  if (!kept.card.is_trouble || troubles_.size() >= most_troubles) return;
  troubles_.emplace(kept.card.bearers.front(), kept);
}

void Board::set_log(const std::string& epoch) {
  const std::lock_guard lock{mutex_};
  if (epoch == epoch_) return;
  const bool is_first = epoch_.empty();
  epoch_ = epoch;
  if (is_first) return;
  cards_.clear();
  troubles_.clear();
  forgotten_ = {};
}

Board::Events Board::behind(const Mark& mark) const {
  const std::lock_guard lock{mutex_};
  Events events{.end = {.place = mark.place, .epoch = epoch_}};
  const bool is_other_log = !mark.epoch.empty() && !epoch_.empty() && mark.epoch != epoch_;
  if (epoch_.empty()) events.end.epoch = mark.epoch;
  if (is_other_log) events.end.place = {};
  const Place begin = events.end.place;
  if (is_other_log || (begin > Place{} && begin < forgotten_)) {
    events.text = "event: reset\ndata: {}\n\n";
    events.end.place = std::max(begin, forgotten_);
  }
  const auto first = std::upper_bound(
      cards_.begin(), cards_.end(), events.end.place,
      [](const Place& sought, const Kept& kept) { return sought < kept.card.place; });
  for (auto kept = first; kept != cards_.end() && events.text.size() < most_events_bytes; ++kept) {
    events.text += "id: " + to_text(kept->card.place) + "\ndata: " + kept->json + "\n\n";
    events.end.place = kept->card.place;
  }
  return events;
}

std::string Board::to_json() const {
  const std::lock_guard lock{mutex_};
  std::string cards;
  for (const Kept& kept : cards_) cards += (cards.empty() ? "" : ",\n") + kept.json;
  std::string troubles;
  for (const auto& [bearer, kept] : troubles_)
    troubles += (troubles.empty() ? "" : ",\n") + kept.json;
  const Place place = cards_.empty() ? forgotten_ : cards_.back().card.place;
  // An epoch is what the daemon says; it is not taken for harmless.
  return "{\"epoch\":" + json_text(epoch_) + ",\"seq\":" + to_text(place) + ",\"cards\":[" + cards +
         "],\"troubles\":[" + troubles + "]}\n";
}

std::size_t Board::shown(std::size_t most) const {
  const std::lock_guard lock{mutex_};
  const auto alerts = std::count_if(cards_.begin(), cards_.end(),
                                    [](const Kept& kept) { return kept.card.kind != "ops"; });
  return std::min(most, static_cast<std::size_t>(alerts));
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
  for (const auto& [bearer, kept] : troubles_) {
    html += "<li>" + plugin::escape_html(kept.card.headline.front().text) + "</li>\n";
  }
  return html;
}

std::string Board::epoch() const {
  const std::lock_guard lock{mutex_};
  return epoch_;
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
