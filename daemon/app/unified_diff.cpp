// SPDX-License-Identifier: Apache-2.0
#include "app/unified_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace tocsin::app {
namespace {

constexpr std::size_t context = 3;
/// Lines that differ at the most for the shortest way to be looked for: the table has their
/// product.
constexpr std::size_t most_cells = std::size_t{16} << 20U;

using Lines = std::vector<std::string_view>;

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t size = end == std::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

/// One line of the way from one text to the other.
struct Step {
  char sign = ' ';  ///< ' ' in both, '-' in the first alone, '+' in the second alone.
  std::string_view line;
};

/// The longest common subsequence by dynamic programming, between what is equal at both ends.
class Way {
 public:
  Way(const Lines& before, const Lines& after) : before_{before}, after_{after} {}

  std::vector<Step> run() {
    std::size_t head = 0;
    while (head < before_.size() && head < after_.size() && before_[head] == after_[head]) ++head;
    std::size_t tail = 0;
    while (tail + head < before_.size() && tail + head < after_.size() &&
           before_[before_.size() - tail - 1] == after_[after_.size() - tail - 1]) {
      ++tail;
    }
    for (std::size_t i = 0; i < head; ++i) add(' ', before_[i]);
    walk({head, before_.size() - tail}, {head, after_.size() - tail});
    for (std::size_t i = before_.size() - tail; i < before_.size(); ++i) add(' ', before_[i]);
    return std::move(steps_);
  }

 private:
  struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;

    [[nodiscard]] std::size_t size() const { return end - begin; }
  };

  void add(char sign, std::string_view line) { steps_.push_back({.sign = sign, .line = line}); }

  void walk(Range a, Range b) {
    const std::size_t width = b.size() + 1;
    const bool is_small = (a.size() + 1) * width <= most_cells;
    std::vector<std::uint32_t> common(is_small ? (a.size() + 1) * width : 0);
    for (std::size_t i = is_small ? a.size() : 0; i-- > 0;) {
      for (std::size_t j = b.size(); j-- > 0;) {
        const bool is_same = before_[a.begin + i] == after_[b.begin + j];
        common[i * width + j] =
            is_same ? common[(i + 1) * width + j + 1] + 1
                    : std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
      }
    }
    std::size_t i = 0;
    std::size_t j = 0;
    while (is_small && i < a.size() && j < b.size()) {
      if (before_[a.begin + i] == after_[b.begin + j]) {
        add(' ', before_[a.begin + i]);
        ++i;
        ++j;
      } else if (common[(i + 1) * width + j] >= common[i * width + j + 1]) {
        add('-', before_[a.begin + i++]);
      } else {
        add('+', after_[b.begin + j++]);
      }
    }
    for (; i < a.size(); ++i) add('-', before_[a.begin + i]);
    for (; j < b.size(); ++j) add('+', after_[b.begin + j]);
  }

  const Lines& before_;
  const Lines& after_;
  std::vector<Step> steps_;
};

/// Writes the changes of the way with the lines around them.
class Writer {
 public:
  explicit Writer(const std::vector<Step>& steps) : steps_{steps} {}

  std::string run() {
    for (std::size_t at = next_change(0); at < steps_.size(); at = next_change(at)) {
      const std::size_t begin = at > context + done_ ? at - context : done_;
      std::size_t end = at + 1;
      for (std::size_t next = next_change(end); next < steps_.size() && next - end <= 2 * context;
           next = next_change(end)) {
        end = next + 1;
      }
      at = end;
      write(begin, std::min(end + context, steps_.size()));
    }
    return std::move(text_);
  }

 private:
  [[nodiscard]] std::size_t next_change(std::size_t at) const {
    while (at < steps_.size() && steps_[at].sign == ' ') ++at;
    return at;
  }

  void write(std::size_t begin, std::size_t end) {
    for (; done_ < begin; ++done_) count(steps_[done_].sign, before_, after_);
    std::size_t old_lines = 0;
    std::size_t new_lines = 0;
    std::string body;
    for (; done_ < end; ++done_) {
      const Step& step = steps_[done_];
      count(step.sign, old_lines, new_lines);
      body += step.sign;
      body += step.line;
      if (!step.line.ends_with('\n')) body += "\n\\ No newline at end of file\n";
    }
    text_ += fmt::format("@@ -{},{} +{},{} @@\n{}", before_ + (old_lines > 0 ? 1 : 0), old_lines,
                         after_ + (new_lines > 0 ? 1 : 0), new_lines, body);
    before_ += old_lines;
    after_ += new_lines;
  }

  static void count(char sign, std::size_t& before, std::size_t& after) {
    if (sign != '+') ++before;
    if (sign != '-') ++after;
  }

  const std::vector<Step>& steps_;
  std::size_t done_ = 0;    ///< Steps behind us.
  std::size_t before_ = 0;  ///< Lines behind us, in either text.
  std::size_t after_ = 0;
  std::string text_;
};

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after, std::string_view name) {
  if (before == after) return {};
  const Lines old_lines = lines_of(before);
  const Lines new_lines = lines_of(after);
  const std::vector<Step> steps = Way{old_lines, new_lines}.run();
  const std::string from = before.empty() ? "/dev/null" : fmt::format("a/{}", name);
  return fmt::format("--- {}\n+++ b/{}\n{}", from, name, Writer{steps}.run());
}

}  // namespace tocsin::app
