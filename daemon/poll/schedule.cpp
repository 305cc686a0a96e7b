// SPDX-License-Identifier: Apache-2.0
#include "poll/schedule.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace tocsin::poll {
namespace {

using namespace std::chrono_literals;

constexpr Time not_due = Time::max();
constexpr auto head_start = 10min;

}  // namespace

Time rank_of(Time due, Priority priority) {
  if (priority == Priority::high) return due - head_start;
  return priority == Priority::low ? due + head_start : due;
}

void Schedule::reserve(std::size_t feeds) {
  due_.reserve(feeds);
  turns_.reserve(feeds);
  priorities_.reserve(feeds);
  heaps_[static_cast<std::size_t>(Priority::normal)].reserve(feeds);
}

void Schedule::put(FeedNumber feed, Time due, Priority priority) {
  if (this->due(feed) == due && priorities_[feed] == priority) return;
  remove(feed);
  if (feed >= due_.size()) {
    due_.resize(std::size_t{feed} + 1, not_due);
    turns_.resize(due_.size());
    priorities_.resize(due_.size(), Priority::normal);
  }
  due_[feed] = due;
  priorities_[feed] = priority;
  ++size_;
  Heap& heap = heaps_.at(static_cast<std::size_t>(priority));
  heap.push_back({.feed = feed, .turn = turns_[feed], .at = due});
  std::push_heap(heap.begin(), heap.end(), is_later);
  tidy();
}

void Schedule::remove(FeedNumber feed) {
  if (!due(feed)) return;
  due_[feed] = not_due;
  ++turns_[feed];
  --size_;
  for (Heap& heap : heaps_) drop_stale(heap);
}

std::optional<Schedule::Due> Schedule::take_due(Time now) {
  const Heap* first = nullptr;
  Time first_rank{};
  for (std::size_t i = 0; i < heaps_.size(); ++i) {
    const Heap& heap = heaps_.at(i);
    if (heap.empty() || heap.front().at > now) continue;
    const Time rank = rank_of(heap.front().at, static_cast<Priority>(i));
    if (first != nullptr && rank >= first_rank) continue;
    first = &heap;
    first_rank = rank;
  }
  if (first == nullptr) return std::nullopt;
  const Due taken{.feed = first->front().feed, .at = first->front().at};
  remove(taken.feed);
  return taken;
}

std::optional<Time> Schedule::next_due() const {
  std::optional<Time> next;
  for (const Heap& heap : heaps_) {
    if (!heap.empty() && (!next || heap.front().at < *next)) next = heap.front().at;
  }
  return next;
}

std::optional<Time> Schedule::due(FeedNumber feed) const {
  if (feed >= due_.size() || due_[feed] == not_due) return std::nullopt;
  return due_[feed];
}

std::size_t Schedule::entries() const {
  return std::accumulate(heaps_.begin(), heaps_.end(), std::size_t{0},
                         [](std::size_t before, const Heap& heap) { return before + heap.size(); });
}

std::size_t Schedule::due_before(Time time) const {
  return static_cast<std::size_t>(
      std::count_if(due_.begin(), due_.end(), [time](Time due) { return due < time; }));
}

void Schedule::shift(std::chrono::milliseconds by) {
  for (Time& due : due_) {
    if (due != not_due) due += by;
  }
  for (Heap& heap : heaps_) {
    for (Entry& entry : heap) entry.at += by;
  }
}

/// For heaps whose front is the earliest.
bool Schedule::is_later(const Entry& a, const Entry& b) {
  return std::tie(a.at, a.feed) > std::tie(b.at, b.feed);
}

bool Schedule::is_stale(const Entry& entry) const {
  return turns_[entry.feed] != entry.turn;
}

void Schedule::drop_stale(Heap& heap) const {
  while (!heap.empty() && is_stale(heap.front())) {
    std::pop_heap(heap.begin(), heap.end(), is_later);
    heap.pop_back();
  }
}

void Schedule::tidy() {
  constexpr std::size_t worth_it = 1024;
  for (Heap& heap : heaps_) {
    if (heap.size() < size_ * 2 + worth_it) continue;
    heap.erase(std::remove_if(heap.begin(), heap.end(),
                              [this](const Entry& entry) { return is_stale(entry); }),
               heap.end());
    std::make_heap(heap.begin(), heap.end(), is_later);
  }
}

}  // namespace tocsin::poll
