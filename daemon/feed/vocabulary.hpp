// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "feed/draft.hpp"

namespace tocsin::feed {

using Handler = void (*)(Draft&, const Element&);

/// What each known element does, by vocabulary and lower-case local name.
class HandlerTable {
 public:
  void add(Vocabulary vocabulary, std::string_view local, Handler handler);
  [[nodiscard]] Handler find(const Name& name) const;

 private:
  std::unordered_map<std::string_view, Handler> handlers_[14];
};

void add_core_handlers(HandlerTable& table);
void add_link_handlers(HandlerTable& table);
void add_people_handlers(HandlerTable& table);
void add_module_handlers(HandlerTable& table);

/// A text construct of Atom, or RSS's escaped HTML.
[[nodiscard]] Text text_of(const Element& element);

/// Plain text in one line, for names, labels and titles.
[[nodiscard]] std::string plain_of(const Text& text);

/// "jane@example.org (Jane Doe)", "Jane Doe <jane@example.org>", "Jane Doe".
[[nodiscard]] Person person_from(std::string_view text);

/// A number of bytes; empty for anything but digits.
[[nodiscard]] std::optional<std::int64_t> length_from(std::string_view text);

}  // namespace tocsin::feed
