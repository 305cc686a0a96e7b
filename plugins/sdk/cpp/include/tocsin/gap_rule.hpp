// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace tocsin::plugin {

/// One record as it arrives, live or fetched.
struct Frame {
  std::string topic = {};
  std::uint64_t seq = 0;
  std::uint64_t prev = 0;  ///< The seq before it on the same topic frame.
  std::string payload = {};
  bool is_live = false;
  unsigned attempt = 1;        ///< Deliveries, this one included.
  bool is_redelivery = false;  ///< Was given back before, and lies behind the cursor.
  bool is_summary = false;     ///< Made here, of what was held; the log has no such record.
};

/// Which records a reader takes, and what it must ask the daemon for, so that nothing is missed and
/// nothing taken twice however many live frames are lost (docs/reference/wire.md, "The gap rule").
///
/// Pure: frames and answers go in, frames to handle and requests to send come out. The cursor is
/// the seq up to which everything that matches the filters was taken; only the daemon's answers
/// move it, never a live frame, since a live frame on one topic says nothing of a hole on another.
class GapRule {
 public:
  /// FETCH {after}.
  struct Fetch {
    std::uint64_t after = 0;
  };

  /// CHECK {after, upto, count}: did the reader take all of (after, upto]?
  struct Check {
    std::uint64_t after = 0;
    std::uint64_t upto = 0;
    std::uint64_t count = 0;
  };

  using Ask = std::variant<Fetch, Check>;

  /// Live frames over `buffer_limit` that come during a FETCH are let go: they are found again.
  explicit GapRule(std::uint64_t cursor, std::size_t buffer_limit = 1000)
      : cursor_{cursor},
        buffer_limit_{buffer_limit} {}

  /// A live frame. What comes back is to be handled now.
  [[nodiscard]] std::optional<Frame> live(Frame frame);

  /// `~head/`: the log reaches to `seq`.
  void head(std::uint64_t seq);

  /// The request to send now, if one is due and none is under way.
  [[nodiscard]] std::optional<Ask> next_ask();

  /// All of one FETCH: its records, and END. What comes back is to be handled now, in that order.
  [[nodiscard]] std::vector<Frame> fetched(std::vector<Frame> records, std::uint64_t scanned_to,
                                           bool has_more);

  /// CHECKED.
  void checked(std::uint64_t upto, bool is_equal);

  /// GAP: the log begins at `floor` now. Goes on from there.
  void gap(std::uint64_t floor);

  /// The request under way gets no answer: it is due again.
  void ask_failed();

  /// The CHECK with which a reader that stops learns how far it may acknowledge, at most up to
  /// `limit`. Nothing when that would move nothing.
  [[nodiscard]] std::optional<Check> last_check(std::uint64_t limit);

  /// Everything up to here that matches was taken: what ACK may carry.
  [[nodiscard]] std::uint64_t cursor() const { return cursor_; }

  [[nodiscard]] bool is_asking() const { return under_way_.has_value(); }

 private:
  [[nodiscard]] bool is_hole(const Frame& frame) const;
  [[nodiscard]] std::uint64_t last_on(const std::string& topic) const;
  void move_to(std::uint64_t cursor);
  void take(const Frame& frame);

  std::uint64_t cursor_;
  std::size_t buffer_limit_;
  std::map<std::string, std::uint64_t> last_;  ///< By topic: the last one taken beyond the cursor.
  std::set<std::uint64_t> taken_;              ///< Beyond the cursor.
  std::vector<Frame> waiting_;                 ///< Live frames that came while a FETCH is due.
  std::optional<std::uint64_t> head_;          ///< Of a `~head/` not yet looked into.
  bool must_fetch_ = false;
  std::optional<Ask> under_way_;
};

}  // namespace tocsin::plugin
