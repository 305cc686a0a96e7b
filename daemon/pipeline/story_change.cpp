// SPDX-License-Identifier: Apache-2.0
#include "pipeline/story_change.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/digest.hpp"
#include "base/time_format.hpp"
#include "base/utf8.hpp"
#include "pipeline/story_keeper.hpp"

namespace tocsin::pipeline {
namespace {

using Members = std::vector<store::StoryMember>;

std::string quoted(const std::string& word) {
  constexpr std::size_t shown = 80;
  return "'" + escape_for_line(word, shown) + "'";
}

class Change {
 public:
  Change(store::Store& store, store::Transaction& transaction, story::StoryBook& stories,
         const StoryOrder& order, Time now)
      : store_{store},
        transaction_{transaction},
        stories_{stories},
        order_{order},
        now_{now} {}

  Result<StoryChanged> carry_out() {
    auto from = living_story(order_.story);
    if (!from) return fail(from.error());
    from_ = std::move(*from);
    auto members = store_.story_members(from_.id);
    if (!members) return fail(members.error());
    return order_.kind == StoryOrder::Kind::split ? split(std::move(*members))
                                                  : merge(std::move(*members));
  }

 private:
  Result<store::StoryRow> living_story(const std::string& id) {
    auto story = store_.story(id);
    if (!story) return fail(story.error());
    if (!*story) return fail(Errc::not_found, "no story " + quoted(id));
    if (!(*story)->merged_into.empty()) {
      return fail(Errc::invalid_input,
                  "story " + quoted(id) + " was merged into '" + (*story)->merged_into + "'");
    }
    return std::move(**story);
  }

  Result<StoryChanged> split(Members members) {
    const std::set<store::ItemId> wanted{order_.items.begin(), order_.items.end()};
    Members leaving;
    Members staying;
    for (store::StoryMember& member : members) {
      (wanted.contains(member.item_id) ? leaving : staying).push_back(std::move(member));
    }
    if (wanted.empty()) return fail(Errc::invalid_input, "no item to split off was named");
    if (leaving.size() < wanted.size()) return not_a_member(wanted, leaving);
    if (staying.empty()) {
      return fail(Errc::invalid_input, "all items of the story were named: nothing would stay");
    }
    into_ = {.id = new_id(), .first_seen = leaving.front().seen};
    if (auto written = write(std::move(leaving), std::move(staying)); !written) {
      return fail(written.error());
    }
    return done("split");
  }

  static tl::unexpected<Error> not_a_member(const std::set<store::ItemId>& wanted,
                                            const Members& leaving) {
    for (const store::ItemId item : wanted) {
      const bool is_here = std::any_of(leaving.begin(), leaving.end(), [item](const auto& member) {
        return member.item_id == item;
      });
      if (!is_here) {
        return fail(Errc::not_found, "item " + std::to_string(item) + " is not in the story");
      }
    }
    return fail(Errc::not_found, "an item is not in the story");
  }

  Result<StoryChanged> merge(Members members) {
    if (order_.story == order_.into) {
      return fail(Errc::invalid_input, "a story cannot be merged into itself");
    }
    auto into = living_story(order_.into);
    if (!into) return fail(into.error());
    into_ = std::move(*into);
    if (auto moved = move_topics(); !moved) return fail(moved.error());
    if (auto written = write(std::move(members), {}); !written) return fail(written.error());
    return done("merge");
  }

  /// Puts `leaving` into `into_` and leaves `staying` in `from_`, in memory and in the store.
  Result<void> write(Members leaving, Members staying) {
    for (store::StoryMember& member : leaving) {
      member.story_id = into_.id;
      member.joined = to_string(story::Joined::by_hand);
      moved_.push_back(member.item_id);
    }
    auto there = store_.story_members(into_.id);
    if (!there) return fail(there.error());
    there->insert(there->end(), leaving.begin(), leaving.end());
    std::sort(there->begin(), there->end(),
              [](const auto& a, const auto& b) { return a.place < b.place; });
    if (auto told = tell_anew(from_, std::move(staying)); !told) return told;
    return tell_anew(into_, std::move(*there));
  }

  /// Counts a story's sources from its first member on.
  Result<void> tell_anew(store::StoryRow& story, Members members) {
    stories_.forget(story.id);
    for (store::StoryMember& member : members) {
      const story::Placement placement = stories_.restore(placed_item(member));
      member.source = placement.source;
      member.status = to_string(placement.status);
      if (auto put = transaction_.update_story_member(member); !put) return put;
      story.outlets = placement.outlets;
      story.independent_sources = placement.independent_sources;
      story.last_seen = std::max(story.last_seen, member.seen);
    }
    story.items = static_cast<int>(members.size());
    if (members.empty()) {
      story.merged_into = into_.id;
    } else {
      story.first_item = members.front().item_id;
      story.first_seen = members.front().seen;
      if (auto named = name_after_first(story); !named) return named;
    }
    return transaction_.put_story(story);
  }

  Result<void> name_after_first(store::StoryRow& story) {
    const auto item = store_.find_item(story.first_item);
    if (!item) return fail(item.error());
    if (*item) story.title = (*item)->title;
    return {};
  }

  /// Where `into_` has sent nothing on a topic, what `from_` sent goes on there.
  Result<void> move_topics() {
    auto from = store_.story_topics(from_.id);
    if (!from) return fail(from.error());
    auto into = store_.story_topics(into_.id);
    if (!into) return fail(into.error());
    for (store::StoryTopicRow& row : *from) {
      const auto kept = std::find_if(into->begin(), into->end(), [&row](const auto& other) {
        return other.topic == row.topic;
      });
      store::StoryTopicRow merged = kept == into->end() ? row : *kept;
      merged.story_id = into_.id;
      merged.last_sent = std::max(merged.last_sent, row.last_sent);
      if (auto put = transaction_.put_story_topic(merged); !put) return put;
    }
    return transaction_.remove_story_topics(from_.id);
  }

  Result<StoryChanged> done(const char* kind) {
    std::vector<std::string> items;
    for (const store::ItemId item : moved_) items.push_back(std::to_string(item));
    const auto noted = transaction_.add_story_change({.kind = kind,
                                                      .story_id = from_.id,
                                                      .into = into_.id,
                                                      .items = std::move(items),
                                                      .author = clean_utf8(order_.author),
                                                      .reason = clean_utf8(order_.reason),
                                                      .changed = now_});
    if (!noted) return fail(noted.error());
    return StoryChanged{.story = from_.id, .into = into_.id, .moved = std::move(moved_)};
  }

  [[nodiscard]] std::string new_id() const {
    std::string items;
    for (const store::ItemId item : order_.items) items += std::to_string(item) + " ";
    constexpr std::size_t digits = 16;
    return sha256_hex_of_parts({"split", from_.id, items, to_rfc3339(now_)}, digits);
  }

  store::Store& store_;
  store::Transaction& transaction_;
  story::StoryBook& stories_;
  const StoryOrder& order_;
  Time now_;
  store::StoryRow from_;
  store::StoryRow into_;
  std::vector<store::ItemId> moved_;
};

}  // namespace

Result<StoryChanged> change_stories(store::Store& store, store::Transaction& transaction,
                                    story::StoryBook& stories, const StoryOrder& order, Time now) {
  return Change{store, transaction, stories, order, now}.carry_out();
}

}  // namespace tocsin::pipeline
