// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/result.hpp"
#include "topics/topic.hpp"
#include "topics/topic_lines.hpp"

namespace tocsin::topics {

/// A house's own exclusions for many topics at once, one `<id>.filter.toml`. The topics it selects
/// give no alert on an item on which it holds. Vocabulary and defaults: docs/reference/topics.md.
struct Filter {
  std::string id;
  std::string title;
  std::vector<std::string> topics;  ///< Ids, beginnings of ids ("plots-*"), or "*" for all.
  std::vector<int> severities;      ///< Only topics of these; empty = of any.
  std::vector<std::string> medtop;  ///< Only topics with one of these; empty = any.
  Aliases aliases;
  std::vector<std::string> exclude;  ///< It holds where one of these occurs,
  std::string unless;                ///< or where this condition does. Empty = none.
  std::string file;                  ///< Name for messages.
  std::string digest;                ///< Of the file's bytes, 16 hexadecimal digits.

  [[nodiscard]] bool selects(const Topic& topic) const;
};

/// Reads one filter file. `file_name` is for messages; errors as in `read_topic`.
[[nodiscard]] Result<Filter> read_filter(std::string_view toml, const std::string& file_name,
                                         Diagnostics& diagnostics);

/// Its lines in canonical order.
[[nodiscard]] std::vector<TopicLine> filter_lines(const Filter& filter);

}  // namespace tocsin::topics
