// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tocsin::settings {

enum class Priority : std::uint8_t { low, normal, high };

/// One `[[feed]]` table: options for the feed with `id` (or that URL), or for all feeds under
/// `tag`. What is not set leaves the defaults alone.
///
/// Secrets are never in it: a credential and a key are named, by a path, or as systemd's.
struct FeedOptions {
  std::string id;
  std::string tag;
  std::optional<std::chrono::milliseconds> interval;
  std::optional<Priority> priority;
  std::string kind;   ///< agency, paper, official, blog.
  std::string agent;  ///< User-Agent for this feed.
  std::optional<bool> http2;
  std::vector<std::string> headers;  ///< "Accept-Language: de"
  std::string credential;            ///< A file, or the name of a systemd credential.
  std::string proxy;                 ///< As in [http]; "none": none.
  std::string proxy_credential;
  std::string client_certificate;
  std::string client_key;  ///< Empty: in the certificate's file.
  std::string ca_file;
  std::optional<bool> follow_moves;
  std::vector<std::string> topics;  ///< Ids; empty: all topics.
  unsigned line = 0;
};

}  // namespace tocsin::settings
