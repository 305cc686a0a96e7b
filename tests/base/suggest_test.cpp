// SPDX-License-Identifier: Apache-2.0
#include "base/suggest.hpp"

#include <gtest/gtest.h>

namespace tocsin {
namespace {

const std::vector<std::string> keys{"interval", "priority", "kind", "agent"};

TEST(Suggest, FindsTheWordThatWasMeant) {
  EXPECT_EQ(nearest("intervall", keys), "interval");
  EXPECT_EQ(nearest("prioirty", keys), "priority") << "two letters swapped are one slip";
  EXPECT_EQ(nearest("kin", keys), "kind");
}

TEST(Suggest, OffersNothingForAnotherWord) {
  EXPECT_EQ(nearest("credential", keys), std::nullopt);
  EXPECT_EQ(nearest("xy", keys), std::nullopt);
  EXPECT_EQ(nearest("", keys), std::nullopt);
  EXPECT_EQ(nearest("interval", {}), std::nullopt);
}

TEST(Suggest, PrefersTheNearer) {
  EXPECT_EQ(nearest("agents", {"agentur", "agent"}), "agent");
}

TEST(Suggest, DoesNotLookAtAWordTooLongToBeASlip) {
  EXPECT_EQ(nearest(std::string(65, 'a'), {std::string(65, 'a')}), std::nullopt);
}

TEST(Suggest, IsMadeToBeAppended) {
  EXPECT_EQ(did_you_mean("intervall", keys), "; did you mean 'interval'?");
  EXPECT_EQ(did_you_mean("zzz", keys), "");
}

}  // namespace
}  // namespace tocsin
