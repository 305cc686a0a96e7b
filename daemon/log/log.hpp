// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/result.hpp"

/// The daemon's log: one line per call, fixed words first, then key=value.
///
///   log::warn("feed failing", {{"feed", key}, {"failures", state.failures}, {"reason", why}});
///
/// Thread: any, for every call. Before `start` lines of level info and worse go to stderr. A line
/// that cannot be written is lost in silence: the log never stops the daemon.
namespace tocsin::log {

enum class Level : std::uint8_t {
  error,  ///< Somebody must act.
  warn,   ///< It was worked around.
  info,   ///< The life of the daemon and each alert; readable for a day.
  debug,  ///< Everything else.
};

enum class Target : std::uint8_t {
  automatic,  ///< The journal when stderr is connected to it ($JOURNAL_STREAM), else stderr.
  standard_error,
  journal,  ///< The native protocol, with fields; stderr for what it does not take.
};

struct LogOptions {
  Level level = Level::info;
  Target target = Target::automatic;
  std::string journal_socket = "/run/systemd/journal/socket";
};

/// One key=value. Text from outside is escaped when it is written, and cut at 200 bytes.
/// The keys feed, topic and alert also become TOCSIN_FEED=, TOCSIN_TOPIC=, TOCSIN_ALERT= in the
/// journal.
class Field {
 public:
  Field(std::string_view key, std::string_view value) : key_{key}, value_{value} {}

  Field(std::string_view key, const char* value) : key_{key}, value_{value} {}

  Field(std::string_view key, const std::string& value) : key_{key}, value_{value} {}

  Field(std::string_view key, bool value) : key_{key}, value_{value ? "yes" : "no"} {}

  Field(std::string_view key, double value);

  template <std::integral Number>
  Field(std::string_view key, Number value) : key_{key},
                                              value_{std::to_string(value)} {}

  [[nodiscard]] std::string_view key() const { return key_; }

  [[nodiscard]] const std::string& value() const { return value_; }

 private:
  std::string_view key_;
  std::string value_;
};

using Fields = std::initializer_list<Field>;

/// Sets level and target, at any time. `unreachable` when the journal is asked for and not there;
/// lines then go to stderr.
[[nodiscard]] Result<void> start(const LogOptions& options);

/// True when a line of this level would be written: to spare work before a debug line.
[[nodiscard]] bool is_on(Level level);

void write(Level level, std::string_view words, Fields fields = {});

void error(std::string_view words, Fields fields = {});
void warn(std::string_view words, Fields fields = {});
void info(std::string_view words, Fields fields = {});
void debug(std::string_view words, Fields fields = {});

/// The text of a line without its time and level: "feed failing feed=ecb reason=\"timed out\"".
[[nodiscard]] std::string line_of(std::string_view words, Fields fields);

[[nodiscard]] Result<Level> level_from(std::string_view name);

}  // namespace tocsin::log
