// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.hpp"
#include "bus/callbacks.hpp"
#include "pipeline/ledger_thread.hpp"
#include "store/delivery.hpp"

namespace tocsin::app {

/// What the ledger does about a record that a subscriber gives back (NAK, TERM) or has dealt with
/// after all (DONE), and then answers. A record given up becomes a dead letter and, at most once an
/// hour and subscriber, an operator alert `subscriber.dead-letter`.
[[nodiscard]] pipeline::StoreJob verdict_job(bus::Verdict verdict, bus::SettledReply reply,
                                             store::DeliveryOptions options);

/// Takes what is due for a subscriber (DUE), each record counted as delivered once more.
[[nodiscard]] pipeline::StoreJob due_job(bus::DueRequest request, bus::DueReply reply,
                                         store::DeliveryOptions options);

/// Tells operators that a subscriber halted (`subscriber.halted`), or that it is back
/// (`subscriber.back`).
[[nodiscard]] pipeline::StoreJob halt_job(const bus::SubscriberStatus& status);

/// What an operator wants done with one dead letter.
struct LetterOrder {
  enum class Kind { requeue, drop };

  Kind kind = Kind::requeue;
  std::string subscriber;
  std::uint64_t seq = 0;
};

/// `{"do":"requeue","subscriber":"mail","seq":7}`, as ADMIN brings it. `invalid_input` otherwise.
[[nodiscard]] Result<LetterOrder> read_letter_order(const std::string& json);
[[nodiscard]] std::string to_json(const LetterOrder& order);

[[nodiscard]] Result<void> carry_out(const LetterOrder& order, store::Transaction& transaction,
                                     Time now);

}  // namespace tocsin::app
