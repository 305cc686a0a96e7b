// SPDX-License-Identifier: Apache-2.0
#include "feed/web_address.hpp"

#include <gtest/gtest.h>

namespace tocsin::feed {
namespace {

TEST(WebAddress, TakesTheFeedSchemeOff) {
  EXPECT_EQ(web_address(" feed://a.example/x "), "http://a.example/x");
  EXPECT_EQ(web_address("FEED:https://a.example/x"), "https://a.example/x");
  EXPECT_EQ(web_address("feed:a.example/x"), "http://a.example/x");
}

TEST(WebAddress, LeavesAnythingElse) {
  EXPECT_EQ(web_address("https://a.example/feed:x"), "https://a.example/feed:x");
  EXPECT_EQ(web_address("gopher://a.example"), "gopher://a.example");
  EXPECT_EQ(web_address(""), "");
}

}  // namespace
}  // namespace tocsin::feed
