// SPDX-License-Identifier: Apache-2.0
#include "feed/prolog.hpp"

#include <algorithm>
#include <array>

#include "feed/ascii.hpp"
#include "feed/entities.hpp"

namespace tocsin::feed {
namespace {

// What a feed begins with. "<channel" is for RSS without its root.
constexpr std::array<std::string_view, 6> roots{"<rss",     "<feed", "<rdf:RDF",
                                                "<channel", "<RDF",  "<atom:feed"};

/// The name that stands alone in a text; empty when something else does.
std::string_view lone_name(std::string_view text) {
  const auto is_part = [](char c) {
    return is_alnum(c) || c == '_' || c == '-' || c == '.';
  };
  const auto* const begin = std::find_if_not(text.begin(), text.end(), is_space);
  const auto* const end = std::find_if_not(begin, text.end(), is_part);
  const bool is_alone = std::find_if_not(end, text.end(), is_space) == text.end();
  return is_alone ? std::string_view{begin, end} : std::string_view{};
}

void declare(std::string_view name, std::string_view value, Entities& entities) {
  constexpr std::size_t most_entities = 256;
  if (name.empty() || entities.size() >= most_entities) return;
  std::string text;
  while (!value.empty()) {
    const std::size_t plain = std::min(value.find('&'), value.size());
    text += value.substr(0, plain);
    value.remove_prefix(plain);
    if (value.empty()) break;
    const Reference reference =
        value.starts_with("&#") ? read_reference(value, Semicolon::required) : Reference{};
    if (reference.length == 0) return;
    text += reference.utf8;
    value.remove_prefix(reference.length);
  }
  entities.emplace(name, std::move(text));
}

/// Walks through an internal subset, declaration by declaration.
class Subset {
 public:
  Subset(std::string_view text, std::size_t at, Entities& entities)
      : text_{text},
        at_{at},
        entities_{entities} {}

  /// The place of its ']'; that of a '<' that begins no declaration, where it was forgotten; npos.
  [[nodiscard]] std::size_t end() {
    for (;;) {
      at_ = std::min(text_.find_first_of("]<", at_), text_.size());
      if (at_ == text_.size()) return std::string_view::npos;
      const std::string_view rest = text_.substr(at_);
      if (rest.starts_with("<!--")) {
        skip_past("-->");
      } else if (rest.starts_with("<?")) {
        skip_past("?>");
      } else if (rest.starts_with("<!")) {
        take_declaration();
      } else {
        return at_;
      }
    }
  }

 private:
  void skip_past(std::string_view close) {
    const std::size_t end = text_.find(close, at_);
    at_ = end == std::string_view::npos ? text_.size() : end + close.size();
  }

  /// A value does not reach over the feed's root: its closing quote was forgotten then.
  std::size_t closing_quote(std::size_t quote) {
    if (root_ < quote) root_ = std::min(find_root(text_, quote), text_.size());
    return text_.substr(0, root_).find(text_[quote], quote + 1);
  }

  void take_declaration() {
    constexpr std::string_view start = "<!ENTITY";
    const bool is_entity = text_.substr(at_).starts_with(start);
    const std::size_t begin = at_ + (is_entity ? start.size() : 2);
    bool is_first = is_entity;
    at_ = begin;
    while ((at_ = text_.find_first_of("\"'<>", at_)) != std::string_view::npos) {
      if (text_[at_] == '<') return;
      if (text_[at_] == '>') {
        ++at_;
        return;
      }
      const std::size_t close = closing_quote(at_);
      if (close == std::string_view::npos) {
        ++at_;
        continue;
      }
      const std::string_view name = lone_name(text_.substr(begin, at_ - begin));
      if (is_first) declare(name, text_.substr(at_ + 1, close - at_ - 1), entities_);
      is_first = false;
      at_ = close + 1;
    }
    at_ = text_.size();
  }

  std::string_view text_;
  std::size_t at_;
  std::size_t root_ = 0;  // the next one from where it was last asked for
  Entities& entities_;
};

}  // namespace

std::size_t find_root(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find('<', from); at != text.npos; at = text.find('<', at + 1)) {
    const std::string_view rest = text.substr(at);
    if (std::any_of(roots.begin(), roots.end(),
                    [rest](std::string_view root) { return rest.starts_with(root); })) {
      return at;
    }
  }
  return std::string_view::npos;
}

bool starts_as_feed(std::string_view body) {
  if (body.size() < 2 || body[0] != '<') return false;
  if (body[1] == '!' || body.starts_with("<?xml")) return true;
  const std::size_t end = std::min(body.find_first_of(" \t\r\n/>", 1), body.size());
  const std::string_view name = body.substr(1, end - 1);
  const std::string_view local = name.substr(name.rfind(':') + 1);
  constexpr std::array<std::string_view, 6> names{"rss", "rdf", "feed", "channel", "entry", "item"};
  return std::any_of(names.begin(), names.end(),
                     [local](std::string_view known) { return equals_lower(local, known); });
}

Doctype read_doctype(std::string_view text, std::size_t at, Entities& entities) {
  std::size_t end = text.find_first_of("[>", at);
  if (end != std::string_view::npos && text[end] == '[') {
    end = Subset{text, end + 1, entities}.end();
    if (end != std::string_view::npos) end = text.find_first_of("<>", end);
    if (end != std::string_view::npos && text[end] == '<') return {.end = end, .is_open = true};
  }
  if (end != std::string_view::npos) return {.end = end + 1};
  return {.end = std::min(find_root(text, at), text.size()), .is_open = true};
}

}  // namespace tocsin::feed
