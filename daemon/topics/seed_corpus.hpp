// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/result.hpp"
#include "topics/topic.hpp"

namespace tocsin::topics {

/// One document of a seed folder: front matter between two lines of "+++", then paragraphs apart by
/// empty lines. Without front matter the title is the first line where that is a short paragraph of
/// its own, else the first sentence.
struct SeedDocument {
  std::string number{};  ///< The digits that open the file name, "000"; the whole stem without any.
  std::string name{};    ///< The file name.
  std::string title{};
  std::string author{};
  std::string publisher{};
  std::string date{};  ///< RFC 3339 date or date-time as written; empty when unknown.
  std::string date_note{};
  std::string language{};  ///< BCP 47; empty when unknown.
  std::string digest_of{};
  std::vector<std::string>
      paragraphs;  ///< Clean UTF-8, one line each; the title is not among them.
};

struct SeedCorpus {
  std::string folder{};                   ///< As given, without a trailing slash.
  std::vector<SeedDocument> documents{};  ///< In the order of their file names.
};

/// A document or a run of its paragraphs, as a manifest names it: "001", "001#9", "001#9-10".
struct Passage {
  std::string document{};
  unsigned first = 0;  ///< From 1; 0 = the whole document.
  unsigned last = 0;
  std::string written{};  ///< As in the manifest.
  unsigned line = 0;      ///< In the manifest.
  unsigned column = 0;
};

/// What a manifest says of one topic.
struct ManifestTopic {
  std::string id{};
  std::string title{};
  Status status = Status::experimental;
  int severity = 5;
  std::vector<std::string> languages{};
  std::vector<std::string> medtop{};
  std::vector<Passage> from{};
  std::vector<std::string> exclude{};
};

struct Manifest {
  std::string file{};  ///< Name for messages, and for `derived.from`.
  std::vector<ManifestTopic> topics{};
};

/// The largest seed document and the largest manifest read, in bytes.
constexpr std::size_t max_seed_bytes = std::size_t{4} << 20U;

/// The bytes of a seed document or of a file beside them, at most `max_seed_bytes`.
[[nodiscard]] Result<std::string> read_seed_file(const std::string& path);

/// Runs of lines between empty lines, each made one line.
[[nodiscard]] std::vector<std::string> paragraphs_of(std::string_view text);

/// Reads one document. Mistakes in the front matter are diagnostics; with an error among them, or
/// without any text, the result is `invalid_input`.
[[nodiscard]] Result<SeedDocument> parse_seed(std::string_view bytes, const std::string& file,
                                              Diagnostics& diagnostics);

/// Reads every *.txt of `folder`. `not_found` when there is no such folder or no document in it.
[[nodiscard]] Result<SeedCorpus> read_seed_corpus(const std::string& folder,
                                                  Diagnostics& diagnostics);

/// Reads a manifest (`format = 1`, `[[topic]]`). Mistakes are diagnostics, as for a seed.
[[nodiscard]] Result<Manifest> parse_manifest(std::string_view bytes, const std::string& file,
                                              Diagnostics& diagnostics);
[[nodiscard]] Result<Manifest> read_manifest(const std::string& path, Diagnostics& diagnostics);

}  // namespace tocsin::topics
