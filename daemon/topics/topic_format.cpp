// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "topics/filter.hpp"
#include "topics/toml_comments.hpp"
#include "topics/toml_reader.hpp"
#include "topics/topic_checks.hpp"
#include "topics/topic_file.hpp"
#include "topics/topic_lines.hpp"

namespace tocsin::topics {
namespace {

/// The lines of the file, from 1, that a key and its value take.
struct Stretch {
  std::string path;
  unsigned first = 0;
  unsigned last = 0;
};

/// Where each key of the file stands, by the paths of `topic_lines`.
std::vector<Stretch> stretches_of(const toml::table& file) {
  std::vector<Stretch> stretches;
  for (const auto& [key, node] : in_file_order(file)) {
    const std::string name{key->str()};
    const toml::table* table = node->as_table();
    if (table == nullptr) {
      stretches.push_back({name, key->source().begin.line, node->source().end.line});
      continue;
    }
    const unsigned header = key->source().begin.line;
    stretches.push_back({'[' + name + ']', header, header});
    for (const auto& [inner, value] : in_file_order(*table)) {
      const std::string_view text = inner->str();
      const bool is_rule = name == "terms" && is_rule_key(text) && !value->is_number();
      stretches.push_back({(is_rule ? "rule" : name) + '.' + std::string{text},
                           inner->source().begin.line, value->source().end.line});
    }
  }
  std::stable_sort(stretches.begin(), stretches.end(),
                   [](const Stretch& a, const Stretch& b) { return a.first < b.first; });
  return stretches;
}

/// Hands each comment of the file to the canonical line it belongs to.
class CommentKeeper {
 public:
  CommentKeeper(std::vector<TopicLine>& lines, std::vector<Stretch> stretches)
      : lines_{lines},
        stretches_{std::move(stretches)} {}

  void keep(const TomlComment& comment) {
    if (comment.is_alone) {
      // Inside of a list, or before the next key.
      const auto next =
          std::find_if(stretches_.begin(), stretches_.end(),
                       [&](const Stretch& stretch) { return stretch.last >= comment.line; });
      return keep_above(next == stretches_.end() ? "" : next->path, comment.text);
    }
    const auto behind =
        std::find_if(stretches_.rbegin(), stretches_.rend(), [&](const Stretch& stretch) {
          return stretch.first <= comment.line && comment.line <= stretch.last;
        });
    if (behind == stretches_.rend()) return keep_above("", comment.text);
    if (behind->last != comment.line) return keep_above(behind->path, comment.text);
    keep_behind(behind->path, comment.text);
  }

  /// What belongs to no line stands at the end.
  void finish() {
    if (left_.empty()) return;
    TopicLine end;
    end.path = "[]";
    end.trailing = std::move(left_.back());
    left_.pop_back();
    end.above = std::move(left_);
    lines_.push_back(std::move(end));
  }

 private:
  TopicLine* line(std::string_view path) {
    const auto found = std::find_if(lines_.begin(), lines_.end(),
                                    [path](const TopicLine& line) { return line.path == path; });
    return found == lines_.end() ? nullptr : &*found;
  }

  void keep_above(std::string_view path, const std::string& text) {
    TopicLine* found = line(path);
    (found == nullptr ? left_ : found->above).push_back(text);
  }

  void keep_behind(std::string_view path, const std::string& text) {
    if (path.starts_with("terms.")) return;  // kept as the term's provenance
    TopicLine* found = line(path);
    if (found == nullptr) {
      left_.push_back(text);
    } else if (found->trailing.empty()) {
      found->trailing = text;
    } else {
      found->above.push_back(text);
    }
  }

  std::vector<TopicLine>& lines_;
  std::vector<Stretch> stretches_;
  std::vector<std::string> left_;
};

Error first_mistake(const Diagnostics& diagnostics, const Error& otherwise) {
  const auto found =
      std::find_if(diagnostics.begin(), diagnostics.end(),
                   [](const Diagnostic& one) { return one.level == Diagnostic::Level::error; });
  return {.code = Errc::invalid_input,
          .message = found == diagnostics.end() ? otherwise.message : to_line(*found)};
}

/// None for a file of tests, which is as its author likes it.
Result<std::vector<TopicLine>> canonical_lines(std::string_view toml, const std::string& file_name,
                                               Diagnostics& diagnostics) {
  if (file_name.ends_with(test_ending)) {
    const auto tests = read_tests(toml, file_name, diagnostics);
    if (!tests) return fail(tests.error());
    return std::vector<TopicLine>{};
  }
  if (file_name.ends_with(filter_ending)) {
    const auto filter = read_filter(toml, file_name, diagnostics);
    if (!filter) return fail(filter.error());
    return filter_lines(*filter);
  }
  const auto topic = read_topic(toml, file_name, diagnostics);
  if (!topic) return fail(topic.error());
  return topic_lines(*topic);
}

}  // namespace

Result<std::string> format_topic(std::string_view toml, const std::string& file_name) {
  Diagnostics diagnostics;
  auto canonical = canonical_lines(toml, file_name, diagnostics);
  if (!canonical) return fail(first_mistake(diagnostics, canonical.error()));
  if (canonical->empty()) return std::string{toml};
  Mistakes mistakes{file_name, diagnostics};
  const auto file = parse_toml(toml, mistakes);
  if (!file) return fail(mistakes.error());
  std::vector<TopicLine> lines = std::move(*canonical);
  CommentKeeper keeper{lines, stretches_of(*file)};
  for (const TomlComment& comment : toml_comments(toml)) keeper.keep(comment);
  keeper.finish();
  return join_lines(lines);
}

}  // namespace tocsin::topics
