// SPDX-License-Identifier: Apache-2.0
#include "feed/json_mend.hpp"

#include <algorithm>
#include <utility>

#include "feed/ascii.hpp"

namespace tocsin::feed {
namespace {

class JsonMender {
 public:
  JsonMender(std::string_view text, std::vector<std::string>& warnings)
      : text_{text},
        warnings_{warnings} {}

  [[nodiscard]] std::string run() {
    while (at_ < text_.size() && !is_done_) {
      const char c = text_[at_++];
      if (is_in_string_) {
        take_in_string(c);
      } else {
        take(c);
      }
    }
    if (is_done_ && !trimmed(text_.substr(at_)).empty()) warn("text behind the JSON dropped");
    if (!is_done_) close_all();
    return std::move(out_);
  }

 private:
  void warn(std::string_view what) {
    const auto found = std::find(warnings_.begin(), warnings_.end(), what);
    if (found == warnings_.end()) warnings_.emplace_back(what);
  }

  void take_in_string(char c) {
    if (c == '\\' && at_ < text_.size()) {
      const char escaped = text_[at_++];
      const bool is_known = std::string_view{"\"\\/bfnrtu"}.find(escaped) != std::string_view::npos;
      if (is_known) out_ += c;
      out_ += escaped;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      warn("control characters in JSON strings escaped");
      out_ += c == '\n' ? "\\n" : " ";
    } else {
      is_in_string_ = c != '"';
      out_ += c;
    }
  }

  void take(char c) {
    if (c == '}' || c == ']') return close(c);
    if (c == ',' && open_.size() == 1) safe_ = {.size = out_.size(), .closers = "}"};
    if (c == '{' || c == '[') open_ += c;
    is_in_string_ = c == '"';
    out_ += c;
  }

  void close(char c) {
    std::size_t end = out_.size();
    while (end > 0 && is_space(out_[end - 1])) --end;
    if (end > 0 && out_[end - 1] == ',') {
      warn("comma before a closing bracket dropped");
      out_.erase(end - 1, 1);
    }
    out_ += c;
    if (!open_.empty()) open_.pop_back();
    if (open_ == "{[") safe_ = {.size = out_.size(), .closers = "]}"};
    is_done_ = open_.empty();
  }

  /// Goes back to where the last item, or the last member of the feed, was whole.
  void close_all() {
    warn("JSON cut off, what was not whole left out");
    out_.resize(safe_.size);
    out_ += safe_.closers;
  }

  struct Safe {
    std::size_t size = 0;
    std::string_view closers;
  };

  std::string_view text_;
  std::vector<std::string>& warnings_;
  std::size_t at_ = 0;
  std::string out_;
  std::string open_;  // the brackets not closed yet
  Safe safe_;
  bool is_in_string_ = false;
  bool is_done_ = false;
};

}  // namespace

std::string mend_json(std::string_view text, std::vector<std::string>& warnings) {
  return JsonMender{text, warnings}.run();
}

}  // namespace tocsin::feed
