// SPDX-License-Identifier: Apache-2.0
#include "topics/condition.hpp"

namespace tocsin::topics {
namespace {

using Kind = Condition::Kind;

/// How tightly a part binds; what binds looser than its surroundings needs parentheses.
int strength(const Condition& condition) {
  switch (condition.kind) {
    case Kind::any:
      return 0;
    case Kind::all:
      return 1;
    case Kind::near:
      return 2;
    default:
      return 3;
  }
}

std::string part(const Condition& condition, int least) {
  const std::string text = to_text(condition);
  return strength(condition) < least ? '(' + text + ')' : text;
}

std::string join(const Condition& condition, const std::string& between, int least) {
  std::string text;
  for (const Condition& child : condition.children) {
    if (!text.empty()) text += between;
    text += part(child, least);
  }
  return text;
}

}  // namespace

std::string to_text(const Condition& condition) {
  switch (condition.kind) {
    case Kind::phrase:
      return condition.written.find_first_of(" ,") == std::string::npos
                 ? condition.written
                 : '"' + condition.written + '"';
    case Kind::sloppy:
      return '"' + condition.written + "\"~" + std::to_string(condition.number);
    case Kind::pattern:
      return '/' + condition.written + (condition.ignores_case ? "/i" : "/");
    case Kind::all:
      return join(condition, " AND ", 2);
    case Kind::any:
      return join(condition, " OR ", 1);
    case Kind::none:
      return "NOT " + join(condition, "", 3);
    case Kind::near:
      return join(
          condition,
          (condition.is_ordered ? " ONEAR/" : " NEAR/") + std::to_string(condition.number) + ' ',
          3);
    case Kind::at_least:
      return std::to_string(condition.number) + " OF (" + join(condition, ", ", 0) + ')';
    case Kind::in_field:
      return std::string{to_string(condition.field)} + ':' + join(condition, "", 3);
  }
  return {};
}

}  // namespace tocsin::topics
