// SPDX-License-Identifier: Apache-2.0
#include "topics/pattern.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/utf8.hpp"

namespace tocsin::topics {
namespace {

/// For the program and the automaton that RE2 builds while it searches; what does not fit is
/// searched with the program alone, slower.
constexpr std::int64_t memory = std::int64_t{256} << 10U;

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

RE2::Options options(bool ignores_case) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!ignores_case);
  options.set_max_mem(memory);
  return options;
}

}  // namespace

class Pattern::Impl {
 public:
  Impl(std::string_view written, bool ignores_case)
      : expression{piece(written), options(ignores_case)} {}

  RE2 expression;
};

tl::expected<Pattern, PatternMistake> Pattern::parse(std::string_view written, bool ignores_case) {
  const auto refuse = [](std::string message, std::size_t byte = 0) {
    return tl::unexpected<PatternMistake>({.byte = byte, .message = std::move(message)});
  };
  if (written.empty()) return refuse("the regular expression is empty");
  if (written.size() > max_bytes) {
    return refuse(fmt::format("the regular expression is over {} bytes", max_bytes));
  }
  auto impl = std::make_shared<const Impl>(written, ignores_case);
  const RE2& expression = impl->expression;
  if (!expression.ok()) {
    const std::size_t place = written.find(expression.error_arg());
    return refuse("the regular expression is broken: " + escape_for_line(expression.error()),
                  place == std::string_view::npos ? 0 : place);
  }
  if (static_cast<std::size_t>(expression.ProgramSize()) > max_size) {
    return refuse(fmt::format("the regular expression takes {} instructions; at most {}",
                              expression.ProgramSize(), max_size));
  }
  if (expression.Match("", 0, 0, RE2::UNANCHORED, nullptr, 0)) {
    return refuse("the regular expression is found in everything, even in nothing");
  }
  return Pattern{std::move(impl)};
}

bool Pattern::occurs_in(std::string_view text) const {
  const std::string_view looked = truncate_utf8(text, looked_bytes);
  return impl_->expression.Match(piece(looked), 0, looked.size(), RE2::UNANCHORED, nullptr, 0);
}

std::size_t Pattern::size() const {
  return static_cast<std::size_t>(impl_->expression.ProgramSize());
}

}  // namespace tocsin::topics
