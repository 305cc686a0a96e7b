// SPDX-License-Identifier: Apache-2.0
#include "manifest/option_places.hpp"

#include <algorithm>
#include <cstddef>

namespace tocsin::manifest {
namespace {

constexpr std::size_t most_texts = 200;  // of one list; a variable has at most 128 KiB

std::string text_of(Place place) {
  return " " + std::to_string(place.line) + ":" + std::to_string(place.column);
}

bool is_set_by(const std::string& word, const std::string& option) {
  const std::string flag = "--" + option;
  return word == flag || word.starts_with(flag + "=");
}

/// "7:9"
bool is_place(std::string_view text) {
  const auto colon = text.find(':');
  const auto is_number = [](std::string_view digits) {
    return !digits.empty() &&
           std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  return colon != std::string_view::npos && is_number(text.substr(0, colon)) &&
         is_number(text.substr(colon + 1));
}

/// Takes off what stands before the next `end`, and that.
std::string_view take(std::string_view& text, char end) {
  const auto at = std::min(text.find(end), text.size());
  const auto taken = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return taken;
}

}  // namespace

std::string write_places(const Instance& instance, const std::string& file,
                         const std::vector<std::string>& overridden) {
  if (file.find('\n') != std::string::npos) return {};
  std::string text = file;
  for (const auto* list : {&instance.own, &instance.cap, &instance.options}) {
    for (const SetOption& one : *list) {
      const bool is_set_again =
          std::any_of(overridden.begin(), overridden.end(),
                      [&one](const std::string& word) { return is_set_by(word, one.name); });
      if (is_set_again) continue;
      text += "\n" + one.name + text_of(one.place);
      const std::size_t count = std::min(one.texts.size(), most_texts);
      for (std::size_t i = 0; i < count; ++i) text += text_of(one.texts[i]);
    }
  }
  return text;
}

OptionPlaces read_places(std::string_view text) {
  OptionPlaces places;
  const std::string file{take(text, '\n')};
  while (!text.empty()) {
    std::string_view line = take(text, '\n');
    const std::string name{take(line, ' ')};
    std::vector<std::string> list;
    while (!line.empty()) {
      const auto one = take(line, ' ');
      if (is_place(one)) list.push_back(file + ":" + std::string{one});
    }
    if (!name.empty() && !list.empty()) places.insert_or_assign(name, std::move(list));
  }
  return places;
}

}  // namespace tocsin::manifest
