// SPDX-License-Identifier: Apache-2.0
#include "log/log.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "base/utf8.hpp"
#include "log/journal.hpp"

namespace tocsin::log {
namespace {

constexpr std::size_t longest_value = 200;

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::error:
      return spdlog::level::err;
    case Level::warn:
      return spdlog::level::warn;
    case Level::info:
      return spdlog::level::info;
    case Level::debug:
      return spdlog::level::debug;
  }
  return spdlog::level::info;
}

/// syslog(3)'s numbers, which the journal shares.
std::string priority_of(Level level) {
  constexpr std::array<std::string_view, 4> numbers{"3", "4", "6", "7"};
  return std::string{numbers.at(static_cast<std::size_t>(level))};
}

/// Where lines go. Never changed once made: `start` makes another.
struct Output {
  std::shared_ptr<spdlog::logger> standard_error;
  std::optional<Journal> journal;
};

std::shared_ptr<const Output> new_output(std::optional<Journal> journal) {
  auto logger =
      std::make_shared<spdlog::logger>("tocsin", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_level(spdlog::level::trace);  // the level is judged before
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  return std::make_shared<const Output>(Output{std::move(logger), std::move(journal)});
}

/// The one log of the process.
struct State {
  std::atomic<Level> level{Level::info};
  std::mutex mutex;
  std::shared_ptr<const Output> output = new_output(std::nullopt);  // guarded by mutex
};

State& state() {
  static State the_state;
  return the_state;
}

std::shared_ptr<const Output> output() {
  State& current = state();
  const std::lock_guard lock{current.mutex};
  return current.output;
}

std::string_view journal_key(std::string_view key) {
  if (key == "feed") return "TOCSIN_FEED";
  if (key == "topic") return "TOCSIN_TOPIC";
  if (key == "alert") return "TOCSIN_ALERT";
  return {};
}

bool send_to(const Journal& journal, Level level, const std::string& line, Fields fields) {
  Journal::Pairs pairs{
      {"MESSAGE", line}, {"PRIORITY", priority_of(level)}, {"SYSLOG_IDENTIFIER", "tocsin"}};
  for (const Field& field : fields) {
    const std::string_view key = journal_key(field.key());
    if (!key.empty()) pairs.emplace_back(key, escape_for_line(field.value(), longest_value));
  }
  return journal.send(pairs);
}

}  // namespace

Field::Field(std::string_view key, double value)
    : key_{key},
      value_{fmt::format("{:.6g}", value)} {}

Result<void> start(const LogOptions& options) {
  const bool wants_journal = options.target == Target::journal ||
                             (options.target == Target::automatic && is_stderr_the_journal());
  std::optional<Journal> journal;
  Result<void> outcome;
  if (wants_journal) {
    auto opened = Journal::open(options.journal_socket);
    if (opened) {
      journal = std::move(*opened);
    } else if (options.target == Target::journal) {
      outcome = fail(opened.error());
    }
  }
  auto made = new_output(std::move(journal));
  State& current = state();
  current.level = options.level;
  const std::lock_guard lock{current.mutex};
  current.output = std::move(made);
  return outcome;
}

bool is_on(Level level) {
  return level <= state().level.load(std::memory_order_relaxed);
}

void write(Level level, std::string_view words, Fields fields) {
  if (!is_on(level)) return;
  const std::string line = line_of(words, fields);
  const auto current = output();
  if (current->journal && send_to(*current->journal, level, line, fields)) return;
  current->standard_error->log(spdlog_level(level), spdlog::string_view_t{line});
}

void error(std::string_view words, Fields fields) {
  write(Level::error, words, fields);
}

void warn(std::string_view words, Fields fields) {
  write(Level::warn, words, fields);
}

void info(std::string_view words, Fields fields) {
  write(Level::info, words, fields);
}

void debug(std::string_view words, Fields fields) {
  write(Level::debug, words, fields);
}

std::string line_of(std::string_view words, Fields fields) {
  std::string line{words};
  for (const Field& field : fields) {
    const std::string value = escape_for_line(field.value(), longest_value);
    const bool is_plain = !value.empty() && value.find_first_of(" =\"\\") == std::string::npos;
    line += is_plain ? fmt::format(" {}={}", field.key(), value)
                     : fmt::format(" {}=\"{}\"", field.key(), value);
  }
  return line;
}

Result<Level> level_from(std::string_view name) {
  if (name == "error") return Level::error;
  if (name == "warn") return Level::warn;
  if (name == "info") return Level::info;
  if (name == "debug") return Level::debug;
  return fail(Errc::invalid_input, "no log level '" + escape_for_line(name) +
                                       "'; there are error, warn, info and debug");
}

}  // namespace tocsin::log
