// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "settings/settings.hpp"

namespace tocsin::settings {

/// How a value is written and what it must be.
enum class Form : std::uint8_t {
  duration,  ///< "15m"
  size,      ///< "10MiB"
  number,    ///< 250
  text,      ///< Any one line.
  path,      ///< Joined to the folder of the file.
  paths,
  names,      ///< Topic ids.
  users,      ///< Names or numbers of users.
  networks,   ///< "10.0.0.0/8:8080"
  headers,    ///< "Accept-Language: de"
  proxy,      ///< "socks5h://proxy.example:1080" or "none"
  endpoints,  ///< "tcp://127.0.0.1:9700"
  address,    ///< "127.0.0.1:9780"
  zone,       ///< "Europe/Berlin"
  windows,    ///< "22:00-07:00"
  moments,    ///< "07:00" or "every 6h"
  choice,
  flag,
};

/// Where a value goes. A choice is stored as the enumerator with its number.
using Target =
    std::variant<std::string*, std::vector<std::string>*, std::size_t*, std::chrono::milliseconds*,
                 std::optional<std::chrono::milliseconds>*, std::optional<bool>*,
                 std::optional<std::size_t>*, std::optional<std::vector<std::string>>*, LogLevel*,
                 LogTarget*, std::optional<Priority>*>;

/// What a value must be: the form, and bounds in milliseconds, bytes or pieces.
struct Rule {
  Form form = Form::text;
  std::int64_t low = 0;
  std::int64_t high = 0;
  std::vector<std::string> choices{};
};

/// One setting: how it is called, what it must be, where it goes, what it does.
template <typename Owner>
struct Row {
  std::string_view name;
  Rule rule;
  Target (*target)(Owner& owner);
  std::string_view sentence;
};

/// In the order of config/tocsin.toml; a section's rows stand together.
[[nodiscard]] const std::vector<Row<Settings>>& settings_rows();
[[nodiscard]] const std::vector<Row<FeedOptions>>& feed_rows();
[[nodiscard]] const std::vector<Row<TopicOptions>>& topic_rows();

/// "a duration such as \"15m\"", for messages and the reference.
[[nodiscard]] std::string description_of(const Rule& rule);

/// The bounds as a person writes them, "from 1s to 7d"; empty for forms without bounds.
[[nodiscard]] std::string bounds_of(const Rule& rule);

}  // namespace tocsin::settings
