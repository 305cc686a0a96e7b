// SPDX-License-Identifier: Apache-2.0
#include "manifest/manifest.hpp"

#include <algorithm>
#include <utility>

#include <toml++/toml.h>

#include "base/suggest.hpp"
#include "base/utf8.hpp"
#include "manifest/reporter.hpp"

namespace tocsin::manifest {
namespace {

const std::vector<std::string> root_keys{"format", "name",     "version", "summary", "program",
                                         "exec",   "delivery", "filters", "needs",   "options"};
const std::vector<std::string> option_keys{"type", "help", "default",  "example", "choices",
                                           "min",  "max",  "required", "secret"};

/// One `[options.<name>]` table: first the keys that say what its values are, then the values.
class OptionReader {
 public:
  OptionReader(const toml::table& table, const Reporter& report) : table_{table}, report_{report} {}

  OptionSpec read(std::string name) {
    spec_.name = std::move(name);
    for (const auto& [key, node] : table_) read_key(key, node);
    read_bound("min", spec_.low);
    read_bound("max", spec_.high);
    read_value("default", spec_.fallback);
    read_value("example", spec_.example);
    check_whole();
    return std::move(spec_);
  }

 private:
  void read_key(const toml::key& key, const toml::node& node) {
    if (key == "type") {
      const auto type = type_of(node.value<std::string>().value_or(""));
      if (type) {
        spec_.type = *type;
      } else {
        report_.error(node.source(),
                      "'type' must be one of string, integer, number, boolean, duration, size, "
                      "strings");
      }
    } else if (key == "help") {
      report_.take(node, "help", spec_.help);
    } else if (key == "choices") {
      report_.take(node, "choices", spec_.choices);
    } else if (key == "required") {
      read_truth(node, "required", spec_.is_required);
    } else if (key == "secret") {
      read_truth(node, "secret", spec_.is_secret);
    } else if (std::find(option_keys.begin(), option_keys.end(), key.str()) == option_keys.end()) {
      report_.unknown(key, "key", option_keys);
    }
  }

  void read_truth(const toml::node& node, std::string_view name, bool& into) const {
    if (const auto* truth = node.as_boolean()) {
      into = truth->get();
    } else {
      report_.error(node.source(), "'" + std::string{name} + "' must be true or false");
    }
  }

  void read_bound(std::string_view key, std::optional<double>& into) const {
    const toml::node* const node = table_.get(key);
    if (node == nullptr) return;
    const bool is_counted = spec_.type == Type::integer || spec_.type == Type::number ||
                            spec_.type == Type::duration || spec_.type == Type::size;
    if (!is_counted) {
      return report_.error(node->source(), "'" + std::string{key} + "' is for what can be counted");
    }
    const OptionSpec bare{.name = std::string{key}, .type = spec_.type};
    const auto value = report_.value(*node, bare);
    if (!value) return;
    const auto* whole = std::get_if<std::int64_t>(&*value);
    into = whole != nullptr ? static_cast<double>(*whole) : std::get<double>(*value);
  }

  void read_value(std::string_view key, std::optional<Value>& into) const {
    const toml::node* const node = table_.get(key);
    if (node == nullptr) return;
    OptionSpec named = spec_;
    named.name = key;
    into = report_.value(*node, named);
  }

  void check_whole() const {
    const auto complain = [this](std::string what) {
      report_.error(table_.source(), "option '" + spec_.name + "' " + std::move(what));
    };
    if (spec_.help.empty()) complain("has no 'help'");
    if (spec_.is_required && spec_.fallback) complain("is required and has a default");
    if (spec_.is_required && !spec_.is_secret && !spec_.example) {
      complain("is required: it needs an 'example', for dry runs");
    }
    if (spec_.is_secret && spec_.type != Type::string) complain("is secret: its type is string");
    if (spec_.is_secret && spec_.fallback) complain("is secret: it has no default");
    if (!spec_.choices.empty() && spec_.type != Type::string) {
      complain("has choices: its type is string");
    }
  }

  const toml::table& table_;
  const Reporter& report_;
  OptionSpec spec_;
};

void read_options(const toml::node& node, const Reporter& report, Manifest& manifest) {
  const auto* tables = node.as_table();
  if (tables == nullptr) {
    return report.error(node.source(), "'options' takes tables: [options.<name>]");
  }
  for (const auto& [key, one] : *tables) {
    if (!is_option_name(key.str())) {
      report.error(key.source(), "'" + escape_for_line(key.str(), 80) +
                                     "' cannot name an option: a-z, 0-9 and -, and none that "
                                     "every plugin has");
    } else if (const auto* table = one.as_table()) {
      manifest.options.push_back(OptionReader{*table, report}.read(std::string{key.str()}));
    } else {
      report.error(one.source(), "an option is a table: [options." + std::string{key.str()} + "]");
    }
  }
}

void read_filters(const toml::node& node, const Reporter& report, Manifest& manifest) {
  report.take(node, "filters", manifest.filters);
  if (!std::all_of(manifest.filters.begin(), manifest.filters.end(), is_filter)) {
    report.error(node.source(), "a filter is ASCII without spaces, at most 200 bytes");
  }
}

void read_needs(const toml::node& node, const Reporter& report, Manifest& manifest) {
  report.take(node, "needs", manifest.needs);
  for (const std::string& need : manifest.needs) {
    if (need != "network") {
      report.error(node.source(),
                   "'needs' knows \"network\" only, not \"" + escape_for_line(need, 80) + "\"");
    }
  }
}

void read_name(const toml::node& node, const Reporter& report, Manifest& manifest) {
  report.take(node, "name", manifest.name);
  if (!is_plugin_name(manifest.name)) {
    report.error(node.source(), "a plugin's name is made of a-z, 0-9 and -");
  }
}

/// `program` or `exec`: what is started lies where it is looked for, and nowhere else.
void read_start(const toml::node& node, std::string_view key, const Reporter& report,
                std::string& into) {
  report.take(node, key, into);
  if (into.find('/') != std::string::npos || into.starts_with('.')) {
    report.error(node.source(), "'" + std::string{key} + "' is a file's name, without a folder");
  }
}

void read_delivery(const toml::node& node, const Reporter& report, Manifest& manifest) {
  const auto text = node.value<std::string>();
  if (text == "tail") {
    manifest.delivery = Delivery::tail;
  } else if (text != "durable") {
    report.error(node.source(), "'delivery' must be \"durable\" or \"tail\"");
  }
}

void read_key(const toml::key& key, const toml::node& node, const Reporter& report,
              Manifest& manifest) {
  const std::string_view name = key.str();
  if (name == "name") {
    read_name(node, report, manifest);
  } else if (name == "version") {
    report.take(node, name, manifest.version);
  } else if (name == "summary") {
    report.take(node, name, manifest.summary);
  } else if (name == "program") {
    read_start(node, name, report, manifest.program);
  } else if (name == "exec") {
    read_start(node, name, report, manifest.exec);
  } else if (name == "delivery") {
    read_delivery(node, report, manifest);
  } else if (name == "filters") {
    read_filters(node, report, manifest);
  } else if (name == "needs") {
    read_needs(node, report, manifest);
  } else if (name == "options") {
    read_options(node, report, manifest);
  } else if (name != "format") {
    report.unknown(key, "key", root_keys);
  }
}

}  // namespace

const OptionSpec* Manifest::find(std::string_view option) const {
  const auto it = std::find_if(options.begin(), options.end(),
                               [&](const OptionSpec& one) { return one.name == option; });
  return it == options.end() ? nullptr : &*it;
}

Result<Manifest> read_manifest(std::string_view toml, const std::string& file_name,
                               Diagnostics& diagnostics) {
  const Reporter report{file_name, diagnostics};
  Manifest manifest;
  if (const auto root = report.parse(toml, file_limit)) {
    for (const auto& [key, node] : *root) read_key(key, node, report, manifest);
    for (const char* wanted : {"name", "version", "summary"}) {
      if (!root->contains(wanted)) report.error({}, "'" + std::string{wanted} + "' is missing");
    }
    if (root->contains("program") == root->contains("exec")) {
      report.error({}, "one of 'program' and 'exec' says how the plugin starts");
    }
  }
  if (auto verdict = report.verdict(); !verdict) return fail(verdict.error());
  return manifest;
}

bool is_plugin_name(std::string_view name) {
  constexpr std::size_t longest = 64;
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  return !name.empty() && name.size() <= longest && is_plain(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return is_plain(c) || c == '-'; });
}

std::string_view name_of(Delivery delivery) {
  return delivery == Delivery::durable ? "durable" : "tail";
}

}  // namespace tocsin::manifest
