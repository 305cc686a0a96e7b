// SPDX-License-Identifier: Apache-2.0
#include "outbound/verdict.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <variant>

namespace tocsin::outbound {
namespace {

using plugin::Drop;
using plugin::Halt;
using plugin::Ok;
using plugin::Outcome;
using plugin::Retry;

Outcome answered(long status, const std::string& body = {}, const plugin::Delivery& delivery = {}) {
  return outcome_of(Reply{.status = status, .body = body}, "desk.example", delivery);
}

bool holds_up(const Outcome& outcome) {
  const auto* const retry = std::get_if<Retry>(&outcome);
  return retry != nullptr && retry->holds_up;
}

TEST(Verdict, TakesNothingButASuccessForOne) {
  EXPECT_TRUE(std::holds_alternative<Ok>(answered(200)));
  EXPECT_TRUE(std::holds_alternative<Ok>(answered(204)));
  for (const long status : {0L, 100L, 199L, 300L, 304L, 404L, 500L, 999L}) {
    EXPECT_FALSE(std::holds_alternative<Ok>(answered(status))) << status;
  }
}

TEST(Verdict, HoldsEverythingWhileTheTargetAsksForPatience) {
  for (const long status : {301L, 308L, 408L, 425L, 429L, 503L}) {
    EXPECT_TRUE(holds_up(answered(status, "", {.attempt = 1000}))) << status;
  }
  const auto down = fail(Errc::unreachable, "desk.example: connection refused");
  EXPECT_TRUE(holds_up(outcome_of(down, "desk.example", {.attempt = 1000})));
}

TEST(Verdict, LetsOthersPassAnAlertThatHadItsChances) {
  EXPECT_TRUE(holds_up(answered(500, "", {.attempt = patient_tries - 1})));
  const Outcome last = answered(500, "", {.attempt = patient_tries});
  EXPECT_TRUE(std::holds_alternative<Retry>(last));
  EXPECT_FALSE(holds_up(last));
  EXPECT_FALSE(holds_up(answered(500, "", {.attempt = 2, .is_redelivery = true})));
  const auto slow = fail(Errc::timed_out, "desk.example: no answer within 10s");
  EXPECT_TRUE(holds_up(outcome_of(slow, "desk.example", {.attempt = 1})));
  EXPECT_FALSE(holds_up(outcome_of(slow, "desk.example", {.attempt = patient_tries})));
}

TEST(Verdict, GivesUpWhatTheTargetRefuses) {
  for (const long status : {400L, 401L, 403L, 404L, 413L, 422L, 499L}) {
    EXPECT_TRUE(std::holds_alternative<Drop>(answered(status))) << status;
  }
}

TEST(Verdict, EndsForGoodWhenTheTargetIsGone) {
  const Outcome gone = answered(410);
  const auto* const halt = std::get_if<Halt>(&gone);
  ASSERT_NE(halt, nullptr);
  EXPECT_TRUE(halt->is_final);
  EXPECT_EQ(halt->reason, "desk.example: answered 410: it wants no more alerts");
}

TEST(Verdict, WaitsAsLongAsTheTargetWishes) {
  const Outcome outcome =
      outcome_of(Reply{.status = 429, .retry_after = std::chrono::seconds{7}}, "desk.example", {});
  EXPECT_EQ(std::get<Retry>(outcome).after, std::chrono::seconds{7});
  EXPECT_TRUE(std::get<Retry>(outcome).is_exact);
}

TEST(Verdict, LeavesThePausesToTheLibraryWhereTheTargetSaysNothing) {
  for (const auto wish : {std::optional<std::chrono::seconds>{}, {std::chrono::seconds{0}}}) {
    const Outcome outcome =
        outcome_of(Reply{.status = 429, .retry_after = wish}, "desk.example", {});
    EXPECT_EQ(std::get<Retry>(outcome).after, std::chrono::seconds{0});
    EXPECT_FALSE(std::get<Retry>(outcome).is_exact);
  }
}

TEST(Verdict, ShowsOfABodyOnlyAShortPlainLine) {
  EXPECT_EQ(shown({.status = 400, .body = "invalid_payload\r\n"}),
            "answered 400 (invalid_payload)");
  for (const std::string body : {"", "<b>no</b>", "two\nlines", "esc\x1b[2J", "{\"a\":1}"}) {
    EXPECT_EQ(shown({.status = 400, .body = body}), "answered 400") << body;
  }
  EXPECT_EQ(shown({.status = 400, .body = std::string(81, 'x')}), "answered 400");
}

}  // namespace
}  // namespace tocsin::outbound
