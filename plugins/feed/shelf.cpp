// SPDX-License-Identifier: Apache-2.0
#include "plugins/feed/shelf.hpp"

#include <algorithm>
#include <utility>

#include "alert/codec.hpp"

namespace tocsin::feed_plugin {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_pause{1000};
constexpr milliseconds longest_pause{60'000};

}  // namespace

void Shelf::add(const alert::Alert& alert, std::uint64_t seq) {
  if (alert.kind == alert::Kind::retracted) return retract(alert.first_id);
  const Item item = item_of(alert, seq);
  const std::string name = item.topic_title.empty() ? item.topic : item.topic_title;
  if (alert::is_topic_name(item.topic)) {
    put("topics/" + item.topic, options_.title + ": " + name, item);
  }
  put("alerts", options_.title, item);
}

void Shelf::put(const std::string& stem, const std::string& title, Item item) {
  Feed& feed = feeds_[stem];
  auto& items = feed.items;
  // After a lost connection some come again.
  const auto place = std::find_if(items.begin(), items.end(),
                                  [&](const Item& one) { return one.seq <= item.seq; });
  if (place != items.end() && place->seq == item.seq) return;
  feed.title = title;
  items.insert(place, std::move(item));
  if (items.size() > options_.items) items.pop_back();
  changed_.insert(stem);
}

void Shelf::retract(const std::string& first_id) {
  for (auto& [stem, feed] : feeds_) {
    const auto is_meant = [&](const Item& item) {
      return item.first_id == first_id;
    };
    if (std::erase_if(feed.items, is_meant) > 0) changed_.insert(stem);
  }
}

std::string Shelf::write_due(Instant now) {
  if (!changed_.empty() && now >= not_before_) write(now);
  return problem_;
}

bool Shelf::write_now(Instant now) {
  const bool may_try = pause_.count() == 0 || now >= not_before_;
  if (!changed_.empty() && may_try) write(now);
  return changed_.empty();
}

void Shelf::write(Instant now) {
  if (auto written = write_all(); !written) {
    problem_ = written.error().message;
    pause_ = std::clamp(pause_ * 2, first_pause, longest_pause);
    not_before_ = now + pause_;
    return;
  }
  problem_.clear();
  pause_ = milliseconds{0};
  not_before_ = now + options_.interval;
}

Result<void> Shelf::write_all() {
  const auto lacks_files = folder_.prepare();
  if (!lacks_files) return fail(lacks_files.error());
  if (*lacks_files) {
    for (const auto& [stem, feed] : feeds_) changed_.insert(stem);
  }
  for (const std::string& stem : changed_) {
    if (auto written = write_one(stem); !written) return written;
  }
  if (auto synced = folder_.sync(); !synced) return synced;
  changed_.clear();
  return {};
}

Result<void> Shelf::write_one(const std::string& stem) {
  Feed& feed = feeds_.at(stem);
  const Time oldest = clock_->now() - options_.since;
  std::erase_if(feed.items, [&](const Item& item) { return item.committed < oldest; });
  for (const auto& [ending, document] : {std::pair{".json", &json_feed}, {".atom", &atom}}) {
    const std::string name = stem + ending;
    const std::string own_url = options_.url.empty() ? "" : options_.url + name;
    const Head head{.id = "urn:tocsin:feed:" + stem, .title = feed.title, .own_url = own_url};
    if (auto written = folder_.write(name, document(head, feed.items)); !written) return written;
  }
  return {};
}

}  // namespace tocsin::feed_plugin
