// SPDX-License-Identifier: Apache-2.0
#include "settings/rows.hpp"

#include "base/quantity.hpp"

namespace tocsin::settings {
namespace {

constexpr std::int64_t second = 1000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;
constexpr std::int64_t kibibyte = 1024;
constexpr std::int64_t mebibyte = 1024 * kibibyte;

Rule duration(std::int64_t low, std::int64_t high) {
  return {.form = Form::duration, .low = low, .high = high};
}

Rule size(std::int64_t low, std::int64_t high) {
  return {.form = Form::size, .low = low, .high = high};
}

Rule number(std::int64_t low, std::int64_t high) {
  return {.form = Form::number, .low = low, .high = high};
}

Rule of(Form form) {
  return {.form = form};
}

Rule choice(std::vector<std::string> choices) {
  return {.form = Form::choice, .choices = std::move(choices)};
}

using Rows = std::vector<Row<Settings>>;

Rows path_rows() {
  return {
      {"paths.feeds", of(Form::path), [](Settings& s) -> Target { return &s.paths.feeds; },
       "OPML file with the feeds; empty: feeds.opml beside this file."},
      {"paths.topics", of(Form::paths), [](Settings& s) -> Target { return &s.paths.topics; },
       "Folders of topic files, where a file masks one of the same name in a folder before it; "
       "empty: the installed packs, then topics/ beside this file."},
      {"paths.background", of(Form::path),
       [](Settings& s) -> Target { return &s.paths.background; },
       "Background table that `topic new` weighs terms against; empty: the installed one."},
      {"paths.aliases", of(Form::path), [](Settings& s) -> Target { return &s.paths.aliases; },
       "Alias table that `topic new` starts from; empty: the installed one."},
      {"paths.state", of(Form::path), [](Settings& s) -> Target { return &s.paths.state; },
       "Folder of the database; empty: /var/lib/tocsin, for a user ~/.local/state/tocsin."},
      {"paths.runtime", of(Form::path), [](Settings& s) -> Target { return &s.paths.runtime; },
       "Folder of the sockets; empty: /run/tocsin, for a user $XDG_RUNTIME_DIR/tocsin."},
  };
}

Rows intake_rows() {
  return {
      {"poll.min_interval", duration(second, 7 * day),
       [](Settings& s) -> Target { return &s.poll.min_interval; },
       "A feed is never polled more often than this."},
      {"poll.max_interval", duration(second, 30 * day),
       [](Settings& s) -> Target { return &s.poll.max_interval; },
       "A feed that answers is never left alone for longer than this."},
      {"poll.host_spacing", duration(0, hour),
       [](Settings& s) -> Target { return &s.poll.host_spacing; },
       "Pause between two requests to the same host."},
      {"poll.concurrency", number(1, 4000),
       [](Settings& s) -> Target { return &s.poll.concurrency; },
       "Transfers in flight at once, over all hosts; each takes a file descriptor."},
      {"http.user_agent", of(Form::text), [](Settings& s) -> Target { return &s.http.user_agent; },
       "Sent with every request; name yourself and a URL; empty: \"Tocsin/<version> (+URL)\", with "
       "the project's."},
      {"http.connect_timeout", duration(100, 5 * minute),
       [](Settings& s) -> Target { return &s.http.connect_timeout; },
       "Longest wait for a connection, TLS included."},
      {"http.timeout", duration(100, 30 * minute),
       [](Settings& s) -> Target { return &s.http.timeout; },
       "Longest time for one request from name lookup to last byte."},
      {"http.body_limit", size(kibibyte, 256 * mebibyte),
       [](Settings& s) -> Target { return &s.http.body_limit; },
       "Largest body after decompression; a longer one is cut off and counts as a failure."},
      {"http.redirects", number(0, 20), [](Settings& s) -> Target { return &s.http.redirects; },
       "Redirects followed within one poll."},
      {"http.allow", of(Form::networks), [](Settings& s) -> Target { return &s.http.allow; },
       "Networks and ports that may be fetched from although they are not public, such as "
       "\"10.1.0.0/16\" or \"127.0.0.0/8:8080\"."},
      {"http.proxy", of(Form::proxy), [](Settings& s) -> Target { return &s.http.proxy; },
       "Proxy that feeds are fetched through, such as \"http://proxy.example:3128\", https:// or "
       "socks5h://; empty: none, whatever the environment says."},
      {"http.proxy_credential", of(Form::text),
       [](Settings& s) -> Target { return &s.http.proxy_credential; },
       "File that holds the proxy's user:password: a systemd credential's name or a path."},
      {"http.ca_file", of(Form::path), [](Settings& s) -> Target { return &s.http.ca_file; },
       "PEM file of authorities that are trusted besides the system's."},
  };
}

Rows pipeline_rows() {
  return {
      {"pipeline.workers", number(0, 64), [](Settings& s) -> Target { return &s.pipeline.workers; },
       "Threads that parse and match; 0: one a core, at most 4."},
      {"pipeline.queue", number(1, 100000), [](Settings& s) -> Target { return &s.pipeline.queue; },
       "Fetched documents that may wait for a worker before polling pauses."},
      {"story.window", duration(minute, 90 * day),
       [](Settings& s) -> Target { return &s.story.window; },
       "An item joins a story only within this time of the story's last item."},
      {"story.window_items", number(100, 1'000'000),
       [](Settings& s) -> Target { return &s.story.window_items; },
       "Most items in open stories, about 2 KiB of memory each; beyond, the stories that have been "
       "quiet for longest are closed early."},
      {"alerts.late", duration(minute, 3650 * day),
       [](Settings& s) -> Target { return &s.alerts.late; },
       "An item published longer than this before it was first seen does not alert."},
      {"alerts.update_interval", duration(0, 30 * day),
       [](Settings& s) -> Target { return &s.alerts.update_interval; },
       "At most one update of a story and topic within this time."},
      {"alerts.failing_after", duration(second, 30 * day),
       [](Settings& s) -> Target { return &s.alerts.failing_after; },
       "Operators are told of a feed that has failed three times in a row and for this long."},
      {"alerts.silent_after", duration(second, 365 * day),
       [](Settings& s) -> Target { return &s.alerts.silent_after; },
       "Operators are told of a feed that brings nothing new for ten times its rhythm, and not "
       "before this."},
  };
}

Rows delivery_rows() {
  return {
      {"delivery.zone", of(Form::zone), [](Settings& s) -> Target { return &s.delivery.zone; },
       "Time zone of the hours in this section, by its IANA name."},
      {"delivery.quiet_hours", of(Form::windows),
       [](Settings& s) -> Target { return &s.delivery.quiet_hours; },
       "Hours in which nothing goes out, such as \"22:00-07:00\" or \"sat,sun 00:00-24:00\"; what "
       "comes in them is told by a digest at their end."},
      {"delivery.digest", of(Form::moments),
       [](Settings& s) -> Target { return &s.delivery.digest; },
       "Alerts go out at these times only, gathered into one digest a topic, such as \"07:00\", "
       "\"mon,thu 09:00\" or \"every 6h\"; empty: each at once."},
      {"delivery.max_per_hour", number(0, 1'000'000),
       [](Settings& s) -> Target { return &s.delivery.max_per_hour; },
       "Alerts of one topic within an hour; the rest is told by a digest when the hour ends; 0: no "
       "cap."},
      {"delivery.max_per_hour_in_all", number(0, 1'000'000),
       [](Settings& s) -> Target { return &s.delivery.max_per_hour_in_all; },
       "Alerts of all topics together within an hour; 0: no cap."},
      {"delivery.let_through", number(0, 9),
       [](Settings& s) -> Target { return &s.delivery.let_through; },
       "Severities up to this go out at once, whatever the hour, the digest and the cap; 0: none."},
  };
}

Rows outlet_rows() {
  return {
      {"bus.pub", of(Form::endpoints), [](Settings& s) -> Target { return &s.bus.pub; },
       "Endpoints of live alerts; empty: ipc://<runtime>/pub.sock."},
      {"bus.ctl", of(Form::endpoints), [](Settings& s) -> Target { return &s.bus.ctl; },
       "Endpoints for catching up and for commands; empty: ipc://<runtime>/ctl.sock."},
      {"bus.heartbeat", duration(50, minute),
       [](Settings& s) -> Target { return &s.bus.heartbeat; }, "Time between two ~head/ messages."},
      {"bus.high_water_mark", number(1, 1000000),
       [](Settings& s) -> Target { return &s.bus.high_water_mark; },
       "Live messages queued for one slow reader before it loses some and must catch up."},
      {"bus.max_connections", number(2, 1000000),
       [](Settings& s) -> Target { return &s.bus.max_connections; },
       "Connections to both sockets together; beyond, only root and the daemon's user are let in."},
      {"bus.max_deliver", number(1, 100), [](Settings& s) -> Target { return &s.bus.max_deliver; },
       "Deliveries of an alert that a subscriber gives back before it becomes a dead letter."},
      {"bus.key", of(Form::text), [](Settings& s) -> Target { return &s.bus.key; },
       "File of the daemon's key pair, with which tcp endpoints speak CURVE: a systemd "
       "credential's "
       "name or a path; empty: none, and tcp on loopback only."},
      {"bus.readers", of(Form::path), [](Settings& s) -> Target { return &s.bus.readers; },
       "Folder of the readers that may connect with a key; empty: readers.d beside this file."},
      {"bus.users", of(Form::users), [](Settings& s) -> Target { return &s.bus.users; },
       "Users, by name or number, that may use the local sockets; empty: whoever the files let."},
      {"store.keep_items", duration(day, 36500 * day),
       [](Settings& s) -> Target { return &s.store.keep_items; }, "How long items stay readable."},
      {"store.keep_alerts", duration(day, 36500 * day),
       [](Settings& s) -> Target { return &s.store.keep_alerts; },
       "How long alerts stay in the log."},
      {"store.keep_tombstones", duration(30 * day, 36500 * day),
       [](Settings& s) -> Target { return &s.store.keep_tombstones; },
       "How long an item is known again after it was last seen."},
      {"log.level", choice({"error", "warn", "info", "debug"}),
       [](Settings& s) -> Target { return &s.log.level; }, "The least important line to write."},
      {"log.target", choice({"auto", "stderr", "journal"}),
       [](Settings& s) -> Target { return &s.log.target; },
       "Where lines go; auto: the journal under systemd, else stderr."},
      {"web.listen", of(Form::address), [](Settings& s) -> Target { return &s.web.listen; },
       "Loopback address of the health and metrics endpoint, such as \"127.0.0.1:9780\"; "
       "empty: none."},
  };
}

Rows all_rows() {
  Rows rows = path_rows();
  for (Rows more : {intake_rows(), pipeline_rows(), delivery_rows(), outlet_rows()}) {
    rows.insert(rows.end(), more.begin(), more.end());
  }
  return rows;
}

}  // namespace

const std::vector<Row<Settings>>& settings_rows() {
  static const Rows rows = all_rows();
  return rows;
}

const std::vector<Row<FeedOptions>>& feed_rows() {
  static const std::vector<Row<FeedOptions>> rows{
      {"id", of(Form::text), [](FeedOptions& f) -> Target { return &f.id; },
       "The tocsin:id of the feed, or its URL as listed."},
      {"tag", of(Form::text), [](FeedOptions& f) -> Target { return &f.tag; },
       "Instead of an id: a folder of the OPML file, for every feed in it."},
      {"interval", duration(second, 30 * day), [](FeedOptions& f) -> Target { return &f.interval; },
       "A fixed time between polls instead of one learnt from the feed."},
      {"priority", choice({"low", "normal", "high"}),
       [](FeedOptions& f) -> Target { return &f.priority; },
       "How far the feed's own hints for polling less often are followed: a high one ignores "
       "them."},
      {"kind", choice({"agency", "paper", "official", "blog"}),
       [](FeedOptions& f) -> Target { return &f.kind; },
       "What sort of source it is, as alerts tell it."},
      {"agent", of(Form::text), [](FeedOptions& f) -> Target { return &f.agent; },
       "User-Agent for this feed."},
      {"http2", of(Form::flag), [](FeedOptions& f) -> Target { return &f.http2; },
       "HTTP/2 where the server offers it; HTTP/1.1 otherwise."},
      {"credential", of(Form::text), [](FeedOptions& f) -> Target { return &f.credential; },
       "File that holds user:password, bearer TOKEN or secret headers: a systemd credential's name "
       "or a path."},
      {"headers", of(Form::headers), [](FeedOptions& f) -> Target { return &f.headers; },
       "Headers sent to the feed's server, none of them secret."},
      {"proxy", of(Form::proxy), [](FeedOptions& f) -> Target { return &f.proxy; },
       "Proxy for this feed, as in [http]; \"none\" where it needs none."},
      {"proxy_credential", of(Form::text),
       [](FeedOptions& f) -> Target { return &f.proxy_credential; },
       "File that holds that proxy's user:password."},
      {"client_certificate", of(Form::text),
       [](FeedOptions& f) -> Target { return &f.client_certificate; },
       "PEM certificate shown to the feed's server: a systemd credential's name or a path."},
      {"client_key", of(Form::text), [](FeedOptions& f) -> Target { return &f.client_key; },
       "Its key, in PEM and not encrypted; without it the key is in the certificate's file."},
      {"ca_file", of(Form::path), [](FeedOptions& f) -> Target { return &f.ca_file; },
       "PEM file of authorities that are trusted for this feed, in place of that in [http]."},
      {"follow_moves", of(Form::flag), [](FeedOptions& f) -> Target { return &f.follow_moves; },
       "Whether a permanent redirect may become the feed's URL; it may unless told otherwise."},
      {"topics", of(Form::names), [](FeedOptions& f) -> Target { return &f.topics; },
       "Only these topics look at the feed."},
  };
  return rows;
}

const std::vector<Row<TopicOptions>>& topic_rows() {
  static const std::vector<Row<TopicOptions>> rows{
      {"id", of(Form::text), [](TopicOptions& t) -> Target { return &t.id; }, "The topic's id."},
      {"zone", of(Form::zone), [](TopicOptions& t) -> Target { return &t.zone; },
       "Time zone of its hours."},
      {"quiet_hours", of(Form::windows), [](TopicOptions& t) -> Target { return &t.quiet_hours; },
       "Its quiet hours; [] for none."},
      {"digest", of(Form::moments), [](TopicOptions& t) -> Target { return &t.digest; },
       "When its digests go out; [] for each alert at once."},
      {"max_per_hour", number(0, 1'000'000),
       [](TopicOptions& t) -> Target { return &t.max_per_hour; },
       "Its alerts within an hour; 0: no cap but that of all topics together."},
      {"let_through", number(0, 9), [](TopicOptions& t) -> Target { return &t.let_through; },
       "Its alerts of a severity up to this go out at once."},
  };
  return rows;
}

std::string description_of(const Rule& rule) {
  switch (rule.form) {
    case Form::duration:
      return "a duration such as \"15m\"";
    case Form::size:
      return "a size such as \"10MiB\"";
    case Form::number:
      return "a whole number";
    case Form::text:
      return "a text of one line";
    case Form::path:
      return "a path";
    case Form::paths:
      return "a list of paths";
    case Form::names:
      return "a list of topic ids";
    case Form::users:
      return "a list of users";
    case Form::networks:
      return "a list of networks such as \"127.0.0.0/8:8080\"";
    case Form::headers:
      return "a list of headers such as \"Accept-Language: de\"";
    case Form::proxy:
      return "a proxy such as \"http://proxy.example:3128\"";
    case Form::endpoints:
      return "a list of ipc:// or tcp:// endpoints";
    case Form::address:
      return "an address such as \"127.0.0.1:9780\"";
    case Form::zone:
      return "a time zone such as \"Europe/Berlin\"";
    case Form::windows:
      return "a list of hours such as \"22:00-07:00\"";
    case Form::moments:
      return "a list of times such as \"07:00\" or \"every 6h\"";
    case Form::flag:
      return "true or false";
    case Form::choice:
      break;
  }
  std::string text = "one of";
  for (const std::string& name : rule.choices) {
    text += (name == rule.choices.front() ? " \"" : ", \"") + name + "\"";
  }
  return text;
}

std::string bounds_of(const Rule& rule) {
  switch (rule.form) {
    case Form::duration:
      return "from " + write_duration(rule.low) + " to " + write_duration(rule.high);
    case Form::size:
      return "from " + write_size(rule.low) + " to " + write_size(rule.high);
    case Form::number:
      return "from " + std::to_string(rule.low) + " to " + std::to_string(rule.high);
    default:
      return {};
  }
}

}  // namespace tocsin::settings
