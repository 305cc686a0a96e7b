// SPDX-License-Identifier: Apache-2.0
#include "poll/outcome.hpp"

#include <gtest/gtest.h>

#include "base/time_format.hpp"

namespace tocsin::poll {
namespace {

using namespace std::chrono_literals;
using store::FeedState;

const Time noon = from_rfc3339("2024-05-01T12:00:00Z").value();

FeedSpec ecb() {
  FeedSpec spec;
  spec.key = "ecb";
  spec.url = "https://ecb.example/feed";
  return spec;
}

http::Response reply(long status) {
  http::Response response;
  response.status = status;
  response.final_url = "https://ecb.example/feed";
  return response;
}

FeedState known() {
  FeedState state;
  state.key = "ecb";
  state.etag = "\"old\"";
  state.last_modified = "then";
  state.last_full_fetch = noon - 1h;
  state.interval = 10min;
  return state;
}

FeedState after(const FeedState& before, const Result<http::Response>& outcome, Time now = noon,
                bool was_conditional = true) {
  const PollOptions options;
  return after_poll(before, ecb(), outcome,
                    {.options = options, .now = now, .was_conditional = was_conditional});
}

FeedSpec ecb_with(FeedOptions options) {
  FeedSpec spec = ecb();
  spec.options = std::make_shared<const FeedOptions>(std::move(options));
  return spec;
}

http::Request next_request(const FeedState& state, const FeedSpec& spec = ecb()) {
  return request_for(spec, state, PollOptions{}, noon);
}

TEST(PollRequest, CarriesBothValidatorsOfTheLastFetch) {
  const auto request = next_request(known());
  EXPECT_EQ(request.etag, "\"old\"");
  EXPECT_EQ(request.last_modified, "then");
}

TEST(PollRequest, IsUnconditionalOnceADay) {
  auto state = known();
  state.last_full_fetch = noon - 24h;
  EXPECT_EQ(next_request(state).etag, "");
  EXPECT_EQ(next_request(state).last_modified, "");
}

TEST(PollRequest, GoesToTheListedUrlUntilTheFeedHasMoved) {
  auto state = known();
  EXPECT_EQ(next_request(state).url, "https://ecb.example/feed");
  state.current_url = "https://new.example/feed";
  EXPECT_EQ(next_request(state).url, "https://new.example/feed");
}

std::string url_after_move(const std::string& current_url) {
  auto spec = ecb();
  spec.url = "https://ann:pw@ecb.example/feed";
  auto state = known();
  state.current_url = current_url;
  return next_request(state, spec).url;
}

TEST(PollRequest, KeepsTheListedUserOnlyWhileThePartyStaysTheSame) {
  EXPECT_EQ(url_after_move("https://ecb.example/new"), "https://ann:pw@ecb.example/new");
  for (const std::string other : {"https://evil.example/new", "https://ecb.example:8443/new",
                                  "http://ecb.example/new", "http://ecb.example:443/new"}) {
    EXPECT_EQ(url_after_move(other), other);
  }
}

TEST(PollRequest, KeepsTheListedUserWhenThePartyTurnsToTls) {
  auto spec = ecb();
  spec.url = "http://ann:pw@ecb.example/feed";
  auto state = known();
  state.current_url = "https://ecb.example/feed";
  EXPECT_EQ(next_request(state, spec).url, "https://ann:pw@ecb.example/feed");
}

TEST(PollRequest, KeepsTheCredentialOnlyWhileThePartyStaysTheSame) {
  FeedOptions options;
  options.credential.bearer = "secret";
  options.headers = {{"X-Key", "k"}};
  const auto spec = ecb_with(options);
  auto state = known();
  state.current_url = "https://ecb.example/new";
  EXPECT_EQ(next_request(state, spec).credential.bearer, "secret");
  for (const std::string other :
       {"https://evil.example/new", "https://ecb.example:8443/new", "http://ecb.example/new"}) {
    state.current_url = other;
    EXPECT_FALSE(next_request(state, spec).credential.is_set()) << other;
  }
}

TEST(PollRequest, FollowsAsManyRedirectsAsTheSettingsAllow) {
  PollOptions options;
  options.max_redirects = 2;
  EXPECT_EQ(request_for(ecb(), known(), options, noon).max_redirects, 2);
}

TEST(PollRequest, TreatsTheOperatorsHeadersAsSecret) {
  FeedOptions options;
  options.headers = {{"X-Key", "k"}};
  options.user_agent = "mine";
  const auto request = next_request(known(), ecb_with(options));
  ASSERT_EQ(request.credential.headers.size(), 1U);
  EXPECT_EQ(request.user_agent, "mine");
}

TEST(PollRequest, GoesTheRouteThatTheOperatorGave) {
  FeedOptions options;
  options.route.proxy = "http://proxy.example:3128";
  EXPECT_EQ(next_request(known(), ecb_with(options)).route.proxy, "http://proxy.example:3128");
}

TEST(PollRequest, ShowsTheCertificateOnlyWhileThePartyStaysTheSame) {
  FeedOptions options;
  options.route.certificate_file = "/c.pem";
  options.route.key_file = "/k.pem";
  auto state = known();
  EXPECT_EQ(next_request(state, ecb_with(options)).route.key_file, "/k.pem");
  state.current_url = "https://evil.example/new";
  EXPECT_FALSE(next_request(state, ecb_with(options)).route.shows_certificate());
  EXPECT_EQ(next_request(state, ecb_with(options)).route.key_file, "");
}

TEST(PollRequest, IsUnconditionalWhenTheLastFullFetchIsYetToCome) {
  auto state = known();
  state.last_full_fetch = noon + 24h * 365;
  EXPECT_EQ(next_request(state).etag, "") << "the clock was wrong, and the day may never pass";
}

TEST(AfterPoll, SaysWhichListedUrlTheStateIsOf) {
  EXPECT_EQ(after(known(), reply(200)).listed_url, ecb().url);
  EXPECT_EQ(after(known(), reply(404)).listed_url, ecb().url);
}

TEST(AfterPoll, TakesTheValidatorsOfAFullReplyAsOnePair) {
  auto response = reply(200);
  response.etag = "\"new\"";
  const auto state = after(known(), response);
  EXPECT_EQ(state.etag, "\"new\"");
  EXPECT_EQ(state.last_modified, "") << "the old date does not belong to the new tag";
  EXPECT_EQ(state.last_full_fetch, noon);
  EXPECT_EQ(state.last_success, noon);
  EXPECT_EQ(state.polls, 1);
}

TEST(AfterPoll, TakesANewTagAlsoFromNotModified) {
  auto response = reply(304);
  response.etag = "\"new\"";
  const auto state = after(known(), response);
  EXPECT_EQ(state.etag, "\"new\"");
  EXPECT_EQ(state.last_modified, "then");
  EXPECT_EQ(state.last_full_fetch, noon - 1h);
}

TEST(AfterPoll, ComesBackAfterTheFeedsIntervalWithJitter) {
  const auto state = after(known(), reply(200));
  ASSERT_TRUE(state.next_poll.has_value());
  EXPECT_GE(*state.next_poll, noon + 10min);
  EXPECT_LE(*state.next_poll, noon + 11min);
}

TEST(AfterPoll, ForgetsEarlierFailuresOnceTheFeedAnswers) {
  auto before = known();
  before.failures = 4;
  before.last_error = "no";
  const auto state = after(before, reply(304));
  EXPECT_EQ(state.failures, 0);
  EXPECT_EQ(state.last_error, "");
}

TEST(AfterPoll, CountsAFailureAndKeepsTheValidators) {
  const auto state = after(known(), fail(Errc::unreachable, "host 'x': gone"));
  EXPECT_EQ(state.failures, 1);
  EXPECT_EQ(state.last_error, "host 'x': gone");
  EXPECT_EQ(state.etag, "\"old\"");
  EXPECT_EQ(state.last_success, std::nullopt);
}

TEST(AfterPoll, CountsAnErrorStatusAsAFailure) {
  const auto state = after(known(), reply(500));
  EXPECT_EQ(state.failures, 1);
  EXPECT_EQ(state.last_error, "host 'ecb.example': answered with status 500");
}

TEST(AfterPoll, CountsNotModifiedAsAFailureWhenNobodyAskedForIt) {
  EXPECT_EQ(after(known(), reply(304), noon, false).failures, 1);
}

TEST(AfterPoll, WaitsTwiceAsLongAfterEachFailure) {
  auto before = known();
  before.failures = 2;
  const auto state = after(before, reply(404));
  EXPECT_GE(*state.next_poll, noon + 40min);
  EXPECT_LE(*state.next_poll, noon + 44min);
}

TEST(AfterPoll, WaitsAsLongAsRetryAfterSays) {
  auto response = reply(503);
  response.retry_after = 3h;
  const auto state = after(known(), response);
  EXPECT_GE(*state.next_poll, noon + 3h);
  EXPECT_LE(*state.next_poll, noon + 3h + 18min);
}

TEST(AfterPoll, IsNoSoonerForAShortRetryAfterThanForAFeedThatIsWell) {
  auto response = reply(503);
  response.retry_after = 1s;
  auto before = known();
  before.failures = 12;
  EXPECT_GE(*after(before, response).next_poll, noon + 10min);
  EXPECT_LE(*after(before, response).next_poll, noon + 11min) << "the server's word, no back-off";
}

TEST(AfterPoll, KeepsTheOperatorsIntervalWhateverRetryAfterSays) {
  const auto spec = ecb_with({.interval = Seconds{6h}});
  const PollOptions options;
  for (const long code : {429, 503}) {
    auto response = reply(code);
    response.retry_after = 1s;
    const auto state = after_poll(known(), spec, response, {.options = options, .now = noon});
    EXPECT_GE(*state.next_poll, noon + 6h) << code;
  }
}

TEST(AfterPoll, BacksOffFromOtherFailuresWhateverRetryAfterSays) {
  auto before = known();
  before.failures = 2;
  for (const long code : {404, 500, 502}) {
    auto response = reply(code);
    response.retry_after = 1s;
    EXPECT_GE(*after(before, response).next_poll, noon + 40min) << code;
    response.retry_after = 48h;
    EXPECT_LE(*after(before, response).next_poll, noon + 44min) << code;
  }
}

TEST(AfterPoll, StopsAFeedThatIsGone) {
  const auto state = after(known(), reply(410));
  EXPECT_EQ(state.disabled_at, noon);
  EXPECT_EQ(state.disabled_reason, "410 Gone");
  EXPECT_EQ(state.next_poll, std::nullopt);
}

TEST(AfterPoll, TakesAStoppedFeedUpAgainWhenItAnswers) {
  auto before = known();
  before.disabled_at = noon - 1h;
  before.disabled_reason = "410 Gone";
  const auto state = after(before, reply(200));
  EXPECT_EQ(state.disabled_at, std::nullopt);
  EXPECT_EQ(state.disabled_reason, "");
}

http::Response moved_reply(long status = 301) {
  auto response = reply(200);
  response.redirects = {
      {.status = status, .from = "https://ecb.example/feed", .to = "https://new.example/f"}};
  return response;
}

TEST(AfterPoll, RemembersWhenAPermanentRedirectWasFirstSeen) {
  const auto state = after(known(), moved_reply());
  EXPECT_EQ(state.current_url, "");
  EXPECT_EQ(state.moved_to, "https://new.example/f");
  EXPECT_EQ(state.moved_since, noon);
}

TEST(AfterPoll, MovesTheFeedAfterThreeDaysOfTheSameRedirect) {
  const auto early = after(after(known(), moved_reply()), moved_reply(), noon + 71h);
  EXPECT_EQ(early.current_url, "");
  const auto late = after(early, moved_reply(308), noon + 72h);
  EXPECT_EQ(late.current_url, "https://new.example/f");
  EXPECT_EQ(late.moved_to, "");
  EXPECT_EQ(late.moved_since, std::nullopt);
}

TEST(AfterPoll, BeginsAnewWhenTheRedirectWasInterrupted) {
  const auto first = after(known(), moved_reply());
  const auto back = after(first, reply(200), noon + 24h);
  EXPECT_EQ(back.moved_since, std::nullopt);
  EXPECT_EQ(after(back, moved_reply(), noon + 72h).moved_since, noon + 72h);
}

FeedState moved_and_failing(int failures) {
  auto state = known();
  state.current_url = "https://new.example/f";
  state.failures = failures;
  return state;
}

TEST(PollRequest, AsksTheListedUrlAgainAfterThreeFailuresAtTheNewPlace) {
  EXPECT_EQ(next_request(moved_and_failing(2)).url, "https://new.example/f");
  const auto request = next_request(moved_and_failing(3));
  EXPECT_EQ(request.url, "https://ecb.example/feed");
  EXPECT_EQ(request.etag, "") << "the tag is the new place's";
}

TEST(AfterPoll, TellsThatTheListedUrlIsTriedAgain) {
  const auto state = after(moved_and_failing(2), reply(500));
  EXPECT_NE(state.last_error.find("; the listed URL is tried again"), std::string::npos);
  EXPECT_EQ(state.current_url, "https://new.example/f");
}

TEST(AfterPoll, TakesTheListedUrlBackWhenItAnswersInPlaceOfTheNewOne) {
  EXPECT_EQ(after(moved_and_failing(3), reply(200), noon, false).current_url, "");
  EXPECT_EQ(after(moved_and_failing(2), reply(200)).current_url, "https://new.example/f");
}

TEST(AfterPoll, AsksTheListedUrlNextWhenTheNewPlaceIsGone) {
  const auto state = after(moved_and_failing(0), reply(410));
  EXPECT_EQ(state.disabled_at, std::nullopt);
  EXPECT_EQ(next_request(state).url, "https://ecb.example/feed");
  ASSERT_TRUE(state.next_poll.has_value());
}

TEST(AfterPoll, StopsAMovedFeedThatIsGoneAtBothPlaces) {
  const auto doubted = after(moved_and_failing(0), reply(410));
  EXPECT_EQ(after(doubted, reply(410), noon + 1h, false).disabled_at, noon + 1h);
}

TEST(AfterPoll, MovesAFeedBackThatIsRedirectedToItsListedUrl) {
  auto back = reply(200);
  back.redirects = {
      {.status = 301, .from = "https://new.example/f", .to = "https://ecb.example/feed"}};
  const auto first = after(moved_and_failing(0), back);
  EXPECT_EQ(first.current_url, "https://new.example/f") << "a redirect has to last";
  EXPECT_EQ(after(first, back, noon + 72h).current_url, "");
}

TEST(AfterPoll, BeginsAnewWithARedirectThatWasFirstSeenInTimeToCome) {
  auto before = known();
  before.moved_to = "https://new.example/f";
  before.moved_since = noon + 24h * 365;
  EXPECT_EQ(after(before, moved_reply()).moved_since, noon);
}

TEST(FixedUrl, IsKeptWhateverRedirectsSay) {
  FeedOptions options;
  options.follows_moves = false;
  const PollOptions rules;
  auto before = known();
  before.moved_to = "https://new.example/f";
  before.moved_since = noon - 100h;
  const auto state =
      after_poll(before, ecb_with(options), moved_reply(), {.options = rules, .now = noon});
  EXPECT_EQ(state.current_url, "");
  EXPECT_EQ(state.moved_since, std::nullopt);
}

TEST(FixedUrl, ReversesAMoveAndItsValidators) {
  FeedOptions options;
  options.follows_moves = false;
  const auto state = listed_anew(moved_and_failing(0), ecb_with(options));
  EXPECT_EQ(state.current_url, "");
  EXPECT_EQ(state.etag, "") << "it is the new place's";
  EXPECT_EQ(listed_anew(moved_and_failing(0), ecb()).current_url, "https://new.example/f");
}

TEST(AfterPoll, DoesNotTakeADeltaForAFullFetch) {
  EXPECT_EQ(after(known(), reply(226)).last_full_fetch, noon - 1h);
  EXPECT_EQ(after(known(), reply(226)).failures, 0);
}

TEST(AfterPoll, DoesNotMoveAFeedForATemporaryRedirect) {
  EXPECT_EQ(after(known(), moved_reply(302)).moved_to, "");
}

}  // namespace
}  // namespace tocsin::poll
