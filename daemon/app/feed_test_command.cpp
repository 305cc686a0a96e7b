// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/feed_list.hpp"
#include "app/feed_look.hpp"
#include "app/feed_options_json.hpp"
#include "app/feed_verbs.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"
#include "base/time_format.hpp"
#include "base/url.hpp"
#include "feed/web_address.hpp"
#include "pipeline/feed_habits.hpp"
#include "poll/habits.hpp"
#include "poll/outcome.hpp"

namespace tocsin::app {
namespace {

using nlohmann::json;

constexpr std::size_t dates_shown = 5;

std::string_view name_of(Errc code) {
  switch (code) {
    case Errc::refused:
      return "refused";
    case Errc::unreachable:
      return "unreachable";
    case Errc::timed_out:
      return "timed_out";
    case Errc::too_large:
      return "too_large";
    case Errc::invalid_input:
      return "invalid";
    default:
      return "failed";
  }
}

json seconds_or_null(const std::optional<std::chrono::seconds>& time) {
  return time ? json(time->count()) : json(nullptr);
}

/// The way there and what answered.
json http_json(const http::Response& reply) {
  auto hops = json::array();
  for (const http::Redirect& hop : reply.redirects) {
    hops.push_back({{"status", hop.status},
                    {"from", without_secrets(hop.from)},
                    {"to", without_secrets(hop.to)}});
  }
  return {{"status", reply.status},
          {"final_url", without_secrets(reply.final_url)},
          {"redirects", std::move(hops)},
          {"permanent_target", without_secrets(http::permanent_target(reply.redirects))},
          {"content_type", reply.content_type},
          {"etag", reply.etag},
          {"last_modified", reply.last_modified},
          {"max_age_s", seconds_or_null(reply.max_age)},
          {"retry_after_s", seconds_or_null(reply.retry_after)},
          {"bytes", reply.body.size()},
          {"elapsed_ms", reply.elapsed.count()}};
}

/// How often the daemon would poll a feed that looks so.
std::chrono::seconds interval_for(const feed::Feed& document, const http::Response& reply,
                                  const poll::FeedSpec& spec, const poll::PollOptions& options) {
  const Time now = SystemClock{}.now();
  store::FeedState state;
  if (const auto rhythm = pipeline::rhythm_of(dates_of(document, now), now)) {
    state.rhythm = rhythm->gap;
  }
  pipeline::take_wishes(document.channel, state);
  const poll::IntervalOptions rules = poll::interval_options(options, spec);
  state.interval = poll::interval_of(state.rhythm, poll::Seconds{0}, rules);
  return poll::wait_by_habits(state, now, reply.max_age, rules);
}

json feed_json(const feed::Feed& document) {
  auto newest = json::array();
  for (const Time date : dates_of(document, SystemClock{}.now())) {
    if (newest.size() < dates_shown) newest.push_back(to_rfc3339(date));
  }
  const auto undated = std::count_if(document.items.begin(), document.items.end(),
                                     [](const auto& i) { return !i.published && !i.updated; });
  return {{"format", feed::to_string(document.format)},
          {"encoding", document.encoding},
          {"well_formed", !document.bozo},
          {"warnings", document.warnings},
          {"title", document.channel.title},
          {"site", document.channel.link},
          {"items", document.items.size()},
          {"undated", undated},
          {"newest", std::move(newest)}};
}

/// Adds what the document is to `report`; true when it is a feed.
bool report_document(const http::Response& reply, const poll::FeedSpec& spec,
                     const poll::PollOptions& options, json& report) {
  if (!reply.is_ok()) {
    report["problem"] = fmt::format("answered with status {}", reply.status);
    return false;
  }
  const feed::Origin origin{.url = reply.final_url, .content_type = reply.content_type};
  const auto document = feed::parse(reply.body, origin);
  if (document) {
    report["feed"] = feed_json(*document);
    report["interval_s"] = interval_for(*document, reply, spec, options).count();
    return true;
  }
  report["problem"] = document.error().message;
  auto told = json::array();
  for (const feed::FeedCandidate& one : feed::discover_feeds(reply.body, origin)) {
    if (one.hint != feed::Hint::guessed) told.push_back(one.url);
  }
  report["candidates"] = std::move(told);
  return false;
}

std::string text_of(const json& value) {
  return shown(value.is_string() ? value.get<std::string>() : json_line(value), 2000);
}

/// "status: 200", with inner objects indented and nothing said of what is empty.
void print(const json& object, const std::string& indent, Output& output) {
  for (const auto& [name, value] : object.items()) {
    if (value.is_null() || value == "" || (value.is_structured() && value.empty())) continue;
    if (!value.is_structured()) {
      output.line(indent + name + ": " + text_of(value));
      continue;
    }
    output.line(indent + name + ":");
    if (value.is_object()) {
      print(value, indent + "  ", output);
      continue;
    }
    for (const json& one : value) {
      const bool is_hop = one.is_object() && one.contains("to");
      output.line(indent + "  " +
                  (is_hop ? fmt::format("{} {} -> {}", text_of(one["status"]), text_of(one["from"]),
                                        text_of(one["to"]))
                          : text_of(one)));
    }
  }
}

json tested(HandFetcher& fetcher, const poll::FeedSpec& spec) {
  json report{{"key", without_secrets(spec.key)}, {"url", without_secrets(spec.url)}};
  const auto reply = fetcher.fetch(spec, spec.url);
  if (!reply) {
    report["problem"] = reply.error().message;
    report["kind"] = name_of(reply.error().code);
    report["ok"] = false;
    return report;
  }
  report["http"] = http_json(*reply);
  report["ok"] = report_document(*reply, spec, fetcher.options(), report);
  return report;
}

int test(const Context& context, const std::string& word) {
  const FeedsOrExit loaded = load_feeds(context, MissingList::is_empty);
  if (loaded.exit != Exit::ok) return loaded.exit;
  feed::Subscription feed{
      .id = {}, .url = feed::web_address(word), .title = {}, .site = {}, .tags = {}};
  const feed::Subscription* listed = find_feed(loaded.feeds, word);
  const bool is_url = parse_http_url(feed.url).has_value();
  // Another spelling of a listed URL is fetched as it was given: it may lead elsewhere.
  if (is_url && listed != nullptr && listed->url != feed.url && !is_told_as(*listed, word)) {
    listed = nullptr;
  }
  if (listed == nullptr && !is_url) return no_such_feed(loaded.feeds, word);
  if (listed != nullptr) feed = *listed;
  Diagnostics diagnostics;
  auto credentials =
      read_credentials(loaded.configuration, CredentialNames::may_be_unknown, diagnostics);
  print_diagnostics(diagnostics);
  const auto fetcher = HandFetcher::create(loaded.configuration, std::move(credentials));
  if (!fetcher) return complain(exit_code_of(fetcher.error()), fetcher.error().message);
  json report = tested(**fetcher, (*fetcher)->spec_of(feed));
  report["listed"] = listed != nullptr;
  report["options"] =
      options_json(settings::options_of(loaded.configuration.settings, feed.key(), feed.tags));
  Output output;
  if (context.json) {
    output.line(json_line(report));
  } else {
    print(report, "", output);
  }
  return output.finish(report["ok"] == true ? Exit::ok : Exit::failed);
}

}  // namespace

void add_feed_test_command(CLI::App& feed, Context& context) {
  const auto word = std::make_shared<std::string>();
  CLI::App& verb =
      add_verb(feed, {.name = "test",
                      .sentence = "Fetches one feed as the daemon would and tells all that it saw",
                      .example = "tocsin feed test https://example.org/feed.xml"});
  verb.add_option("feed", *word, "A URL, or the key or title of a listed feed")->required();
  verb.callback([&context, word] {
    context.work = [&context, word] {
      return test(context, *word);
    };
  });
}

}  // namespace tocsin::app
