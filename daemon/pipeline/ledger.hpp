// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "alert/log_reader.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "pipeline/delivery.hpp"
#include "pipeline/examine.hpp"
#include "pipeline/feed_notice.hpp"
#include "pipeline/network_watch.hpp"
#include "pipeline/policy.hpp"
#include "pipeline/story_change.hpp"
#include "store/store.hpp"
#include "story/story_book.hpp"

namespace tocsin::pipeline {

/// The state with its next poll reckoned anew by what was learnt of the document. Pure; the
/// ledger's thread calls it.
using Reschedule = std::function<store::FeedState(store::FeedState state, bool gap_suspected)>;

/// One poll's outcome on its way into the store.
struct PollOutcome {
  FeedInfo feed;
  store::FeedState state;  ///< As the poller would have it: validators, schedule, failures.
  Time fetched;
  std::optional<Examination> examination = {};  ///< Nothing for a 304 or a failed poll.
  std::string unreadable = {};                  ///< The body came and is no feed: why, one line.
  store::FeedState state_if_unreadable = {};    ///< Stored in place of `state` then: a failed poll.
  bool is_delta = false;                        ///< The document holds only what is new.
  Reschedule reschedule = {};                   ///< Empty: the schedule of `state` is stored.
};

/// An item that is new, came near a topic's threshold, and did not fire.
struct NearMiss {
  std::string topic;
  int rule_version = 0;
  double score = 0;
  double threshold = 0;
  std::string why;  ///< What stopped it, one line.
  std::string identity;
  std::string title;
  std::string link;
  std::string feed_key;
};

/// What the commit taught about a feed, for the poller.
struct Learned {
  std::string feed_key;
  bool is_committed = false;    ///< False: nothing was stored; the poll counts as not done.
  std::string error = {};       ///< Why nothing was stored; one line.
  store::FeedState state = {};  ///< As stored.
  int new_items = 0;
  bool gap_suspected = false;  ///< Nothing of the last document is in this one.
  SeenItems seen = {};         ///< Of the document now committed; empty when there was none.
  bool has_document = false;
  bool is_delta = false;  ///< `seen` adds to what was seen before and does not replace it.
  std::vector<NearMiss> near = {};  ///< While somebody asks for them.
};

/// One group commit's results.
struct Recorded {
  std::vector<Learned> learned;           ///< One per outcome, in order.
  std::vector<alert::LogRecord> records;  ///< To be published now, in the order of their seq.
};

/// Decides what is new and what becomes an alert, and writes it: one transaction for feed state,
/// items, matches, stories and alerts of one or several polls, and what operators are told of them.
///
/// Deterministic given the order of its calls and the clock. Thread: the ledger's only; borrows
/// store and clock. A failed transaction leaves nothing behind: story book and network watch
/// are read back from the store.
class Ledger {
 public:
  struct Options {
    PolicyOptions policy;
    DeliveryOptions delivery;
    NoticeOptions notices;
    story::StoryOptions story;
  };

  Ledger(store::Store& store, const Clock& clock, Options options,
         story::InverseDocumentFrequency idf);

  /// Reads the open stories, and whether the network is down, back from the store. Call once before
  /// the first `record`.
  [[nodiscard]] Result<void> start();

  /// Commits the outcomes together. An outcome whose writing fails is left out alone
  /// (`is_committed` false); `no_space` and `system` fail all of them.
  [[nodiscard]] Result<Recorded> record(std::span<const PollOutcome> outcomes);

  /// Splits or merges stories, in a transaction of its own. `not_found` and `invalid_input` say
  /// what is wrong with the order.
  [[nodiscard]] Result<StoryChanged> change(const StoryOrder& order);

  /// Puts a silence in force, in a transaction of its own. `invalid_input` says what is wrong with
  /// it: scope, name, author, reason and an end within a year must be there.
  [[nodiscard]] Result<store::Silence> add_silence(store::Silence silence);

  /// Ends a silence now; what it held is due. `not_found` when it is not in force.
  [[nodiscard]] Result<store::Silence> end_silence(std::int64_t id);

  /// Tells what was held and is due. Cheap when nothing is.
  [[nodiscard]] Result<std::vector<alert::LogRecord>> release();

  /// From the next alert on; what is held keeps its time.
  void use(DeliveryOptions delivery) { options_.delivery = std::move(delivery); }

  [[nodiscard]] std::size_t open_stories() const { return stories_.open_stories(); }

  [[nodiscard]] std::size_t story_items() const { return stories_.remembered_items(); }

 private:
  [[nodiscard]] Result<void> restore_network();
  [[nodiscard]] Result<void> restore_silences();
  /// What was held while the clock was ahead must not wait until it is there again.
  [[nodiscard]] Result<void> mind_the_clock();
  [[nodiscard]] Delivery::Surroundings delivery_of(store::Transaction& transaction) const;

  store::Store& store_;
  const Clock& clock_;
  Options options_;
  story::StoryBook stories_;
  NetworkWatch network_;
  std::optional<Time> last_release_;      ///< Of the clock; none yet, and it looks.
  std::vector<store::Silence> silences_;  ///< In force, or not yet known to have ended.
  bool are_stories_stale_ =
      false;  ///< Memory is ahead of the store; read back before the next use.
};

}  // namespace tocsin::pipeline
