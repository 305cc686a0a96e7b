// SPDX-License-Identifier: Apache-2.0
#include "topics/toml_comments.hpp"

#include <algorithm>

namespace tocsin::topics {
namespace {

class Scanner {
 public:
  explicit Scanner(std::string_view toml) : toml_{toml} {}

  std::vector<TomlComment> run() {
    while (at_ < toml_.size()) step();
    return std::move(comments_);
  }

 private:
  [[nodiscard]] bool stands(std::string_view what) const {
    return toml_.substr(at_).starts_with(what);
  }

  void step() {
    const char c = toml_[at_];
    if (c == '#') return read_comment();
    if (c == '"' || c == '\'') return skip_string(c);
    if (c == '\n') {
      ++line_;
      is_alone_ = true;
    } else if (c != ' ' && c != '\t' && c != '\r') {
      is_alone_ = false;
    }
    ++at_;
  }

  void read_comment() {
    const std::size_t end = std::min(toml_.find('\n', at_), toml_.size());
    std::string_view text = toml_.substr(at_, end - at_);
    text = text.substr(0, text.find_last_not_of(" \t\r") + 1);
    comments_.push_back({.line = line_, .is_alone = is_alone_, .text = std::string{text}});
    at_ = end;
  }

  /// Basic and literal strings, of one line and of several; only the basic ones have escapes.
  void skip_string(char quote) {
    is_alone_ = false;
    const std::string three(3, quote);
    const bool is_long = stands(three);
    const std::string close = is_long ? three : std::string(1, quote);
    at_ += close.size();
    while (at_ < toml_.size() && !stands(close)) {
      if (toml_[at_] == '\n') ++line_;
      const bool is_escape = quote == '"' && toml_[at_] == '\\';
      if (is_escape && at_ + 1 < toml_.size() && toml_[at_ + 1] == '\n') ++line_;
      at_ += is_escape ? 2 : 1;
    }
    at_ += close.size();
    // A long string may end in one or two quotation marks of its own.
    while (is_long && at_ < toml_.size() && toml_[at_] == quote) ++at_;
  }

  std::string_view toml_;
  std::size_t at_ = 0;
  unsigned line_ = 1;
  bool is_alone_ = true;
  std::vector<TomlComment> comments_;
};

}  // namespace

std::vector<TomlComment> toml_comments(std::string_view toml) {
  return Scanner{toml}.run();
}

}  // namespace tocsin::topics
