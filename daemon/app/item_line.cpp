// SPDX-License-Identifier: Apache-2.0
#include "app/item_line.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/utf8.hpp"
#include "topics/line_json.hpp"

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

Result<ItemLine> read_item_line(std::string_view line) {
  const auto object = topics::read_line_json(line);
  if (!object) return fail(Errc::invalid_input, "no JSON");
  if (!object->is_object()) return fail(Errc::invalid_input, "no JSON object");
  if (!object->contains("id")) return fail(Errc::invalid_input, "an item has no \"id\"");
  auto id = topics::line_id(*object);
  if (!id) return fail(Errc::invalid_input, "an item's \"id\" is neither a text nor a number");
  ItemLine item;
  item.id = std::move(*id);
  for (const Key& key : keys) {
    std::string text = topics::line_text(*object, key.name);
    if (!text.empty()) item.*key.member = std::move(text);
  }
  return item;
}

std::size_t mistake_column(std::string_view line) {
  const std::string text = clean_utf8(line);
  try {
    [[maybe_unused]] const auto value = nlohmann::json::parse(text);
    return 1;
  } catch (const nlohmann::json::parse_error& error) {
    const auto read = std::string_view{text}.substr(0, error.byte);
    const auto starts = std::count_if(read.begin(), read.end(), [](char byte) {
      return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    });
    return std::max<std::size_t>(1, static_cast<std::size_t>(starts));
  } catch (const nlohmann::json::exception&) {
    return 1;  // a number beyond all bounds
  }
}

}  // namespace tocsin::app
