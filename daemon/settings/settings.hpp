// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/result.hpp"
#include "settings/bus_settings.hpp"
#include "settings/delivery_settings.hpp"
#include "settings/feed_options.hpp"

namespace tocsin::settings {

/// What the file says of places, joined to its folder; empty: the default (settings/paths.hpp).
struct PathSettings {
  std::string feeds;
  std::vector<std::string> topics;
  std::string background;
  std::string aliases;
  std::string state;
  std::string runtime;
};

struct PollSettings {
  std::chrono::milliseconds min_interval{std::chrono::minutes{2}};
  std::chrono::milliseconds max_interval{std::chrono::hours{1}};
  std::chrono::milliseconds host_spacing{std::chrono::seconds{2}};
  std::size_t concurrency = 4000;  ///< Transfers in flight.

  friend bool operator==(const PollSettings&, const PollSettings&) = default;
};

struct HttpSettings {
  std::string user_agent;  ///< Empty: "Tocsin/<version> (+URL)".
  std::chrono::milliseconds connect_timeout{std::chrono::seconds{10}};
  std::chrono::milliseconds timeout{std::chrono::seconds{30}};
  std::size_t body_limit = 10 * 1024 * 1024;  ///< Bytes after decompression.
  std::size_t redirects = 5;
  std::vector<std::string> allow;  ///< "127.0.0.0/8:8080", "10.1.0.0/16", "[::1]:8080".
  std::string proxy;               ///< "https://proxy.example:3128"; empty or "none": none.
  std::string proxy_credential;    ///< A file, or the name of a systemd credential.
  std::string ca_file;             ///< Authorities trusted besides the system's.
  unsigned line = 0;               ///< Where the section stands; 0 when it does not.

  /// Whether the same holds of what is fixed when the daemon starts; the rest comes with a reload.
  [[nodiscard]] bool starts_like(const HttpSettings& other) const;
};

struct PipelineSettings {
  std::size_t workers = 0;  ///< 0: one a core, at most 4.
  std::size_t queue = 256;  ///< Fetched documents waiting for a worker.

  friend bool operator==(const PipelineSettings&, const PipelineSettings&) = default;
};

struct StorySettings {
  std::chrono::milliseconds window{std::chrono::hours{72}};
  std::size_t window_items = 100'000;

  friend bool operator==(const StorySettings&, const StorySettings&) = default;
};

struct AlertSettings {
  std::chrono::milliseconds late{std::chrono::hours{48}};
  std::chrono::milliseconds update_interval{std::chrono::minutes{30}};
  std::chrono::milliseconds failing_after{std::chrono::hours{1}};
  std::chrono::milliseconds silent_after{std::chrono::hours{24}};

  friend bool operator==(const AlertSettings&, const AlertSettings&) = default;
};

struct StoreSettings {
  std::chrono::milliseconds keep_items{std::chrono::hours{24 * 90}};
  std::chrono::milliseconds keep_alerts{std::chrono::hours{24 * 730}};
  std::chrono::milliseconds keep_tombstones{std::chrono::hours{24 * 730}};

  friend bool operator==(const StoreSettings&, const StoreSettings&) = default;
};

enum class LogLevel : std::uint8_t { error, warn, info, debug };
enum class LogTarget : std::uint8_t { automatic, stderr_lines, journal };

struct LogSettings {
  LogLevel level = LogLevel::info;
  LogTarget target = LogTarget::automatic;  ///< The journal under systemd, else stderr.

  friend bool operator==(const LogSettings&, const LogSettings&) = default;
};

struct WebSettings {
  std::string listen;  ///< "127.0.0.1:9780" or "unix:/run/…"; empty: no health endpoint.

  friend bool operator==(const WebSettings&, const WebSettings&) = default;
};

/// Everyone's options: one file, docs/reference/configuration.md.
struct Settings {
  PathSettings paths;
  PollSettings poll;
  HttpSettings http;
  PipelineSettings pipeline;
  StorySettings story;
  AlertSettings alerts;
  DeliverySettings delivery;
  BusSettings bus;
  StoreSettings store;
  LogSettings log;
  WebSettings web;
  std::vector<FeedOptions> feeds;    ///< In file order.
  std::vector<TopicOptions> topics;  ///< Likewise; each topic once.
};

/// Reads `toml`; relative paths start at the folder of `file_name`. Every mistake becomes a
/// diagnostic with its place; with an error among them the result is `invalid_input` with the first
/// of them.
[[nodiscard]] Result<Settings> read_settings(std::string_view toml, const std::string& file_name,
                                             Diagnostics& diagnostics);

/// The `[[feed]]` tables that apply to a feed: those naming one of its tags in file order, then
/// those naming its id. They live in `settings`.
[[nodiscard]] std::vector<const FeedOptions*> tables_of(const Settings& settings,
                                                        std::string_view feed_key,
                                                        const std::vector<std::string>& tags);

/// The options of one feed: what [http] says for all, then its tables; a later one wins, key by
/// key. A secret goes with its proxy or certificate: a table that names another leaves it behind.
[[nodiscard]] FeedOptions options_of(const Settings& settings, std::string_view feed_key,
                                     const std::vector<std::string>& tags);

}  // namespace tocsin::settings
