// SPDX-License-Identifier: Apache-2.0
#include "settings/feed_options.hpp"

#include <algorithm>
#include <tuple>

#include "settings/settings.hpp"

namespace tocsin::settings {
namespace {

template <typename Value>
void lay_one(Value& below, const Value& above) {
  if (above != Value{}) below = above;
}

/// A secret for one thing is not told to another that takes its place.
void lay_with_secret(std::string FeedOptions::*thing, std::string FeedOptions::*secret,
                     FeedOptions& below, const FeedOptions& above) {
  if (!(above.*thing).empty() && above.*thing != below.*thing) {
    below.*thing = above.*thing;
    (below.*secret).clear();
  }
  lay_one(below.*secret, above.*secret);
}

void lay_over(FeedOptions& below, const FeedOptions& above) {
  lay_one(below.interval, above.interval);
  lay_one(below.priority, above.priority);
  lay_one(below.http2, above.http2);
  lay_one(below.kind, above.kind);
  lay_one(below.agent, above.agent);
  lay_one(below.headers, above.headers);
  lay_one(below.credential, above.credential);
  lay_with_secret(&FeedOptions::proxy, &FeedOptions::proxy_credential, below, above);
  lay_with_secret(&FeedOptions::client_certificate, &FeedOptions::client_key, below, above);
  lay_one(below.ca_file, above.ca_file);
  lay_one(below.follow_moves, above.follow_moves);
  lay_one(below.topics, above.topics);
}

}  // namespace

bool HttpSettings::starts_like(const HttpSettings& other) const {
  const auto fixed = [](const HttpSettings& one) {
    return std::tie(one.user_agent, one.connect_timeout, one.timeout, one.body_limit,
                    one.redirects);
  };
  return fixed(*this) == fixed(other);
}

std::vector<const FeedOptions*> tables_of(const Settings& settings, std::string_view feed_key,
                                          const std::vector<std::string>& tags) {
  std::vector<const FeedOptions*> tables;
  for (const FeedOptions& table : settings.feeds) {
    const bool has_tag =
        !table.tag.empty() && std::find(tags.begin(), tags.end(), table.tag) != tags.end();
    if (has_tag) tables.push_back(&table);
  }
  for (const FeedOptions& table : settings.feeds) {
    if (!table.id.empty() && table.id == feed_key) tables.push_back(&table);
  }
  return tables;
}

FeedOptions options_of(const Settings& settings, std::string_view feed_key,
                       const std::vector<std::string>& tags) {
  FeedOptions options;
  options.id = feed_key;
  options.proxy = settings.http.proxy;
  options.proxy_credential = settings.http.proxy_credential;
  options.ca_file = settings.http.ca_file;
  for (const FeedOptions* table : tables_of(settings, feed_key, tags)) lay_over(options, *table);
  return options;
}

}  // namespace tocsin::settings
