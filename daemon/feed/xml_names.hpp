// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <pugixml.hpp>

namespace tocsin::feed {

/// The vocabularies that feeds are written in. `core` is RSS of any version, with or without a
/// namespace of its own.
enum class Vocabulary : std::uint8_t {
  other,
  core,
  atom,
  content,
  dc,
  dcterms,
  media,
  slash,
  syndication,
  itunes,
  georss,
  rdf,
  xhtml,
  xml,
  feedburner,
  prism,
  admin,
  license,
};

/// How many there are; `license` is the last.
inline constexpr std::size_t vocabulary_count = static_cast<std::size_t>(Vocabulary::license) + 1;

/// A name with its prefix resolved. `local` points into the document.
struct Name {
  Vocabulary vocabulary = Vocabulary::other;
  std::string_view local;
};

/// Which prefix stands for which vocabulary where the walk through the document just is. A prefix
/// that nobody declared is read as convention has it ("dc", "content", "media", …).
class Bindings {
 public:
  /// Adds the declarations of one element; `leave` takes them away again.
  [[nodiscard]] std::size_t enter(const pugi::xml_node& node);

  void leave(std::size_t mark) { bound_.resize(mark); }

  /// Elements without a prefix belong to `vocabulary` until a declaration says otherwise.
  void set_default(Vocabulary vocabulary) { unprefixed_ = vocabulary; }

  [[nodiscard]] Name resolve(std::string_view qualified_name) const;

 private:
  struct Binding {
    std::string_view prefix;
    Vocabulary vocabulary;
  };

  std::vector<Binding> bound_;
  Vocabulary unprefixed_ = Vocabulary::core;
};

/// A name without its prefix.
[[nodiscard]] constexpr std::string_view local_of(std::string_view name) {
  return name.substr(name.rfind(':') + 1);
}

/// The vocabulary a namespace URI names; `other` for a strange one.
[[nodiscard]] Vocabulary vocabulary_of(std::string_view uri);

/// The URI's version hint for RSS 0.90 and 1.0 ("…/rdf/simple/0.9/" against "…/rss/1.0/").
[[nodiscard]] bool is_rss090_uri(std::string_view uri);

}  // namespace tocsin::feed
