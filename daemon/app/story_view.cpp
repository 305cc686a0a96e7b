// SPDX-License-Identifier: Apache-2.0
#include "app/story_view.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "alert/codec.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"
#include "base/time_format.hpp"
#include "story/story_book.hpp"

namespace tocsin::app {
namespace {

using nlohmann::json;

json to_json(const StoryView::Member& one) {
  const store::StoryMember& member = one.member;
  json object{{"item", member.item_id},
              {"outlet", member.outlet},
              {"published", to_rfc3339(member.published)},
              {"seen", to_rfc3339(member.seen)},
              {"source", member.source + 1},
              {"status", member.status},
              {"joined", member.joined},
              {"similarity", member.similarity},
              {"shared", member.shared},
              {"agency", member.agency},
              {"new_names", member.new_names},
              {"why", why(member)}};
  if (member.distance >= 0) object["distance"] = member.distance;
  if (member.like != 0) object["like"] = member.like;
  if (one.item) {
    object["identity"] = one.item->identity;
    object["title"] = one.item->title;
    object["url"] = one.item->link;
  }
  return object;
}

json to_json(const store::StoryTopicRow& row) {
  return {{"topic", row.topic},
          {"severity", row.severity},
          {"first_alert_id", row.first_alert_id},
          {"revision", row.revision},
          {"last_sent", to_rfc3339(row.last_sent)},
          {"corroborated", time_json(row.corroborated)}};
}

json to_json(const store::StoryChange& change) {
  json items = json::array();
  for (const std::string& item : change.items) items.push_back(std::stoll(item));
  return {{"kind", change.kind},
          {"story", change.story_id},
          {"into", change.into},
          {"items", items},
          {"author", change.author},
          {"reason", change.reason},
          {"changed", to_rfc3339(change.changed)}};
}

std::string state_of(const store::StoryRow& story, bool is_open) {
  if (!story.merged_into.empty()) return "merged into " + story.merged_into;
  if (story.closed) return "closed: the window was full at " + to_rfc3339(*story.closed);
  return is_open ? "open" : "closed";
}

std::string counts_of(const store::StoryRow& story) {
  return fmt::format("{} items, {} outlets, {} independent sources", story.items, story.outlets,
                     story.independent_sources);
}

}  // namespace

Result<store::StoryRow> find_story(store::Store& store, const std::string& id) {
  std::string sought = id;
  if (const auto record = store.find_alert(id); record && *record) {
    const auto decoded = alert::decode((*record)->payload);
    if (!decoded) return fail(decoded.error());
    sought = decoded->alert.story.id;
  }
  constexpr int most_merges = 100;
  for (int i = 0; i < most_merges; ++i) {
    auto story = store.story(sought);
    if (!story) return fail(story.error());
    if (!*story) return fail(Errc::not_found, "no story or alert '" + shown(id) + "'");
    if ((*story)->merged_into.empty()) return std::move(**story);
    sought = (*story)->merged_into;
  }
  return fail(Errc::not_found, "story '" + shown(id) + "' was merged too often");
}

std::string why(const store::StoryMember& member) {
  const story::Reason reason{.joined = story::joined_of(member.joined),
                             .similarity = member.similarity,
                             .distance = member.distance,
                             .like = member.like,
                             .shared = member.shared,
                             .agency = member.agency};
  std::string text = story::why(story::status_of(member.status), reason);
  if (member.like != 0) text += fmt::format("; like item {}", member.like);
  if (!member.agency.empty()) text += "; copy of " + member.agency;
  return text;
}

bool is_open(const store::StoryRow& story, std::chrono::milliseconds window) {
  const bool is_recent = story.last_seen >= SystemClock{}.now() - window;
  return is_recent && !story.closed && story.merged_into.empty();
}

Result<StoryView> view_of(store::Store& store, store::StoryRow story,
                          std::chrono::milliseconds window) {
  StoryView view{.story = std::move(story)};
  view.is_open = is_open(view.story, window);
  auto topics = store.story_topics(view.story.id);
  if (!topics) return fail(topics.error());
  view.topics = std::move(*topics);
  auto changes = store.story_changes(view.story.id);
  if (!changes) return fail(changes.error());
  view.changes = std::move(*changes);
  auto members = store.story_members(view.story.id);
  if (!members) return fail(members.error());
  for (store::StoryMember& member : *members) {
    auto item = store.find_item(member.item_id);
    if (!item) return fail(item.error());
    view.members.push_back({.member = std::move(member), .item = std::move(*item)});
  }
  return view;
}

json to_json(const store::StoryRow& story, bool is_open) {
  return {{"id", story.id},
          {"title", story.title},
          {"open", is_open},
          {"closed", time_json(story.closed)},
          {"merged_into", story.merged_into},
          {"first_seen", to_rfc3339(story.first_seen)},
          {"last_seen", to_rfc3339(story.last_seen)},
          {"items", story.items},
          {"outlets", story.outlets},
          {"independent_sources", story.independent_sources}};
}

json to_json(const StoryView& view) {
  json object = to_json(view.story, view.is_open);
  object["topics"] = json::array();
  for (const auto& row : view.topics) object["topics"].push_back(to_json(row));
  object["members"] = json::array();
  for (const auto& member : view.members) object["members"].push_back(to_json(member));
  object["changes"] = json::array();
  for (const auto& change : view.changes) object["changes"].push_back(to_json(change));
  return object;
}

std::string to_text(const store::StoryRow& story, bool is_open) {
  return fmt::format("{}  {}  {}  {}  {}", story.id, to_rfc3339(story.last_seen),
                     state_of(story, is_open), counts_of(story), shown(story.title));
}

std::string to_text(const StoryView& view) {
  const store::StoryRow& story = view.story;
  std::string text =
      fmt::format("story {}  {}\n  {}: {}, {} to {}\n", story.id, emphasised(shown(story.title)),
                  state_of(story, view.is_open), counts_of(story), to_rfc3339(story.first_seen),
                  to_rfc3339(story.last_seen));
  const auto out = std::back_inserter(text);
  for (const store::StoryTopicRow& row : view.topics) {
    fmt::format_to(out, "  alert  {}  severity {}  revision {}  first {}\n", shown(row.topic),
                   row.severity, row.revision, row.first_alert_id);
    if (row.corroborated) {
      fmt::format_to(out, "         its correlation holds since {}\n",
                     to_rfc3339(*row.corroborated));
    }
  }
  for (const StoryView::Member& one : view.members) {
    const store::StoryMember& member = one.member;
    fmt::format_to(out, "  item {}  {}  {}  source {}\n    {}\n    {}\n", member.item_id,
                   to_rfc3339(member.published), shown(member.outlet), member.source + 1,
                   one.item ? shown(one.item->title) : "(no longer stored)", shown(why(member)));
  }
  for (const store::StoryChange& change : view.changes) {
    fmt::format_to(out, "  {} {} into {} by {} at {}: {}\n", change.kind, change.story_id,
                   change.into, shown(change.author), to_rfc3339(change.changed),
                   shown(change.reason));
  }
  text.pop_back();
  return text;
}

}  // namespace tocsin::app
