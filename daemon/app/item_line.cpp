// SPDX-License-Identifier: Apache-2.0
#include "app/item_line.hpp"

#include <array>

#include <nlohmann/json.hpp>

#include "app/json_line.hpp"
#include "base/utf8.hpp"

namespace tocsin::app {
namespace {

struct Key {
  const char* name;
  std::string ItemLine::*member;
};

constexpr std::array keys{Key{"title", &ItemLine::title},   Key{"summary", &ItemLine::summary},
                          Key{"text", &ItemLine::content},  Key{"content", &ItemLine::content},
                          Key{"author", &ItemLine::author}, Key{"category", &ItemLine::category},
                          Key{"source", &ItemLine::source}, Key{"language", &ItemLine::language},
                          Key{"link", &ItemLine::link}};

Result<std::string> read_id(const nlohmann::json& object) {
  const auto id = object.find("id");
  if (id == object.end()) return fail(Errc::invalid_input, "an item has no \"id\"");
  if (id->is_string()) return clean_utf8(id->get_ref<const std::string&>());
  if (id->is_number()) return json_line(*id);
  return fail(Errc::invalid_input, "an item's \"id\" is neither a text nor a number");
}

}  // namespace

topics::ItemFields ItemLine::fields() const {
  return {.title = title,
          .summary = summary,
          .content = content,
          .author = author,
          .category = category,
          .source = source,
          .language = language,
          .link = link};
}

std::string_view ItemLine::text(topics::Field field) const {
  switch (field) {
    case topics::Field::title:
      return title;
    case topics::Field::summary:
      return summary;
    case topics::Field::content:
      return content;
    case topics::Field::author:
      return author;
    case topics::Field::category:
      return category;
    case topics::Field::source:
      return source;
    case topics::Field::language:
      return language;
    case topics::Field::link:
      return link;
  }
  return {};
}

Result<ItemLine> read_item_line(std::string_view json) {
  // Depth needs no limit of ours: nlohmann's reader keeps its stack on the heap.
  const auto object = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (object.is_discarded()) return fail(Errc::invalid_input, "no JSON");
  if (!object.is_object()) return fail(Errc::invalid_input, "no JSON object");
  auto id = read_id(object);
  if (!id) return fail(id.error());
  ItemLine item;
  item.id = std::move(*id);
  for (const Key& key : keys) {
    const auto value = object.find(key.name);
    if (value == object.end() || value->is_null()) continue;
    if (!value->is_string()) {
      return fail(Errc::invalid_input, std::string{"an item's \""} + key.name + "\" is not a text");
    }
    item.*key.member = clean_utf8(value->get_ref<const std::string&>());
  }
  return item;
}

}  // namespace tocsin::app
