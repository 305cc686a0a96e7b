// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alert/log_reader.hpp"
#include "base/result.hpp"
#include "bus/callbacks.hpp"
#include "pipeline/ledger_thread.hpp"
#include "store/delivery.hpp"

namespace tocsin::app {

/// What the ledger does about a record that a subscriber gives back (NAK, TERM) or has dealt with
/// after all (DONE), and then answers. A record given up becomes a dead letter. Operators are told
/// of the first, of further ones at most once an hour and subscriber, and when none is left
/// (`subscriber.dead-letter`).
[[nodiscard]] pipeline::StoreJob verdict_job(bus::Verdict verdict, bus::SettledReply reply,
                                             store::DeliveryOptions options);

/// Takes what is due for a subscriber (DUE), each record counted as delivered once more.
[[nodiscard]] pipeline::StoreJob due_job(bus::DueRequest request, bus::DueReply reply,
                                         store::DeliveryOptions options);

/// Tells operators that a subscriber halted (`subscriber.halted`), or that it is back
/// (`subscriber.back`).
[[nodiscard]] pipeline::StoreJob halt_job(const bus::SubscriberStatus& status);

/// The name of the ADMIN verb that forgets a subscriber.
constexpr std::string_view forget_subscriber_verb = "subscriber-forget";

/// {"subscriber": "mail"}, as ADMIN brings it. `invalid_input` otherwise.
[[nodiscard]] Result<std::string> read_forgetting(const std::string& json);

/// Forgets a subscriber and tells operators (`subscriber.forgotten`); the alerts to be published.
[[nodiscard]] Result<std::vector<alert::LogRecord>> forget(store::Transaction& transaction,
                                                           const std::string& name, Time now,
                                                           store::Forgotten& forgotten);

/// {"subscriber", "acknowledged", "parked", "dead_letters"}
[[nodiscard]] std::string forgotten_json(const std::string& name,
                                         const store::Forgotten& forgotten);

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

/// The alerts to be published: that none is left is told.
[[nodiscard]] Result<std::vector<alert::LogRecord>> carry_out(const LetterOrder& order,
                                                              store::Transaction& transaction,
                                                              Time now);

}  // namespace tocsin::app
