// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/found_item.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"
#include "app/time_words.hpp"
#include "app/wrap.hpp"

namespace tocsin::app {
namespace {

using store::AuditLine;

std::string day_of(const AuditLine& line) {
  if (!line.day) return "before";
  const std::chrono::year_month_day date{*line.day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::int64_t count_in(const AuditLine& line, const std::string& name) {
  const auto found = line.counts.find(name);
  return found == line.counts.end() ? 0 : found->second;
}

/// "fired 7 = sent 3 + merged 4", the parts that are not zero.
std::string equation(const AuditLine& line, const std::string& group, const std::string& whole,
                     std::initializer_list<const char*> parts) {
  std::string text;
  for (const char* part : parts) {
    const std::int64_t value = count_in(line, group + part);
    if (value != 0) text += fmt::format("{}{} {}", text.empty() ? "" : " + ", part, value);
  }
  return fmt::format("{} {} = {}", whole, count_in(line, group + whole), text.empty() ? "0" : text);
}

std::string text_of(const AuditLine& line) {
  if (line.topic.empty() && line.counts.contains("items.fetched")) {
    return equation(line, "items.", "fetched", {"new", "known", "rejected"});
  }
  std::string text =
      equation(line, "matches.", "fired",
               {"sent", "updated", "merged", "held", "silenced", "baseline", "late", "repeated"});
  if (line.rows.alerts) {
    text += fmt::format("; in the log {} alerts, {} digests", *line.rows.alerts,
                        line.rows.digests.value_or(0));
  }
  const auto held = line.rows.waiting.value_or(0) + line.rows.told.value_or(0);
  if (held > 0) {
    text += fmt::format("; of what was held {} wait, {} told", line.rows.waiting.value_or(0),
                        line.rows.told.value_or(0));
  }
  return text;
}

template <typename Value>
nlohmann::json or_null(const std::optional<Value>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

nlohmann::json json_of(const AuditLine& line) {
  return {{"day", line.day ? nlohmann::json(day_of(line)) : nlohmann::json(nullptr)},
          {"topic", line.topic},
          {"counts", line.counts},
          {"alerts", or_null(line.rows.alerts)},
          {"digests", or_null(line.rows.digests)},
          {"waiting", or_null(line.rows.waiting)},
          {"told", or_null(line.rows.told)},
          {"faults", line.faults}};
}

void print_line(const AuditLine& line, Output& output) {
  const std::string whose = line.topic.empty() ? "items" : line.topic;
  output.write(wrapped(day_of(line) + "  ", emphasised(whose) + ": " + text_of(line)));
  for (const std::string& fault : line.faults) output.write(wrapped("            ! ", fault));
}

int audit(const Context& context, const std::string& how_far) {
  const auto since = time_back(how_far, SystemClock{}.now());
  if (!since) return complain(Exit::usage, since.error().message);
  Diagnostics diagnostics;
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return configuration_failed(configuration.error(), diagnostics);
  const auto store = open_store_for_reading(*configuration);
  if (!store) return complain(exit_code_of(store.error()), store.error().message);
  const auto lines = (*store)->audit(*since);
  if (!lines) return complain(exit_code_of(lines.error()), lines.error().message);
  Output output;
  std::size_t wrong = 0;
  for (const AuditLine& line : *lines) {
    if (!line.faults.empty()) ++wrong;
    if (context.json) {
      output.line(json_line(json_of(line)));
    } else {
      print_line(line, output);
    }
  }
  if (!context.json) {
    output.line(wrong == 0 ? "all counts balance"
                           : fmt::format("{} of {} lines do not balance", wrong, lines->size()));
  }
  return output.finish(wrong == 0 ? Exit::ok : Exit::failed);
}

}  // namespace

void add_audit_command(CLI::App& app, Context& context) {
  CLI::App& verb = add_verb(
      app, {.name = "audit",
            .sentence = "Shows what became of every item and match; exit 1 unless it adds up",
            .example = "tocsin audit --since 7d"});
  const auto since = std::make_shared<std::string>("30d");
  verb.add_option("--since", *since, "How far back, or a date; 30d unless told")->type_name("TIME");
  verb.callback([&context, since] {
    context.work = [&context, since] {
      return audit(context, *since);
    };
  });
}

}  // namespace tocsin::app
