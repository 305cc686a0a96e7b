// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sample_words.hpp"

namespace tocsin::bench {

enum class Shape : std::uint8_t { full, teaser, escaped, atom_html, atom_xhtml, rdf, json };

struct Spec {
  Shape shape;
  Tongue tongue;
  std::size_t items;
  std::size_t paragraphs;  // of an item's body; 0: one or two sentences of plain text
  std::string_view charset = "UTF-8";
};

/// Makes the parts of made-up feeds that the formats share.
class Newsroom {
 public:
  Newsroom(const Spec& spec, std::uint32_t number);

  [[nodiscard]] const Spec& spec() const { return spec_; }

  [[nodiscard]] Writer& writer() { return writer_; }

  [[nodiscard]] std::string site() const;
  [[nodiscard]] std::string link(std::size_t item) const;
  [[nodiscard]] std::string title();

  /// One or two sentences.
  [[nodiscard]] std::string teaser();

  /// The body of an item as publishing systems write it, well-formed so that it may stand in XHTML.
  [[nodiscard]] std::string body(std::size_t item);

  [[nodiscard]] static std::string rfc822(std::size_t item);
  [[nodiscard]] static std::string rfc3339(std::size_t item);

 private:
  std::string figure(std::size_t item);
  std::string block();
  std::string list();
  std::string paragraph();
  std::string inline_markup();

  Spec spec_;
  Writer writer_;
  std::string host_;
};

}  // namespace tocsin::bench
