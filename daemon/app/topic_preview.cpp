// SPDX-License-Identifier: Apache-2.0
#include "app/topic_preview.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "alert/codec.hpp"
#include "app/found_item.hpp"
#include "app/scratch_folder.hpp"
#include "base/time_format.hpp"
#include "feed/references.hpp"
#include "pipeline/replay.hpp"
#include "topics/topic.hpp"

namespace tocsin::app {
namespace {

constexpr std::size_t page = 500;  ///< Items read from the store at once.
constexpr std::size_t most_shown = 10;

std::string day_of(Time time) {
  constexpr std::size_t date = 10;
  return to_rfc3339(time).substr(0, date);
}

/// The pipeline takes a summary as markup.
std::string as_markup(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const std::string_view reference = feed::reference_for(c);
    reference.empty() ? out += c : out += reference;
  }
  return out;
}

pipeline::ReplayItem replayed(const store::ItemRow& row, const std::string& title) {
  pipeline::ReplayItem one;
  one.feed.key = row.feed_key;
  one.feed.title = title;
  one.item.id = std::to_string(row.id);
  one.item.link = row.link;
  one.item.title = row.title;
  one.item.summary = as_markup(row.summary);
  one.item.text = row.content.empty() ? row.summary : row.content;
  one.item.language = row.language;
  one.item.published = row.first_seen;
  for (const std::string& name : row.authors) one.item.authors.push_back({.name = name});
  for (const std::string& name : row.categories) one.item.categories.push_back({.term = name});
  return one;
}

PreviewItem told(const store::ItemRow& row, double score) {
  return {.id = row.id,
          .title = row.title,
          .link = row.link,
          .first_seen = row.first_seen,
          .score = score};
}

class Previewing {
 public:
  Previewing(store::Store& store, const PreviewWish& wish) : store_{store}, wish_{wish} {}

  Result<Preview> run() {
    store::ItemId last = 0;
    for (;;) {
      const auto rows = store_.items_since(wish_.since, page, last);
      if (!rows) return fail(rows.error());
      if (rows->empty()) break;
      last = rows->back().id;
      for (const store::ItemRow& row : *rows) {
        if (auto taken = take(row); !taken) return fail(taken.error());
      }
      if (wish_.progress) wish_.progress(found_.items);
    }
    if (auto sent = send(); !sent) return fail(sent.error());
    std::reverse(found_.samples.begin(), found_.samples.end());
    return std::move(found_);
  }

 private:
  Result<void> take(const store::ItemRow& row) {
    PreviewDay& day = found_.days[day_of(row.first_seen)];
    ++found_.items;
    ++day.items;
    const ItemLine line = item_line_of(row, wish_.feed_title(row.feed_key));
    const auto matches = wish_.rules->match(line.fields());
    const bool fires = !matches.empty();
    const auto fired = fired_before(row, line);
    if (!fired) return fail(fired.error());
    const double score = fires ? matches.front().score : 0;
    if (*fired) ++found_.fired_before;
    if (fires && !*fired) note(told(row, score), found_.only_now, found_.only_now_count);
    if (!fires && *fired) note(told(row, score), found_.only_before, found_.only_before_count);
    if (!fires) return {};
    ++found_.fired;
    ++day.fired;
    found_.samples.push_back(told(row, score));
    if (found_.samples.size() > most_shown) found_.samples.erase(found_.samples.begin());
    if (row.baseline || row.late) {
      ++found_.quiet;
    } else {
      to_send_.push_back(replayed(row, wish_.feed_title(row.feed_key)));
      seen_.emplace(row.id, row.first_seen);
    }
    return {};
  }

  static void note(PreviewItem item, std::vector<PreviewItem>& list, std::size_t& count) {
    ++count;
    if (list.size() < most_shown) list.push_back(std::move(item));
  }

  Result<bool> fired_before(const store::ItemRow& row, const ItemLine& line) {
    if (wish_.before) return !wish_.before->match(line.fields()).empty();
    const std::string& topic = wish_.rules->topics().front().id;
    const auto decisions = store_.matches_of(row.id);
    if (!decisions) return fail(decisions.error());
    return std::any_of(decisions->begin(), decisions->end(),
                       [&topic](const auto& one) { return one.fired && one.topic == topic; });
  }

  /// Through stories and policy, as the daemon would.
  Result<void> send() {
    const ScratchFolder scratch;
    if (scratch.path().empty()) return fail(Errc::system, "no temporary folder can be made");
    const auto records =
        pipeline::replay(std::move(to_send_), wish_.rules,
                         {.ledger = wish_.ledger, .folder = scratch.path()}, wish_.idf);
    if (!records) return fail(records.error());
    std::set<std::string> stories;
    for (const alert::LogRecord& record : *records) {
      const auto decoded = alert::decode(record.payload);
      if (!decoded) return fail(decoded.error());
      const alert::Alert& alert = decoded->alert;
      store::ItemId id = 0;
      std::from_chars(alert.item.guid.data(), alert.item.guid.data() + alert.item.guid.size(), id);
      const auto seen = seen_.find(id);
      if (seen == seen_.end()) continue;  // the daemon's own
      PreviewDay& day = found_.days[day_of(seen->second)];
      ++day.alerts;
      ++found_.alerts;
      if (stories.insert(alert.story.id).second) ++day.stories;
    }
    found_.stories = stories.size();
    return {};
  }

  store::Store& store_;
  const PreviewWish& wish_;
  Preview found_;
  std::vector<pipeline::ReplayItem> to_send_;
  std::map<store::ItemId, Time> seen_;
};

}  // namespace

Result<Preview> preview(store::Store& store, const PreviewWish& wish) {
  return Previewing{store, wish}.run();
}

}  // namespace tocsin::app
