// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/result.hpp"

namespace tocsin::settings {

/// What `readers.d/<name>.toml` says of one reader on another machine:
///
///   format = 1
///   key = "…"                        # its public CURVE key, 40 characters
///   topics = ["alert/floods/"]       # prefixes of topic frames it may read; ["*"] is everything
///   verbs = ["status"]               # what it may ask the daemon for; none unless named
struct ReaderGrant {
  std::string key;
  std::vector<std::string> topics;  ///< Empty: everything.
  std::vector<std::string> verbs;
};

/// Mistakes are diagnostics at their line and column; with any the result is `invalid_input`.
[[nodiscard]] Result<ReaderGrant> read_reader_grant(std::string_view toml,
                                                    const std::string& file_name,
                                                    Diagnostics& diagnostics);

/// The text of such a file.
[[nodiscard]] std::string render(const ReaderGrant& grant);

/// True for a durable name: [a-z0-9][a-z0-9._-]*, at most 64 bytes.
[[nodiscard]] bool is_reader_name(std::string_view name);

}  // namespace tocsin::settings
