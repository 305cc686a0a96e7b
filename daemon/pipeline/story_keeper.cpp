// SPDX-License-Identifier: Apache-2.0
#include "pipeline/story_keeper.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "text/tokenize.hpp"
#include "topics/topic.hpp"

namespace tocsin::pipeline {
namespace {

std::string_view field_text(const store::ItemRow& row, topics::Field field) {
  if (field == topics::Field::title) return row.title;
  return field == topics::Field::summary ? row.summary : row.content;
}

bool is_in_text(topics::Field field) {
  return field == topics::Field::title || field == topics::Field::summary ||
         field == topics::Field::content;
}

/// Comparison forms of the words that the evidence stands on.
std::vector<std::string> topic_words(const std::vector<topics::Match>& matches,
                                     const store::ItemRow& row) {
  std::set<std::string, std::less<>> words;
  for (const topics::Match& match : matches) {
    for (const topics::Evidence& one : match.evidence) {
      const std::string_view text = field_text(row, one.field);
      if (!is_in_text(one.field) || one.end > text.size()) continue;
      const text::Tokens tokens = text::tokenize(text.substr(one.begin, one.end - one.begin));
      for (const text::Token& token : tokens.tokens) words.emplace(tokens.key(token));
    }
  }
  return {words.begin(), words.end()};
}

story::Reason reason_of(const store::StoryMember& member) {
  return {.joined = story::joined_of(member.joined),
          .similarity = member.similarity,
          .distance = member.distance,
          .like = member.like,
          .shared = member.shared,
          .agency = member.agency};
}

}  // namespace

story::PlacedItem placed_item(const store::StoryMember& member) {
  return {.number = member.item_id,
          .story_id = member.story_id,
          .outlet = member.outlet,
          .features = story::decode_features(member.features).value_or(story::Features{}),
          .published = member.published,
          .seen = member.seen};
}

std::optional<store::StoryTopicRow> StoryPlace::sent_on(std::string_view topic) const {
  const auto found = std::find_if(sent.begin(), sent.end(),
                                  [topic](const auto& row) { return row.topic == topic; });
  return found == sent.end() ? std::nullopt : std::optional{*found};
}

Result<StoryPlace> StoryKeeper::place(const ExaminedItem& item, const store::ItemRow& row,
                                      const std::string& source) {
  const std::string outlet = outlet_of(row);
  const std::vector<std::string> words = topic_words(item.matches, row);
  StoryPlace place;
  place.placement = with_.stories.place(
      {.number = row.id,
       .id = row.identity,
       .text = {.title = row.title,
                .text = row.content.size() > row.summary.size() ? row.content : row.summary,
                .outlet = outlet,
                .source = source},
       .published = *row.published,
       .seen = with_.now,
       .topic_words = &words});
  for (const std::string& closed : place.placement.crowded_out) {
    if (auto stored = with_.transaction.close_story(closed, with_.now); !stored) {
      return fail(stored.error());
    }
  }
  if (auto stored = store_story(row, place.placement); !stored) return fail(stored.error());
  if (auto stored = store_place(row, place.placement); !stored) return fail(stored.error());
  auto similar = identities_of(place.placement.similar);
  if (!similar) return fail(similar.error());
  place.similar = std::move(*similar);
  place.why = story::why(place.placement.status, place.placement.reason);
  return with_what_was_sent(std::move(place));
}

Result<StoryPlace> StoryKeeper::with_what_was_sent(StoryPlace place) const {
  auto sent = with_.store.story_topics(place.placement.story_id);
  if (!sent) return fail(sent.error());
  place.sent = std::move(*sent);
  return place;
}

Result<void> StoryKeeper::store_story(const store::ItemRow& row,
                                      const story::Placement& placement) {
  store::StoryRow story{.id = placement.story_id,
                        .title = row.title,
                        .first_item = row.id,
                        .first_seen = with_.now,
                        .last_seen = with_.now,
                        .items = placement.position,
                        .outlets = placement.outlets,
                        .independent_sources = placement.independent_sources,
                        .closed = {},
                        .merged_into = {}};
  const auto known = with_.store.story(placement.story_id);
  if (!known) return fail(known.error());
  if (*known) {
    story.title = (*known)->title;
    story.first_item = (*known)->first_item;
    story.first_seen = (*known)->first_seen;
  }
  return with_.transaction.put_story(story);
}

Result<void> StoryKeeper::store_place(const store::ItemRow& row,
                                      const story::Placement& placement) {
  const story::Reason& reason = placement.reason;
  const store::StoryMember member{.item_id = row.id,
                                  .story_id = placement.story_id,
                                  .outlet = outlet_of(row),
                                  .published = *row.published,
                                  .seen = with_.now,
                                  .source = placement.source,
                                  .status = std::string{story::to_string(placement.status)},
                                  .joined = std::string{story::to_string(reason.joined)},
                                  .similarity = reason.similarity,
                                  .distance = reason.distance,
                                  .like = reason.like,
                                  .shared = reason.shared,
                                  .agency = reason.agency,
                                  .new_names = placement.new_names,
                                  .features = story::encode(placement.features)};
  if (auto added = with_.transaction.add_story_member(member); !added) return added;
  return with_.transaction.set_item_story(row.id, placement.story_id, placement.features.signature);
}

Result<std::vector<std::string>> StoryKeeper::identities_of(
    const std::vector<story::ItemNumber>& numbers) {
  std::vector<std::string> identities;
  for (const story::ItemNumber number : numbers) {
    const auto item = with_.store.find_item(number);
    if (!item) return fail(item.error());
    if (*item) identities.push_back((*item)->identity);
  }
  return identities;
}

Result<StoryPlace> StoryKeeper::place_of_changed(const store::ItemRow& row) {
  const auto story = with_.store.story(row.story_id);
  if (!story) return fail(story.error());
  const auto member = with_.store.story_member(row.id);
  if (!member) return fail(member.error());
  StoryPlace place;
  place.placement.story_id = row.story_id;
  place.placement.status = story::StoryStatus::update;
  if (*story) {
    place.placement.position = (*story)->items;
    place.placement.outlets = (*story)->outlets;
    place.placement.independent_sources = (*story)->independent_sources;
  }
  if (*member) place.placement.reason = reason_of(**member);
  place.why = "update: the item changed its text";
  return with_what_was_sent(std::move(place));
}

std::optional<Correlated> StoryKeeper::correlate(
    const topics::Topic& topic, const store::ItemRow& row, const std::string& story_id,
    const std::optional<store::StoryTopicRow>& before) const {
  if (!topic.correlation || (before && before->corroborated)) return std::nullopt;
  const auto within = topic.correlation->within;
  const Time here = *row.published;
  // Items do not come in the order of their dates: the item may be the last of them, or the first.
  const int sources = std::max(with_.stories.sources_between(story_id, here - within, here),
                               with_.stories.sources_between(story_id, here, here + within));
  return Correlated{.sources = sources,
                    .is_met = sources >= topic.correlation->independent_sources};
}

}  // namespace tocsin::pipeline
