// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/result.hpp"

namespace tocsin::topics {

struct Topic;

/// Where a piece of evidence stands.
enum class Field : std::uint8_t {
  title,
  summary,
  content,
  author,
  category,
  source,
  language,
  link
};

[[nodiscard]] std::string_view to_string(Field field);

/// What a rule sees of an item: plain, clean UTF-8, borrowed for the call.
struct ItemFields {
  std::string_view title;
  std::string_view summary;
  std::string_view content;
  std::string_view author;
  std::string_view category;
  std::string_view source;
  std::string_view language;
  std::string_view link;
};

/// One matched surface form, bytes [begin, end) of the field.
struct Evidence {
  Field field = Field::title;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::string_view term;    ///< As in the topic file; lives as long as the rule set.
  double contribution = 0;  ///< Its share of the score.
};

/// A filter that silences a topic, and why it holds: an exclusion as written, or "unless" and
/// its condition.
struct Filtered {
  std::string_view filter;  ///< Id; lives as long as the rule set.
  std::string_view title;
  std::string_view reason;
};

/// One topic's verdict on one item.
struct Match {
  const Topic* topic = nullptr;  ///< Lives as long as the rule set.
  double score = 0;
  bool fired = false;  ///< score ≥ threshold, `when` holds, nothing excludes, no filter holds.
  std::vector<Evidence> evidence;        ///< By field, then place.
  std::vector<std::string> missing;      ///< Required groups absent, as written.
  std::vector<std::string> excluded_by;  ///< Exclusions that occurred, as written.
  bool gate_failed = false;              ///< There is a `when` and it does not hold.
  std::vector<Filtered> filtered_by;     ///< Filters without which it would have fired.
  bool is_foreign_language = false;  ///< The item's language is known, by its tag or else by its
                                     ///< words, and not among the topic's.
};

/// All topics, compiled into one immutable index. Thread: any, at once.
class RuleSet {
 public:
  /// Topics with a duplicate id, an empty term or an unknown alias are diagnostics; with any error
  /// among them the result is `invalid_input`.
  [[nodiscard]] static Result<std::shared_ptr<const RuleSet>> compile(std::vector<Topic> topics,
                                                                      Diagnostics& diagnostics);
  RuleSet(const RuleSet&) = delete;
  RuleSet& operator=(const RuleSet&) = delete;
  ~RuleSet();

  /// The topics that fire, with their evidence, in the order of their ids.
  [[nodiscard]] std::vector<Match> match(const ItemFields& item) const;

  /// Every topic with a score above zero or a reason to tell, fired or not, in the order of their
  /// ids.
  [[nodiscard]] std::vector<Match> explain(const ItemFields& item) const;

  [[nodiscard]] const std::vector<Topic>& topics() const;

  /// Digest over all topic files and the filters of topics, for `status` and logs.
  [[nodiscard]] const std::string& digest() const;

 private:
  class Index;
  explicit RuleSet(std::unique_ptr<Index> index);
  std::unique_ptr<Index> index_;
};

}  // namespace tocsin::topics
