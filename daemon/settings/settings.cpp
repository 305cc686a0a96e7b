// SPDX-License-Identifier: Apache-2.0
#include "settings/settings.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <toml++/toml.h>

#include "base/suggest.hpp"
#include "base/utf8.hpp"
#include "settings/rows.hpp"
#include "settings/value_reader.hpp"

namespace tocsin::settings {
namespace {

constexpr std::size_t file_limit = std::size_t{1} << 20U;
constexpr std::size_t table_limit = 100'000;

std::vector<std::string> section_names() {
  std::vector<std::string> names{"format", "feed", "topic"};
  for (const auto& row : settings_rows()) {
    std::string section{row.name.substr(0, row.name.find('.'))};
    if (names.back() != section) names.push_back(std::move(section));
  }
  return names;
}

/// The keys that may stand in `[section]`.
std::vector<std::string> keys_of(std::string_view section) {
  std::vector<std::string> keys;
  for (const auto& row : settings_rows()) {
    const auto dot = row.name.find('.');
    if (row.name.substr(0, dot) == section) keys.emplace_back(row.name.substr(dot + 1));
  }
  return keys;
}

const Row<Settings>* find_row(std::string_view section, std::string_view key) {
  for (const auto& row : settings_rows()) {
    const auto dot = row.name.find('.');
    if (row.name.substr(0, dot) == section && row.name.substr(dot + 1) == key) return &row;
  }
  return nullptr;
}

void read_section(const toml::table& table, std::string_view section, Settings& settings,
                  const Reporter& report) {
  for (const auto& [key, node] : table) {
    const Row<Settings>* row = find_row(section, key.str());
    if (row == nullptr) {
      report.unknown(key, "key", keys_of(section));
      continue;
    }
    read_value(node, *row, row->target(settings), report);
  }
}

/// Reads one table of an array of tables, key by key.
template <typename Options>
Options read_options(const toml::table& table, const std::vector<Row<Options>>& rows,
                     const Reporter& report) {
  Options options;
  options.line = table.source().begin.line;
  for (const auto& [key, node] : table) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&key = key](const auto& candidate) {
      return candidate.name == key.str();
    });
    if (row == rows.end()) {
      std::vector<std::string> names;
      for (const auto& known : rows) names.emplace_back(known.name);
      report.unknown(key, "key", names);
      continue;
    }
    read_value(node, *row, row->target(options), report);
  }
  return options;
}

FeedOptions read_feed(const toml::table& table, const Reporter& report) {
  FeedOptions feed = read_options(table, feed_rows(), report);
  if (feed.id.empty() == feed.tag.empty()) {
    report.error(table.source(), "a [[feed]] table names either an id or a tag");
  }
  if (!feed.client_key.empty() && feed.client_certificate.empty()) {
    report.error(table["client_key"].node()->source(),
                 "'client_key' stands without the 'client_certificate' it belongs to");
  }
  return feed;
}

TopicOptions read_topic(const toml::table& table, const Reporter& report) {
  TopicOptions topic = read_options(table, topic_rows(), report);
  if (topic.id.empty()) report.error(table.source(), "a [[topic]] table names an id");
  return topic;
}

/// Calls `read(table)` for every table of `[[name]]`.
template <typename Read>
void read_tables(const toml::node& node, const std::string& name, const Reporter& report,
                 Read read) {
  const toml::array* tables = node.as_array();
  if (tables == nullptr || !std::all_of(tables->begin(), tables->end(),
                                        [](const auto& element) { return element.is_table(); })) {
    report.error(node.source(), "'" + name + "' must be written as [[" + name + "]] tables");
    return;
  }
  if (tables->size() > table_limit) {
    report.error(node.source(), "more than 100000 [[" + name + "]] tables");
    return;
  }
  for (const toml::node& element : *tables) read(*element.as_table());
}

void read_topics(const toml::node& node, Settings& settings, const Reporter& report) {
  std::set<std::string> seen;
  read_tables(node, "topic", report, [&](const toml::table& table) {
    settings.topics.push_back(read_topic(table, report));
    const std::string& id = settings.topics.back().id;
    if (!seen.insert(id).second && !id.empty()) {
      report.error(table.source(), "topic '" + id + "' has a [[topic]] table already");
    }
  });
}

void check_format(const toml::table& root, const Reporter& report) {
  const toml::node* format = root.get("format");
  if (format == nullptr) {
    report.error({{1, 1}, {1, 1}, nullptr}, "the file must begin with 'format = 1'");
  } else if (format->value<std::int64_t>() != 1 || !format->is_integer()) {
    report.error(format->source(), "'format' must be 1, the only one this version reads");
  }
}

/// Where `section.key` stands, for mistakes that two settings make together.
toml::source_region place_of(const toml::table& root, const char* section, const char* key) {
  const toml::node* node = root[section][key].node();
  return node != nullptr ? node->source() : root.source();
}

void check_together(const Settings& settings, const toml::table& root, const Reporter& report) {
  if (settings.poll.min_interval > settings.poll.max_interval) {
    report.error(
        place_of(root, "poll", root["poll"]["min_interval"] ? "min_interval" : "max_interval"),
        "'min_interval' must not be longer than 'max_interval'");
  }
  if (settings.http.connect_timeout > settings.http.timeout) {
    report.error(
        place_of(root, "http", root["http"]["connect_timeout"] ? "connect_timeout" : "timeout"),
        "'connect_timeout' must not be longer than 'timeout'");
  }
  const bool has_proxy = !settings.http.proxy.empty() && settings.http.proxy != "none";
  if (!settings.http.proxy_credential.empty() && !has_proxy) {
    report.error(place_of(root, "http", "proxy_credential"),
                 "'proxy_credential' stands without the 'proxy' it belongs to");
  }
  if (settings.store.keep_tombstones < settings.store.keep_alerts) {
    report.warning(
        place_of(root, "store",
                 root["store"]["keep_tombstones"] ? "keep_tombstones" : "keep_alerts"),
        "'keep_tombstones' is shorter than 'keep_alerts': an item that comes back is alerted again "
        "while its first alert is still kept");
  }
}

/// The line of `section.key`; 0 when the file does not name it.
unsigned line_of(const toml::table& root, const char* section, const char* key) {
  const toml::node* node = root[section][key].node();
  return node != nullptr ? node->source().begin.line : 0;
}

Settings read_root(const toml::table& root, const Reporter& report) {
  Settings settings;
  check_format(root, report);
  const std::vector<std::string> sections = section_names();
  for (const auto& [key, node] : root) {
    const std::string_view name = key.str();
    if (name == "format") continue;
    if (name == "feed") {
      read_tables(node, "feed", report, [&](const toml::table& table) {
        settings.feeds.push_back(read_feed(table, report));
      });
    } else if (name == "topic") {
      read_topics(node, settings, report);
    } else if (std::find(sections.begin(), sections.end(), name) == sections.end()) {
      report.unknown(key, node.is_table() ? "section" : "key", sections);
    } else if (const toml::table* table = node.as_table()) {
      read_section(*table, name, settings, report);
    } else {
      report.error(node.source(), "'" + std::string{name} + "' must be a section");
    }
  }
  settings.bus.pub_line = line_of(root, "bus", "pub");
  settings.bus.ctl_line = line_of(root, "bus", "ctl");
  if (const toml::node* http = root.get("http")) settings.http.line = http->source().begin.line;
  check_together(settings, root, report);
  return settings;
}

/// toml++ visits keys in alphabetical order; a person reads from the top.
void sort_by_place(Diagnostics::iterator begin, Diagnostics::iterator end) {
  std::stable_sort(begin, end, [](const Diagnostic& a, const Diagnostic& b) {
    return std::pair{a.line, a.column} < std::pair{b.line, b.column};
  });
}

}  // namespace

Result<Settings> read_settings(std::string_view toml, const std::string& file_name,
                               Diagnostics& diagnostics) {
  const Reporter report{file_name, diagnostics};
  const std::size_t already = diagnostics.size();
  Settings settings;
  if (toml.size() > file_limit) {
    report.error({}, "file over 1 MiB");
  } else {
    try {
      settings = read_root(toml::parse(toml, file_name), report);
    } catch (const toml::parse_error& error) {
      report.error(error.source(), escape_for_line(error.description()));
    }
  }
  const auto first = diagnostics.begin() + static_cast<std::ptrdiff_t>(already);
  sort_by_place(first, diagnostics.end());
  const auto mistake = std::find_if(first, diagnostics.end(), [](const Diagnostic& diagnostic) {
    return diagnostic.level == Diagnostic::Level::error;
  });
  if (mistake != diagnostics.end()) return fail(Errc::invalid_input, to_line(*mistake));
  return settings;
}

}  // namespace tocsin::settings
