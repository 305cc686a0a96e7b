// SPDX-License-Identifier: Apache-2.0
#include "topics/rule_set.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.hpp"
#include "topics/compiled_topic.hpp"
#include "topics/filter_set.hpp"

namespace tocsin::topics {

/// Phrases lead to postings, postings to topics; a topic none of whose terms occur is never
/// touched.
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
      compiled_.push_back(compile_topic(topic, static_cast<std::uint32_t>(i),
                                        {.phrases = phrases_, .postings = postings_}, tell));
      filters_.add(topic, tell);
    }
    std::string parts;
    for (const Topic& topic : topics_) parts += topic.id + ' ' + topic.digest + '\n';
    constexpr std::size_t digest_digits = 16;
    digest_ = sha256_hex(parts + filters_.digests(), digest_digits);
  }

  /// The verdict of every topic for which `is_candidate(number, most)` holds, `most` being the most
  /// its score can be.
  template <typename IsCandidate>
  std::vector<Match> judge_all(const ItemFields& item, const IsCandidate& is_candidate) const {
    const ScoredText text = scored_text(item);
    std::vector<PhraseHit> places = phrases_.find(text);
    std::stable_sort(places.begin(), places.end(),
                     [](const PhraseHit& a, const PhraseHit& b) { return a.phrase < b.phrase; });
    const std::vector<double> most = most_of_each(places);
    std::vector<SlotHit> hits;
    for (const PhraseHit& place : places) {
      for (const Posting& posting : postings_[place.phrase]) {
        if (!is_candidate(compiled_[posting.topic], most[posting.topic])) continue;
        hits.push_back({.topic = posting.topic, .slot = posting.slot, .place = place});
      }
    }
    std::stable_sort(hits.begin(), hits.end(),
                     [](const SlotHit& a, const SlotHit& b) { return a.topic < b.topic; });
    std::vector<Match> matches;
    for (auto first = hits.begin(); first != hits.end();) {
      const auto last = std::find_if(first, hits.end(),
                                     [&](const SlotHit& hit) { return hit.topic != first->topic; });
      matches.push_back(judge(compiled_[first->topic], {first, last}, text, item));
      first = last;
    }
    filters_.apply(matches, text, item);
    return matches;
  }

  [[nodiscard]] const std::vector<Topic>& topics() const { return topics_; }

  [[nodiscard]] const std::string& digest() const { return digest_; }

 private:
  /// For each topic the sum over the phrases that occur; two names of one alias count twice, which
  /// only makes the bound looser.
  [[nodiscard]] std::vector<double> most_of_each(const std::vector<PhraseHit>& places) const {
    std::vector<double> most(topics_.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (i > 0 && places[i - 1].phrase == places[i].phrase) continue;
      for (const Posting& posting : postings_[places[i].phrase])
        most[posting.topic] += posting.most;
    }
    return most;
  }

  std::vector<Topic> topics_;
  std::vector<CompiledTopic> compiled_;
  PhraseIndex phrases_;
  Postings postings_;  ///< By phrase.
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
  // The bound and the score round differently in their last bits.
  constexpr double slack = 1 - 1e-9;
  std::vector<Match> matches = index_->judge_all(item, [](const CompiledTopic& topic, double most) {
    return most > 0 && most >= topic.topic->threshold * slack &&
           topic.topic->status != Status::retired;
  });
  matches.erase(std::remove_if(matches.begin(), matches.end(),
                               [](const Match& match) { return !match.fired; }),
                matches.end());
  return matches;
}

std::vector<Match> RuleSet::explain(const ItemFields& item) const {
  return index_->judge_all(item, [](const CompiledTopic&, double most) { return most > 0; });
}

const std::vector<Topic>& RuleSet::topics() const {
  return index_->topics();
}

const std::string& RuleSet::digest() const {
  return index_->digest();
}

}  // namespace tocsin::topics
