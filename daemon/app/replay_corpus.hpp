// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/result.hpp"
#include "pipeline/replay.hpp"

namespace tocsin::app {

/// Reads what `tocsin replay` was pointed at: a folder, or one file of it.
///
///   *.txt              seed documents (topics/seed_corpus.hpp)
///   *.jsonl            archived items, one object a line: {"id", "title"?, "text", "date"?,
///   "link"?}
///   *.xml *.rss *.atom *.rdf *.json   feeds as they were fetched
///
/// Other files are left alone. Each file is one feed, which counts as seen before. A line or
/// document that cannot be read is an error naming file and line.
[[nodiscard]] Result<std::vector<pipeline::ReplayItem>> read_replay_corpus(
    const std::string& path, Diagnostics& diagnostics);

/// One line of an archive. `file` names the feed, `place` stands in messages.
[[nodiscard]] Result<pipeline::ReplayItem> read_archived_item(std::string_view line,
                                                              const std::string& file,
                                                              const std::string& place);

}  // namespace tocsin::app
