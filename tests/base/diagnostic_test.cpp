// SPDX-License-Identifier: Apache-2.0
#include "base/diagnostic.hpp"

#include <gtest/gtest.h>

namespace tocsin {
namespace {

Diagnostic at(unsigned line, unsigned column) {
  return {.file = "a.toml", .line = line, .column = column, .message = "unknown key 'x'"};
}

TEST(Diagnostic, NamesFileLineAndColumn) {
  EXPECT_EQ(to_line(at(12, 3)), "a.toml:12:3: error: unknown key 'x'");
}

TEST(Diagnostic, LeavesOutAPlaceItDoesNotHave) {
  EXPECT_EQ(to_line(at(0, 3)), "a.toml: error: unknown key 'x'");
  EXPECT_EQ(to_line(at(4, 0)), "a.toml:4: error: unknown key 'x'");
}

TEST(Diagnostic, CountsAsAnErrorOnlyWhenItIsOne) {
  Diagnostic warning = at(1, 1);
  warning.level = Diagnostic::Level::warning;
  EXPECT_EQ(to_line(warning), "a.toml:1:1: warning: unknown key 'x'");
  EXPECT_FALSE(has_errors({}));
  EXPECT_FALSE(has_errors({warning}));
  EXPECT_TRUE(has_errors({warning, at(1, 1)}));
}

}  // namespace
}  // namespace tocsin
