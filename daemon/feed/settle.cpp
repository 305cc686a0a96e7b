// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "base/utf8.hpp"
#include "feed/ascii.hpp"
#include "feed/draft.hpp"
#include "feed/html_text.hpp"
#include "feed/plain_text.hpp"
#include "feed/vocabulary.hpp"

/// From what the elements said to one item and one channel.
namespace tocsin::feed {
namespace {

std::vector<Person> best_people(PeopleDraft& people) {
  for (std::vector<Person>* group : {&people.own, &people.webmaster, &people.dc, &people.itunes,
                                     &people.owner, &people.credit, &people.source}) {
    if (!group->empty()) return std::move(*group);
  }
  return {};
}

/// Where nothing says when it appeared: when it was made, else when it last changed.
std::optional<Time> published_of(const Draft& draft) {
  for (const Ranked<DateText>* date : {&draft.published, &draft.created, &draft.updated}) {
    if (date->value().time) return date->value().time;
  }
  return std::nullopt;
}

/// RSS declares no type: a title without markup or references is text.
std::string title_type_of(const Text& title) {
  const bool is_plain = title.value.find_first_of("<&") == std::string::npos;
  return title.type == "html" && is_plain ? "text" : title.type;
}

std::optional<std::chrono::minutes> ttl_of(const Draft& draft) {
  if (draft.ttl) return draft.ttl;

  struct Period {
    std::string_view name;
    int minutes;
  };

  constexpr std::array periods{Period{"hourly", 60}, Period{"daily", 1440}, Period{"weekly", 10080},
                               Period{"monthly", 43200}, Period{"yearly", 525600}};
  for (const Period& period : periods) {
    if (period.name == draft.update_period) {
      return std::chrono::minutes{std::max(1, period.minutes / draft.update_frequency)};
    }
  }
  return std::nullopt;
}

}  // namespace

std::string plain_text_of(const std::vector<Content>& contents, const Text& summary) {
  const auto fullest = std::max_element(
      contents.begin(), contents.end(),
      [](const Content& a, const Content& b) { return a.value.size() < b.value.size(); });
  const bool has_content = fullest != contents.end();
  const std::string& value = has_content ? fullest->value : summary.value;
  const std::string& type = has_content ? fullest->type : summary.type;
  const bool is_markup = type == "html" || type == "xhtml" || type.ends_with("/xml") ||
                         type.ends_with("+xml") || type.ends_with("/sgml");
  return !is_markup ? clean_utf8(value) : html_to_text(value);
}

Item to_item(Draft& draft) {
  Item item;
  item.title = plain_of(draft.title.value());
  item.title_type = draft.title.is_set() ? title_type_of(draft.title.value()) : "text";
  item.text = plain_text_of(draft.content, draft.summary.value());
  item.summary = std::move(draft.summary.value().value);
  item.content = std::move(draft.content);
  item.id = std::move(draft.id.value());
  item.link = std::move(draft.link.value());
  item.guid_is_link =
      draft.guid_is_link && (draft.link.rank() == guid_link || item.link == item.id);
  if (item.link.empty()) item.link = std::move(draft.self.value());
  item.language = std::move(draft.language.value());
  item.published = published_of(draft);
  item.updated = draft.updated.value().time;
  item.created = draft.created.value().time;
  item.published_raw = std::move(draft.published.value().raw);
  item.updated_raw = std::move(draft.updated.value().raw);
  item.authors = best_people(draft.people);
  item.categories = std::move(draft.categories.empty() ? draft.keywords : draft.categories);
  item.enclosures = std::move(draft.enclosures);
  item.links = std::move(draft.links);
  item.comments = std::move(draft.comments.value());
  item.source = std::move(draft.source);
  return item;
}

Channel to_channel(Draft& draft) {
  Channel channel;
  channel.title = plain_of(draft.title.value());
  channel.description = plain_text_of({}, draft.summary.value());
  channel.id = std::move(draft.id.value());
  channel.link = std::move(draft.link.value());
  channel.language = std::move(draft.language.value());
  channel.updated = draft.updated.value().time;
  channel.published = draft.published.value().time;
  channel.authors = best_people(draft.people);
  channel.categories = std::move(draft.categories);
  channel.image = std::move(draft.image.value());
  channel.self = std::move(draft.self.value());
  channel.hub = std::move(draft.hub);
  channel.rights = std::move(draft.rights.value());
  channel.generator = std::move(draft.generator);
  channel.ttl = ttl_of(draft);
  channel.skip_hours = std::move(draft.skip_hours);
  channel.skip_days = std::move(draft.skip_days);
  return channel;
}

}  // namespace tocsin::feed
