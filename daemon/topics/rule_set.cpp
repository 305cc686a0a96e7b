// SPDX-License-Identifier: Apache-2.0
#include "topics/rule_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/digest.hpp"
#include "topics/compiled_topic.hpp"
#include "topics/filter_set.hpp"
#include "topics/occurrences.hpp"
#include "topics/phrase_index.hpp"
#include "topics/scored_text.hpp"
#include "topics/tally.hpp"

namespace tocsin::topics {

namespace {

/// One item as topics with the same stemmer see it.
struct Sight {
  ScoredText text;
  Occurrences occurrences;
};

/// What matching needs beside the rules. Each thread has its own, and uses it item after item.
struct Desk {
  std::vector<Sight> sights;  ///< By tongue.
  Tally tally;
  ItemLanguage language;
};

template <typename Element>
void prefetch_all(std::span<const Element> elements) {
  constexpr std::size_t line = 64 / sizeof(Element);
  constexpr std::size_t most_lines = 4;  // what exceeds them follows by itself
  for (std::size_t i = 0; i < std::min(elements.size(), most_lines * line); i += line)
    __builtin_prefetch(&elements[i]);
}

Desk& desk() {
  thread_local Desk mine;
  return mine;
}

/// The phrases and terms of all topics with one stemmer. Without one for most; a topic that has one
/// costs the others nothing, as its words stand in another index.
struct Tongue {
  std::string stemmer;
  PhraseIndex phrases;
  TermIndex terms;
  FormulaGroups groups;
};

}  // namespace

/// Words lead to phrases, phrases to topics, and only topics whose terms come to their threshold
/// are judged; one none of whose terms occur is never touched.
class RuleSet::Index {
 public:
  explicit Index(std::vector<Topic> topics) : topics_{std::move(topics)} {
    std::stable_sort(topics_.begin(), topics_.end(),
                     [](const Topic& a, const Topic& b) { return a.id < b.id; });
  }

  void compile(Diagnostics& diagnostics) {
    compiled_.reserve(topics_.size());
    for (std::size_t i = 0; i < topics_.size(); ++i) {
      const Topic& topic = topics_[i];
      const auto tell = [&](const std::string& message) {
        diagnostics.push_back(
            {.file = topic.file, .message = fmt::format("topic '{}': {}", topic.id, message)});
      };
      if (i > 0 && topics_[i - 1].id == topic.id) {
        tell(fmt::format("the id is also that of {}", topics_[i - 1].file));
      }
      const std::size_t number = tongue_of(topic.stem);
      Tongue& tongue = tongues_[number];
      compiled_.push_back(compile_topic(
          topic, static_cast<std::uint32_t>(i),
          {.phrases = tongue.phrases, .terms = tongue.terms, .group = tongue.groups.join(topic)},
          tell));
      compiled_.back().tongue = number;
      filters_.add(topic, tell);
    }
    for (Tongue& tongue : tongues_) {
      tongue.phrases.finish(tongue.stemmer.empty() ? WordForm::written : WordForm::stem);
      tongue.terms.finish(tongue.phrases.size(), tongue.groups.size());
    }
    std::string parts;
    for (const Topic& topic : topics_) parts += topic.id + ' ' + topic.digest + '\n';
    constexpr std::size_t digest_digits = 16;
    digest_ = sha256_hex(parts + filters_.digests(), digest_digits);
  }

  [[nodiscard]] std::vector<Match> match(const ItemFields& item) const {
    Desk& at = read(item);
    for (std::size_t i = 0; i < tongues_.size(); ++i) {
      const Sight& sight = at.sights[i];
      const Tongue& tongue = tongues_[i];
      tongue.terms.count(sight.occurrences, tongue.groups, sight.text.length, at.tally);
    }
    std::vector<Match> matches;
    for (std::span<const std::uint32_t> full = at.tally.topics(); !full.empty();) {
      constexpr std::size_t at_once = 8;
      const auto next = full.first(std::min(full.size(), at_once));
      full = full.subspan(next.size());
      prefetch(next);
      for (const std::uint32_t topic : next) {
        auto match = judge_firing(compiled_[topic], reading(topic, item, at));
        if (match) matches.push_back(std::move(*match));
      }
    }
    filters_.apply(matches, at.sights[0].text, item);
    std::erase_if(matches, [](const Match& match) { return !match.fired; });
    return matches;
  }

  [[nodiscard]] std::vector<Match> explain(const ItemFields& item) const {
    Desk& at = read(item);
    for (std::size_t i = 0; i < tongues_.size(); ++i)
      tongues_[i].terms.touch(at.sights[i].occurrences, at.tally);
    std::vector<Match> matches;
    for (const std::uint32_t topic : at.tally.topics())
      matches.push_back(judge(compiled_[topic], reading(topic, item, at)));
    filters_.apply(matches, at.sights[0].text, item);
    return matches;
  }

  [[nodiscard]] const std::vector<Topic>& topics() const { return topics_; }

  [[nodiscard]] const std::string& digest() const { return digest_; }

 private:
  std::size_t tongue_of(const std::string& stemmer) {
    const auto known = std::find_if(tongues_.begin(), tongues_.end(), [&](const Tongue& tongue) {
      return tongue.stemmer == stemmer;
    });
    if (known != tongues_.end()) return static_cast<std::size_t>(known - tongues_.begin());
    tongues_.emplace_back().stemmer = stemmer;
    return tongues_.size() - 1;
  }

  [[nodiscard]] Desk& read(const ItemFields& item) const {
    Desk& at = desk();
    if (at.sights.size() < tongues_.size()) at.sights.resize(tongues_.size());
    read_scored_text(item, at.sights[0].text);
    for (std::size_t i = 0; i < tongues_.size(); ++i) {
      Sight& sight = at.sights[i];
      if (i > 0) {
        sight.text = at.sights[0].text;
        add_stems(sight.text, tongues_[i].stemmer);
      }
      tongues_[i].phrases.find(sight.text, sight.occurrences);
    }
    at.tally.start(topics_.size());
    at.language.start();
    return at;
  }

  /// Starts to load what judging some topics will look at.
  void prefetch(std::span<const std::uint32_t> topics) const {
    for (const std::uint32_t topic : topics) {
      __builtin_prefetch(&compiled_[topic]);
      __builtin_prefetch(&compiled_[topic].threshold);
    }
    for (const std::uint32_t topic : topics) {
      const CompiledTopic& compiled = compiled_[topic];
      prefetch_all(std::span{compiled.slots});
      prefetch_all(std::span{compiled.phrases});
      __builtin_prefetch(compiled.weights.data());
    }
  }

  [[nodiscard]] Reading reading(std::uint32_t topic, const ItemFields& item, Desk& at) const {
    const Sight& sight = at.sights[compiled_[topic].tongue];
    return {item, sight.text, sight.occurrences, at.language};
  }

  std::vector<Topic> topics_;
  std::vector<CompiledTopic> compiled_;
  std::vector<Tongue> tongues_ = std::vector<Tongue>(1);  ///< The first has no stemmer.
  FilterSet filters_;
  std::string digest_;
};

RuleSet::RuleSet(std::unique_ptr<Index> index) : index_{std::move(index)} {}

RuleSet::~RuleSet() = default;

Result<std::shared_ptr<const RuleSet>> RuleSet::compile(std::vector<Topic> topics,
                                                        Diagnostics& diagnostics) {
  Diagnostics found;
  auto index = std::make_unique<Index>(std::move(topics));
  index->compile(found);
  diagnostics.insert(diagnostics.end(), found.begin(), found.end());
  if (has_errors(found)) {
    return fail(Errc::invalid_input, fmt::format("{} mistake{} in the topics", found.size(),
                                                 found.size() == 1 ? "" : "s"));
  }
  return std::shared_ptr<const RuleSet>(new RuleSet(std::move(index)));
}

std::vector<Match> RuleSet::match(const ItemFields& item) const {
  return index_->match(item);
}

std::vector<Match> RuleSet::explain(const ItemFields& item) const {
  return index_->explain(item);
}

const std::vector<Topic>& RuleSet::topics() const {
  return index_->topics();
}

const std::string& RuleSet::digest() const {
  return index_->digest();
}

}  // namespace tocsin::topics
