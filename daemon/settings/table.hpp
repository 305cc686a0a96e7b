// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace tocsin::settings {

/// One setting as the reader, config/tocsin.toml and the reference know it.
struct SettingInfo {
  std::string name;  ///< "poll.min_interval"; within a `[[feed]]` table "interval".
  std::string
      type;  ///< "duration", "size", "number", "text", "list of texts", "yes or no", "a | b".
  std::string default_value;  ///< As TOML; empty where a `[[feed]]` option is simply absent.
  std::string sentence;       ///< What it does, one sentence.
};

/// Every setting outside `[[feed]]` and `[[topic]]`, in the order of the file.
[[nodiscard]] std::vector<SettingInfo> settings_table();

/// Every option of a `[[feed]]` table.
[[nodiscard]] std::vector<SettingInfo> feed_options_table();

/// Every option of a `[[topic]]` table.
[[nodiscard]] std::vector<SettingInfo> topic_options_table();

}  // namespace tocsin::settings
