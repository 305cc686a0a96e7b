// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin::topics {

/// experimental: published under lab/ · stable · retired: compiled, never fires.
enum class Status : std::uint8_t { experimental, stable, retired };

[[nodiscard]] std::string_view to_string(Status status);

/// One name of a concept, or one term: "=IS" is exact case, "fighter*" a prefix, several words a
/// phrase.
struct Surface {
  std::string text;
  bool is_exact_case = false;
  bool is_prefix = false;
};

/// Names of concepts, in file order, each with the surfaces it stands for.
using Aliases = std::vector<std::pair<std::string, std::vector<std::string>>>;

struct Term {
  std::string text;  ///< As written: "@islamic-state", "foreign fighters", "return*", "=IS".
  double weight = 0;
  std::string provenance;  ///< The comment behind it in a derived file; may be empty.
};

/// At least one of `any` must occur, or the score is multiplied by `otherwise` (0 = dropped).
struct RequiredGroup {
  std::vector<std::string> any;
  double otherwise = 0;
};

/// Where a derived topic comes from.
struct Derivation {
  std::string from;
  std::string
      digest;  ///< Of everything that went in: seeds, manifest entry, background, alias table.
  int algorithm = 0;
  std::string name = {};  ///< What its batch calls it, where that is not its id.
};

/// `[correlation]`: what the items of one story must gather before something is made of it.
struct Correlation {
  int independent_sources = 0;  ///< At least so many, 2 or more; wire copy counts as one source.
  std::chrono::milliseconds within{};  ///< The longest time from the first of them to the last.
  bool raises_severity = false;        ///< From then on alerts rank one severity higher.
};

struct InlineTest {
  std::string name;
  std::string title;
  std::string text;
  bool expect_alert = true;
  std::vector<std::string> expect_evidence;
  unsigned line = 0;
};

struct Filter;

/// One topic file, read and checked. Vocabulary and defaults: docs/reference/topics.md.
struct Topic {
  std::string id;
  std::string title;
  int version = 1;
  Status status = Status::experimental;
  int severity = 5;
  std::vector<std::string> languages;
  std::vector<std::string> medtop;
  double threshold = 0;
  double average_length =
      0;                    ///< avglen of the scoring formula, in words; 0 = length does not count.
  double saturation = 1.2;  ///< k₁ of the scoring formula: how much a repetition adds.
  std::optional<Derivation> derived;
  Aliases aliases;
  std::vector<Term> terms;  ///< In file order.
  std::vector<RequiredGroup> require;
  std::vector<std::string> exclude;
  std::string when;  ///< Empty = no gate.
  std::optional<Correlation> correlation;
  std::vector<InlineTest> tests;
  std::vector<std::shared_ptr<const Filter>> filters;  ///< Those that select it, by id.
  std::string file;                                    ///< Name for messages.
  std::string digest;  ///< Of the file's bytes, 16 hexadecimal digits.
};

}  // namespace tocsin::topics
