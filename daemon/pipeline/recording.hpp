// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "alert/log_reader.hpp"
#include "base/result.hpp"
#include "pipeline/alert_builder.hpp"
#include "pipeline/delivery.hpp"
#include "pipeline/ledger.hpp"
#include "pipeline/network_watch.hpp"
#include "pipeline/story_keeper.hpp"
#include "store/store.hpp"
#include "story/story_book.hpp"

namespace tocsin::pipeline {

/// Writes one poll's outcome into an open transaction: the ledger's working part.
///
/// Lives for one outcome; borrows everything. A failure leaves the transaction to be rolled back,
/// whole or to the savepoint before it, and story book and network watch ahead of the store.
class Recording {
 public:
  struct Surroundings {
    store::Store& store;
    store::Transaction& transaction;
    story::StoryBook& stories;
    NetworkWatch& network;
    const PolicyOptions& policy;
    const NoticeOptions& notices;
    const DeliveryOptions& delivery;
    const std::vector<store::Silence>& silences;
    Time now;
  };

  Recording(const Surroundings& surroundings, const PollOutcome& outcome);

  [[nodiscard]] Result<Learned> write();

  /// The alerts written, in order.
  [[nodiscard]] std::vector<alert::LogRecord> take_records() { return std::move(records_); }

 private:
  enum class Novelty : std::uint8_t { known, fresh, changed };

  /// How a story and topic stand before an alert.
  struct Standing {
    std::optional<store::StoryTopicRow> before;  ///< What was sent; nothing yet when empty.
    std::optional<Correlated> correlated;

    [[nodiscard]] bool is_met() const { return correlated && correlated->is_met; }
  };

  /// The feed as stored; all default for one that is new, or listed with another URL.
  [[nodiscard]] Result<store::FeedState> stored_state();
  [[nodiscard]] Result<void> write_items();
  void learn_from_document(Learned& learned);
  [[nodiscard]] Result<void> write_item(const ExaminedItem& item);
  [[nodiscard]] Result<Novelty> store_row(const ExaminedItem& item, store::ItemRow& row);
  [[nodiscard]] Result<Novelty> store_fresh(const ExaminedItem& item, store::ItemRow& row);
  [[nodiscard]] Result<Novelty> store_changed(const store::KnownItem& known, store::ItemRow& row);
  [[nodiscard]] Result<bool> is_listed_under_another_guid(const ExaminedItem& item);
  [[nodiscard]] Result<void> write_matches(const ExaminedItem& item, const store::ItemRow& row);
  [[nodiscard]] Result<void> write_match(const topics::Match& match, const store::ItemRow& row,
                                         const StoryPlace* place);

  /// An alert on its way out of policy.
  struct Candidate {
    const topics::Match& match;
    const store::ItemRow& row;
    const StoryPlace& place;
    const Standing& standing;
    AlertRevision revision;
  };

  [[nodiscard]] static AlertRevision revision_of(const topics::Topic& topic,
                                                 const Standing& standing);
  /// Sends it or holds it; what has become of it.
  [[nodiscard]] Result<Outcome> deliver(const Candidate& candidate, Outcome outcome);
  [[nodiscard]] Result<Outcome> hold(const Candidate& candidate, const Hold& hold);
  [[nodiscard]] Result<Outcome> send(const Candidate& candidate, Outcome outcome);

  void count(const std::string& topic, const std::string& name) { ++counts_[{topic, name}]; }

  [[nodiscard]] std::int64_t counted(const std::string& name) { return counts_[{"", name}]; }

  [[nodiscard]] Result<void> tell_operators(const store::FeedState& before, Learned& learned);
  [[nodiscard]] Result<void> append_notice(const Notice& notice, const FeedInfo* feed);
  [[nodiscard]] Result<void> write_counts();

  const Surroundings& with_;
  const PollOutcome& outcome_;
  StoryKeeper keeper_;
  Delivery delivery_;
  std::vector<alert::LogRecord> records_;
  std::vector<Time> fresh_dates_;  ///< Of the items that are new.
  std::vector<std::string> seen_;  ///< Identities the document lists.
  /// By topic and the names that `audit` balances.
  std::map<std::pair<std::string, std::string>, std::int64_t> counts_;
  std::vector<NearMiss> near_;
};

}  // namespace tocsin::pipeline
