// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/result.hpp"
#include "topics/topic.hpp"

namespace tocsin::topics {

/// How the names of files end that hold a topic, its tests, and a filter.
constexpr std::string_view topic_ending = ".toml";
constexpr std::string_view test_ending = ".test.toml";
constexpr std::string_view filter_ending = ".filter.toml";

/// What a topic file may hold at most; a file beyond is refused, never read in part.
struct TopicLimits {
  static constexpr std::size_t file_bytes = std::size_t{1} << 20;
  static constexpr std::size_t terms = 2000;
  static constexpr std::size_t aliases = 500;
  static constexpr std::size_t surfaces = 200;  ///< Of one alias; strings of any other list.
  static constexpr std::size_t tests = 1000;
  static constexpr std::size_t files = 100'000;  ///< Topics in all directories.
  static constexpr std::size_t filters = 200;
};

/// The corpora beside a topic file: items that must and must not alert, one JSON object a line.
inline constexpr const char* must_ending = ".must.jsonl";
inline constexpr const char* must_not_ending = ".must-not.jsonl";

/// Reads one topic file. `file_name` is for messages. Every mistake is a diagnostic with its line
/// and column; with any error among them the result is `invalid_input` ("2 mistakes in …").
/// Each term's trailing comment becomes its provenance. `tests` stays empty.
[[nodiscard]] Result<Topic> read_topic(std::string_view toml, const std::string& file_name,
                                       Diagnostics& diagnostics);

/// Reads the `[[test]]` tables of an `<id>.test.toml`; errors as in `read_topic`.
[[nodiscard]] Result<std::vector<InlineTest>> read_tests(std::string_view toml,
                                                         const std::string& file_name,
                                                         Diagnostics& diagnostics);

/// Reads every `<id>.toml` of a directory with the `<id>.test.toml` beside it, sorted by id. A
/// topic that calls itself stable without a test, or a corpus, of either kind is experimental,
/// which is a warning. `not_found` when there is no such directory, `invalid_input` when any file
/// has an error; all files are read all the same, so that every mistake is told at once.
[[nodiscard]] Result<std::vector<Topic>> load_topics(const std::filesystem::path& directory,
                                                     Diagnostics& diagnostics);

/// As above over several directories. A file masks those of the same name in the directories before
/// its own, and an empty one removes them. A directory that does not exist is skipped.
[[nodiscard]] Result<std::vector<Topic>> load_topics(
    const std::vector<std::filesystem::path>& directories, Diagnostics& diagnostics);

/// The canonical form of a topic file: terms in descending weight, each term's provenance as a
/// trailing comment. `read_topic` gives the same topic back, but for the order of the terms.
/// Numbers are written in full (shortest form that reads back equal), so round before.
[[nodiscard]] std::string write_topic(const Topic& topic);

/// The canonical form of a file a person edited, comments kept: those on their own line stay above
/// the key they preceded, trailing ones stay trailing. Formatting twice changes nothing, and what
/// `write_topic` wrote comes back unchanged. A `.filter.toml` likewise; a `.test.toml` is checked
/// and left as it is. `invalid_input` with the first mistake otherwise.
[[nodiscard]] Result<std::string> format_topic(std::string_view toml, const std::string& file_name);

/// `value` rounded to so many significant decimal digits: round_significant(0.094123, 4) = 0.09412.
[[nodiscard]] double round_significant(double value, int digits);

}  // namespace tocsin::topics
