// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "topics/alias_table.hpp"
#include "topics/background.hpp"
#include "topics/seed_corpus.hpp"
#include "topics/topic.hpp"

namespace tocsin::topics {

/// One seed: a document or a passage that shows what an editor means.
struct Seed {
  std::string name{};   ///< "003", "001#9"; for messages and provenance.
  std::string title{};  ///< Empty for a passage.
  std::vector<std::string> paragraphs{};
};

/// What a topic is derived from. Borrowed values live for the call.
struct DeriveInput {
  ManifestTopic
      wanted{};  ///< Id, title, severity, status, languages, medtop, exclude; `from` is not read.
  std::vector<Seed> seeds{};
  std::vector<Seed>
      siblings{};  ///< Seeds of the manifest's other topics; terms are weighed against them.
  const Topic* parent = nullptr;  ///< A derived topic whose seeds hold all of these, or null: what
                                  ///< lacks every mark of it cannot be of this one.
  const Background* background = nullptr;
  const AliasTable* aliases = nullptr;  ///< May be null.
  std::string from{};                   ///< For `Derivation::from`.
  bool check = true;                    ///< Leave one out and suggest exclusions; costs one
                                        ///< derivation per seed.
  bool needs_background = true;  ///< For the threshold. If not, that of a topic of which too little
                                 ///< is in the background is a part of its seeds' scores.
};

/// Where a term of a derived topic comes from.
struct TermRow {
  std::string term{};
  double weight = 0;
  std::size_t seeds = 0;             ///< Seeds that hold it.
  double seed_share = 0;             ///< p: mean over seeds of occurrences per word.
  double background_share = 0;       ///< q: the same over the background, smoothed.
  std::size_t background_items = 0;  ///< Background items that hold it.
};

/// How a text fares against a derived rule.
struct SeedRow {
  std::string seed{};
  double score = 0;
  double threshold = 0;
  bool fires = false;
  std::vector<std::pair<std::string, double>>
      carried_by{};  ///< Best terms and their part, best first.
};

/// What an editor should know about a derivation.
struct DeriveReport {
  std::vector<std::string> warnings{};
  std::vector<TermRow> terms{};
  std::vector<SeedRow> seeds{};          ///< Each seed against the rule it helped to make.
  std::vector<SeedRow> leave_one_out{};  ///< Each seed against the rule from the others.
  std::vector<std::string> suggested_exclusions{};
};

struct Derived {
  Topic topic{};
  DeriveReport report{};
};

/// Makes a topic from seeds (docs/explanation/deriving-topics.md). The same input gives the same
/// topic on every machine. `invalid_input` says which step failed: no seeds, no term, a background
/// in another language, or too few background items with a score for a threshold.
[[nodiscard]] Result<Derived> derive(const DeriveInput& input);

/// A seed folder, the manifest in it (or none), and what else a derivation needs.
struct CorpusInput {
  const SeedCorpus* corpus = nullptr;
  const Manifest* manifest = nullptr;  ///< Null: one topic from all documents.
  const Background* background = nullptr;
  const AliasTable* aliases = nullptr;
  std::string id{};  ///< Only this topic; without a manifest its id. Empty: all; the folder's name.
};

/// Every topic of a corpus, or the one asked for, in the manifest's order. Passages that name no
/// document or paragraph are diagnostics at their place in the manifest.
[[nodiscard]] Result<std::vector<Derived>> derive_corpus(const CorpusInput& input,
                                                         Diagnostics& diagnostics);

/// One topic of a batch: {"id": …, "seeds": [{"title": …, "text": …}, …]}, one a line.
struct BatchTopic {
  std::string name{};  ///< As the batch calls it; line ends and tabs are "\n" and "\t".
  std::string id{};    ///< The topic's, made of the name.
  std::vector<Seed> seeds{};
  unsigned line = 0;
};

/// Reads a batch; lines of white space are skipped. A name that is no id of a topic becomes one:
/// in Latin letters and lower case, other bytes as '-', a number behind it where that id is taken.
/// A line that is none, is over 64 MiB, or has the name of another is a diagnostic, and the others
/// are read; `too_large` is one topic too many.
[[nodiscard]] Result<std::vector<BatchTopic>> read_batch(const std::string& path,
                                                         Diagnostics& diagnostics);
[[nodiscard]] Result<std::vector<BatchTopic>> parse_batch(std::istream& lines,
                                                          const std::string& file,
                                                          Diagnostics& diagnostics);
/// Without the check that leaves one seed out.
[[nodiscard]] Result<Derived> derive_one(const BatchTopic& topic, const Background& background,
                                         const AliasTable* aliases);

/// The report as the command line prints it; `explain` adds a line per term.
[[nodiscard]] std::string to_text(const Derived& derived, bool explain);

}  // namespace tocsin::topics
