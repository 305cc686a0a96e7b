// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

/// Feeds as newsrooms and blogs publish them, made up: the same bytes in every run and on every
/// machine.
namespace tocsin::bench {

struct SampleFeed {
  std::string file_name;
  std::string content_type;
  std::string url;
  std::string bytes;
};

/// 43 feeds of 5 to 500 KiB in XML: RSS 2.0 with full HTML, with teasers, with escaped HTML, Atom
/// in HTML and XHTML, RSS 1.0; in English, German, Russian, Chinese and Arabic; most in UTF-8.
[[nodiscard]] std::vector<SampleFeed> sample_feeds();

/// A few JSON Feeds with the same texts.
[[nodiscard]] std::vector<SampleFeed> sample_json_feeds();

/// One file per feed.
void write_feeds(const std::vector<SampleFeed>& feeds, const std::filesystem::path& folder);

}  // namespace tocsin::bench
