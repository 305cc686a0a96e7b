// SPDX-License-Identifier: Apache-2.0
#include "topics/topic_edit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.hpp"
#include "topics/toml_reader.hpp"
#include "topics/topic_checks.hpp"
#include "topics/topic_file.hpp"

namespace tocsin::topics {
namespace {

/// Bytes [begin, end) of the file, and what comes in their place.
struct Replacement {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
};

bool is_number_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '+' || c == '-' || c == '.' ||
         c == '_' || c == 'E';
}

/// Finds where things stand in one file, and gathers what is to be replaced.
class Editor {
 public:
  Editor(std::string_view toml, const toml::table& file) : toml_{toml}, file_{file} {
    lines_.push_back(0);
    for (std::size_t at = toml.find('\n'); at != std::string_view::npos;
         at = toml.find('\n', at + 1)) {
      lines_.push_back(at + 1);
    }
  }

  Result<std::string> run(const TopicEdit& edit) {
    if (auto found = find_tables(); !found) return fail(found.error());
    if (edit.version) set_version(*edit.version);
    if (edit.threshold) set_number(head_->get("threshold"), fmt::format("{}", *edit.threshold));
    for (const auto& [term, weight] : edit.weights) {
      const toml::node* node = terms_->get(term);
      if (node == nullptr) return no_term(term);
      set_number(node, fmt::format("{}", weight));
    }
    for (const std::string& term : edit.removed) {
      const toml::node* node = terms_->get(term);
      if (node == nullptr) return no_term(term);
      remove_lines(*node);
    }
    for (const Term& term : edit.added) add_term(term);
    if (!edit.excluded.empty()) add_exclusions(edit.excluded);
    return applied();
  }

 private:
  Result<void> find_tables() {
    head_ = file_.get_as<toml::table>("topic");
    terms_ = file_.get_as<toml::table>("terms");
    rule_ = file_.get_as<toml::table>("rule");
    const auto is_inline = [](const toml::table* table) {
      return table != nullptr && table->is_inline();
    };
    if (head_ == nullptr || terms_ == nullptr) return fail(Errc::invalid_input, "is no topic");
    if (is_inline(head_) || is_inline(terms_) || is_inline(rule_)) {
      return fail(Errc::invalid_input,
                  "holds an inline table; tocsin topic fmt writes it in lines");
    }
    return {};
  }

  static tl::unexpected<Error> no_term(const std::string& term) {
    return fail(Errc::invalid_input, fmt::format("has no term '{}'", escape_for_line(term)));
  }

  /// toml++ counts lines and characters from 1.
  [[nodiscard]] std::size_t offset(const toml::source_position& place) const {
    std::size_t at = lines_[std::min<std::size_t>(place.line, lines_.size()) - 1];
    for (toml::source_index column = 1; column < place.column && at < toml_.size(); ++column) {
      ++at;
      while (at < toml_.size() && (static_cast<unsigned char>(toml_[at]) & 0xC0U) == 0x80U) ++at;
    }
    return at;
  }

  [[nodiscard]] std::size_t line_end(std::size_t at) const {
    const std::size_t end = toml_.find('\n', at);
    return end == std::string_view::npos ? toml_.size() : end + 1;
  }

  [[nodiscard]] std::size_t line_begin(std::size_t at) const {
    return at == 0 ? 0 : toml_.rfind('\n', at - 1) + 1;
  }

  void replace(std::size_t begin, std::size_t end, std::string text) {
    replacements_.push_back({.begin = begin, .end = end, .text = std::move(text)});
  }

  /// A line of its own, also behind a last line that does not end.
  void insert_line(std::size_t at, std::string line) {
    const bool is_unended = at == toml_.size() && !toml_.empty() && toml_.back() != '\n';
    replace(at, at, (is_unended ? "\n" : "") + std::move(line) + "\n");
  }

  void set_number(const toml::node* node, std::string text) {
    if (node == nullptr) return;
    const std::size_t begin = offset(node->source().begin);
    std::size_t end = begin;
    while (end < toml_.size() && is_number_character(toml_[end])) ++end;
    replace(begin, end, std::move(text));
  }

  void set_version(int version) {
    const toml::node* known = head_->get("version");
    if (known != nullptr) return set_number(known, fmt::format("{}", version));
    const toml::node* id = head_->get("id");
    if (id == nullptr) return;
    insert_line(line_end(offset(id->source().begin)), fmt::format("version = {}", version));
  }

  void remove_lines(const toml::node& node) {
    const std::size_t begin = offset(node.source().begin);
    replace(line_begin(begin), line_end(begin), {});
  }

  /// Before the first term that weighs less, else behind the last.
  void add_term(const Term& term) {
    std::string line = fmt::format("{} = {}", quoted_toml(term.text), term.weight);
    std::size_t place = line_end(offset(terms_->source().begin));
    bool is_placed = false;
    for (const auto& [key, node] : in_file_order(*terms_)) {
      const auto weight = node->value<double>();
      if (!node->is_number() || !weight) continue;
      const std::size_t here = offset(node->source().begin);
      if (!term.provenance.empty()) align(line, here);
      is_placed = *weight < term.weight;
      place = is_placed ? line_begin(here) : line_end(here);
      if (is_placed) break;
    }
    if (!term.provenance.empty()) line += "  # " + term.provenance;
    insert_line(place, std::move(line));
  }

  /// Pads to where the comment of the line at `here` stands, two blanks before it.
  void align(std::string& line, std::size_t here) const {
    const std::string_view other =
        toml_.substr(line_begin(here), line_end(here) - line_begin(here));
    const std::size_t value = other.rfind("  # ");
    const std::size_t width = value == std::string_view::npos ? 0 : columns(other.substr(0, value));
    while (columns(line) < width) line += ' ';
  }

  static std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
  }

  void add_exclusions(const std::vector<std::string>& terms) {
    std::string list;
    for (const std::string& term : terms) list += (list.empty() ? "" : ", ") + quoted_toml(term);
    for (const toml::table* table : {rule_, terms_}) {
      const toml::array* known = table == nullptr ? nullptr : table->get_as<toml::array>("exclude");
      if (known != nullptr) return add_to_list(*known, terms, list);
    }
    const std::string line = fmt::format("exclude = [{}]", list);
    if (rule_ == nullptr) return insert_line(toml_.size(), "\n[rule]\n" + line);
    insert_line(line_end(offset(rule_->source().begin)), line);
  }

  void add_to_list(const toml::array& known, const std::vector<std::string>& terms,
                   const std::string& list) {
    const std::size_t open = offset(known.source().begin);
    if (known.empty()) return replace(open + 1, open + 1, list);
    // In front of the first element, where no comma can be missing and no comment in the way.
    const std::size_t first = offset(known.front().source().begin);
    const bool has_lines = toml_.substr(open, first - open).find('\n') != std::string_view::npos;
    if (!has_lines) return replace(first, first, list + ", ");
    const std::string indent{toml_.substr(line_begin(first), first - line_begin(first))};
    std::string lines;
    for (const std::string& term : terms) lines += quoted_toml(term) + ",\n" + indent;
    replace(first, first, lines);
  }

  std::string applied() {
    std::stable_sort(replacements_.begin(), replacements_.end(),
                     [](const Replacement& a, const Replacement& b) { return a.begin < b.begin; });
    std::string out;
    std::size_t at = 0;
    for (const Replacement& one : replacements_) {
      if (one.begin > at) out += toml_.substr(at, one.begin - at);
      out += one.text;
      at = std::max(at, one.end);
    }
    return out += toml_.substr(std::min(at, toml_.size()));
  }

  std::string_view toml_;
  const toml::table& file_;
  const toml::table* head_ = nullptr;
  const toml::table* terms_ = nullptr;
  const toml::table* rule_ = nullptr;
  std::vector<std::size_t> lines_;  ///< Where each begins.
  std::vector<Replacement> replacements_;
};

}  // namespace

std::string quoted_toml(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20U || c == '\x7f') {
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

Result<std::string> edit_topic(std::string_view toml, const TopicEdit& edit,
                               const std::string& file_name) {
  Diagnostics diagnostics;
  Mistakes mistakes{file_name, diagnostics};
  const auto before = read_topic(toml, file_name, diagnostics);
  if (!before) return fail(before.error());
  const auto file = parse_toml(toml, mistakes);
  if (!file) return fail(mistakes.error());
  auto edited = Editor{toml, *file}.run(edit);
  if (!edited) return fail(edited.error().code, file_name + " " + edited.error().message);
  // What cannot be read again must not be written.
  if (const auto after = read_topic(*edited, file_name, diagnostics); !after) {
    return fail(Errc::invalid_input,
                file_name + " cannot be edited: " +
                    (diagnostics.empty() ? after.error().message : to_line(diagnostics.front())));
  }
  return edited;
}

}  // namespace tocsin::topics
