// SPDX-License-Identifier: Apache-2.0
#include "app/story_orders.hpp"

#include <nlohmann/json.hpp>

#include "app/json_line.hpp"
#include "app/reason.hpp"
#include "base/utf8.hpp"

namespace tocsin::app {
namespace {

using nlohmann::json;

constexpr std::size_t most_items = 10'000;
constexpr std::size_t longest_name = 256;

std::string text_of(const json& object, const char* key, std::size_t limit) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return {};
  return clean_utf8(truncate_utf8(found->get_ref<const std::string&>(), limit));
}

Result<std::vector<store::ItemId>> items_of(const json& object) {
  std::vector<store::ItemId> items;
  const auto found = object.find("items");
  if (found == object.end() || !found->is_array() || found->size() > most_items) {
    return fail(Errc::invalid_input, "\"items\" is no list of at most 10000 items");
  }
  for (const json& item : *found) {
    if (!item.is_number_integer()) {
      return fail(Errc::invalid_input, "\"items\" holds something else than numbers of items");
    }
    items.push_back(item.get<store::ItemId>());
  }
  return items;
}

}  // namespace

Result<pipeline::StoryOrder> read_story_order(std::string_view verb, std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return fail(Errc::invalid_input, "the order is no JSON object");
  pipeline::StoryOrder order{.story = text_of(object, "story", longest_name),
                             .into = text_of(object, "into", longest_name),
                             .author = text_of(object, "author", longest_name),
                             .reason = text_of(object, "reason", std::string::npos)};
  if (auto wrong = mistake_in_reason(order.reason); !wrong.empty()) {
    return fail(Errc::invalid_input, std::move(wrong));
  }
  if (order.story.empty()) return fail(Errc::invalid_input, "\"story\" is missing");
  if (order.author.empty()) return fail(Errc::invalid_input, "\"author\" is missing");
  if (verb == merge_verb) {
    order.kind = pipeline::StoryOrder::Kind::merge;
    if (order.into.empty()) return fail(Errc::invalid_input, "\"into\" is missing");
    return order;
  }
  auto items = items_of(object);
  if (!items) return fail(items.error());
  order.items = std::move(*items);
  return order;
}

std::string write_story_order(const pipeline::StoryOrder& order) {
  return json_line(json{{"story", order.story},
                        {"into", order.into},
                        {"items", order.items},
                        {"author", order.author},
                        {"reason", order.reason}});
}

std::string story_answer(const Result<pipeline::StoryChanged>& changed) {
  if (!changed) return json_line(json{{"error", changed.error().message}});
  return json_line(
      json{{"story", changed->story}, {"into", changed->into}, {"moved", changed->moved}});
}

story::StoryOptions story_options_of(const settings::Settings& settings) {
  story::StoryOptions options;
  options.window = settings.story.window;
  options.window_items = settings.story.window_items;
  return options;
}

}  // namespace tocsin::app
