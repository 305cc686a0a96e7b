// SPDX-License-Identifier: Apache-2.0
#include "app/item_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "alert/names.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"
#include "app/story_view.hpp"
#include "app/wrap.hpp"
#include "base/time_format.hpp"
#include "base/url.hpp"
#include "pipeline/examine.hpp"

namespace tocsin::app {
namespace {

using nlohmann::json;

constexpr std::string_view told = "told by a digest";

/// What the store calls it and what a person does, the most that can come of a match first.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> fates{{
    {"sent", "alerted"},
    {"updated", "alerted"},
    {told, told},
    {"held", "held"},
    {"silenced", "silenced"},
    {"merged", "merged"},
    {"repeated", "repeated"},
    {"late", "late"},
    {"baseline", "baseline"},
}};

/// The place in `fates`, or behind it for what a later version writes.
std::size_t rank_of(std::string_view outcome) {
  const auto* const found = std::find_if(
      fates.begin(), fates.end(), [outcome](const auto& fate) { return fate.first == outcome; });
  return static_cast<std::size_t>(found - fates.begin());
}

std::string_view word_of(std::string_view outcome) {
  const std::size_t rank = rank_of(outcome);
  return rank < fates.size() ? fates.at(rank).second : outcome;
}

bool is_told(const store::ItemFate& fate, const std::string& topic) {
  return std::any_of(fate.held.begin(), fate.held.end(), [&topic](const store::ItemHeld& held) {
    return held.topic == topic && held.told;
  });
}

std::string_view outcome_of(const store::MatchRow& match, const store::ItemFate& fate) {
  const bool was_held = match.outcome == "held" || match.outcome == "silenced";
  return was_held && is_told(fate, match.topic) ? told : std::string_view{match.outcome};
}

/// By topic, the most that came of its matches.
std::map<std::string, std::string_view> outcomes_of(const store::ItemFate& fate) {
  std::map<std::string, std::string_view> outcomes;
  for (const store::MatchRow& match : fate.matches) {
    if (!match.fired) continue;
    const std::string_view outcome = outcome_of(match, fate);
    const auto [place, is_new] = outcomes.emplace(match.topic, outcome);
    if (!is_new && rank_of(outcome) < rank_of(place->second)) place->second = outcome;
  }
  return outcomes;
}

std::string some_of(const std::vector<std::string>& topics) {
  constexpr std::size_t most = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(topics.size(), most); ++i) {
    text += (i > 0 ? ", " : "") + shown(topics[i]);
  }
  if (topics.size() > most) text += fmt::format(" and {} more", topics.size() - most);
  return text;
}

/// The feed as it is told, and the outlet where that is not the feed itself.
std::string origin_of(const store::ItemRow& item) {
  const std::string outlet = pipeline::outlet_of(item);
  const std::string feed = shown(without_secrets(item.feed_key));
  return outlet == item.feed_key ? feed : feed + " (" + shown(outlet) + ")";
}

json to_json(const store::MatchRow& match) {
  return {{"topic", match.topic},
          {"outcome", match.outcome},
          {"at", to_rfc3339(match.matched_at)},
          {"fired", match.fired},
          {"score", match.score},
          {"threshold", match.threshold},
          {"rule_version", match.rule_version},
          {"item_revision", match.item_revision}};
}

json to_json(const store::ItemAlert& alert) {
  return {{"alert", alert.id},
          {"seq", alert.seq},
          {"frame", alert.frame},
          {"type", alert.type},
          {"committed", to_rfc3339(alert.committed)}};
}

json to_json(const store::ItemHeld& held) {
  return {{"topic", held.topic},
          {"reason", held.reason},
          {"silence", held.silence_id == 0 ? json(nullptr) : json(held.silence_id)},
          {"held", to_rfc3339(held.held_at)},
          {"due", to_rfc3339(held.due_at)},
          {"told", time_json(held.told)},
          {"digest", held.digest_id}};
}

template <typename Row>
json list_of(const std::vector<Row>& rows) {
  auto list = json::array();
  for (const Row& row : rows) list.push_back(to_json(row));
  return list;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + shown(name);
  return text;
}

/// Everything about one item, a line for each thing.
class Sheet {
 public:
  explicit Sheet(const WholeItem& whole)
      : whole_{whole},
        item_{whole.view.item},
        fate_{whole.view.fate} {}

  std::string run() {
    text_ = wrapped("", emphasised(item_.title.empty() ? "(no title)" : shown(item_.title, 1024)));
    tell_item();
    tell_dates();
    if (whole_.story) {
      row("story", whole_.story->id + ": " + shown(whole_.story->title));
      if (whole_.place) row("", shown(why(*whole_.place), 600));
    }
    tell_fate();
    row("summary", shown(item_.summary, longest));
    row("content", shown(item_.content, longest));
    row("why", fmt::format("tocsin explain {} tells what every topic says to it", item_.id));
    return std::move(text_);
  }

 private:
  static constexpr std::size_t longest = 2048;  ///< Bytes shown of summary and of content.

  void row(std::string_view name, const std::string& value) {
    if (!value.empty()) text_ += wrapped(fmt::format("{:<10}", name), value);
  }

  void tell_item() {
    row("item", fmt::format("{}, revision {}", item_.id, item_.revision));
    row("identity", shown(item_.identity));
    row("feed", origin_of(item_));
    const std::string source = shown(without_secrets(whole_.source));
    if (whole_.source != item_.feed_key) row("", source);
    row("link", shown(item_.link, 1024));
    if (item_.guid != item_.link) row("guid", shown(item_.guid, 1024));
    row("authors", joined(item_.authors));
    row("filed as", joined(item_.categories));
    row("language", shown(item_.language));
  }

  void tell_dates() {
    row("seen", to_rfc3339(item_.first_seen) + ", last " + to_rfc3339(item_.last_seen));
    if (item_.published) row("published", to_rfc3339(*item_.published) + quality());
    if (item_.updated) row("updated", to_rfc3339(*item_.updated));
    if (item_.baseline) {
      row("baseline", "seen at its feed's first poll: it never alerts");
    } else if (item_.late) {
      row("late", "published long before it was first seen: it does not alert");
    }
  }

  [[nodiscard]] std::string quality() const {
    switch (item_.published_quality) {
      case alert::DateQuality::missing:
        return " (the item has no date: when it was seen)";
      case alert::DateQuality::future:
        return " (the item's date lies ahead: when it was seen)";
      case alert::DateQuality::ok:
        break;
    }
    return "";
  }

  void tell_fate() {
    if (fate_.matches.empty()) row("topics", "none fired when it came");
    for (const store::MatchRow& match : fate_.matches) {
      row("topic", fmt::format("{}: {} on {}, score {:.4f} of {:.4f}, version {}, revision {} of "
                               "the item",
                               shown(match.topic), match.fired ? word_of(match.outcome) : "silent",
                               to_rfc3339(match.matched_at), match.score, match.threshold,
                               match.rule_version, match.item_revision));
    }
    for (const store::ItemAlert& alert : fate_.alerts) {
      row("alert", fmt::format("{}, {} on {}, {}", shown(alert.id), alert.seq, shown(alert.frame),
                               to_rfc3339(alert.committed)));
    }
    for (const store::ItemHeld& held : fate_.held) row("held", words_of(held));
  }

  static std::string words_of(const store::ItemHeld& held) {
    std::string text = shown(held.topic) + " by " + shown(held.reason);
    if (held.silence_id != 0) text += fmt::format(" {}", held.silence_id);
    text += " since " + to_rfc3339(held.held_at);
    if (!held.told) return text + ", due " + to_rfc3339(held.due_at);
    text += ", told " + to_rfc3339(*held.told);
    return held.digest_id.empty() ? text : text + " by alert " + shown(held.digest_id);
  }

  const WholeItem& whole_;
  const store::ItemRow& item_;
  const store::ItemFate& fate_;
  std::string text_;
};

}  // namespace

Result<ItemView> view_of(store::Store& store, store::ItemRow item) {
  auto fate = store.fate_of(item.id);
  if (!fate) return fail(fate.error());
  return ItemView{.item = std::move(item), .fate = std::move(*fate)};
}

Result<WholeItem> whole_of(store::Store& store, ItemView view, std::string source) {
  WholeItem whole{.view = std::move(view), .source = std::move(source), .story = {}, .place = {}};
  auto place = store.story_member(whole.view.item.id);
  if (!place) return fail(place.error());
  whole.place = std::move(*place);
  auto story = store.story(whole.place ? whole.place->story_id : whole.view.item.story_id);
  if (!story) return fail(story.error());
  whole.story = std::move(*story);
  return whole;
}

std::string in_words(const store::ItemFate& fate) {
  std::map<std::size_t, std::pair<std::string_view, std::vector<std::string>>> by_rank;
  for (const auto& [topic, outcome] : outcomes_of(fate)) {
    // Sent and updated are one word.
    const std::string_view word = word_of(outcome);
    const std::size_t rank = word == word_of("sent") ? 0 : rank_of(outcome);
    auto& [name, topics] = by_rank[rank];
    name = word;
    topics.push_back(topic);
  }
  std::string text;
  for (const auto& [rank, group] : by_rank) {
    text += (text.empty() ? "" : "; ") + shown(group.first) + ": " + some_of(group.second);
  }
  return text.empty() ? "no topic" : text;
}

std::string line_of(const ItemView& view) {
  const store::ItemRow& item = view.item;
  return to_rfc3339(item.first_seen) + "  " + emphasised(std::to_string(item.id)) + "  " +
         in_words(view.fate) + "  " + origin_of(item) + "  " + shown(item.title);
}

std::string to_text(const WholeItem& whole) {
  return Sheet{whole}.run();
}

json to_json(const ItemView& view) {
  const store::ItemRow& item = view.item;
  return {{"item", item.id},
          {"identity", item.identity},
          {"first_seen", to_rfc3339(item.first_seen)},
          {"published", time_json(item.published)},
          {"feed", without_secrets(item.feed_key)},
          {"outlet", without_secrets(pipeline::outlet_of(item))},
          {"title", item.title},
          {"link", item.link},
          {"language", item.language},
          {"baseline", item.baseline},
          {"late", item.late},
          {"fate", in_words(view.fate)},
          {"matches", list_of(view.fate.matches)},
          {"alerts", list_of(view.fate.alerts)},
          {"held", list_of(view.fate.held)}};
}

json to_json(const WholeItem& whole) {
  const store::ItemRow& item = whole.view.item;
  json object = to_json(whole.view);
  object["guid"] = item.guid;
  object["canonical_link"] = item.canonical_link;
  object["source"] = without_secrets(whole.source);
  object["summary"] = item.summary;
  object["content"] = item.content;
  object["authors"] = item.authors;
  object["categories"] = item.categories;
  object["published_quality"] = alert::name_of(alert::quality_names, item.published_quality);
  object["updated"] = time_json(item.updated);
  object["last_seen"] = to_rfc3339(item.last_seen);
  object["revision"] = item.revision;
  object["story"] = json();
  if (whole.story) object["story"] = {{"id", whole.story->id}, {"title", whole.story->title}};
  if (whole.story && whole.place) {
    object["story"]["status"] = whole.place->status;
    object["story"]["why"] = why(*whole.place);
  }
  return object;
}

}  // namespace tocsin::app
