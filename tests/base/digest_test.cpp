// SPDX-License-Identifier: Apache-2.0
#include "base/digest.hpp"

#include <gtest/gtest.h>

namespace tocsin {
namespace {

TEST(Digest, AgreesWithTheStandardsExamples) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, IsCutToTheDigitsAskedFor) {
  EXPECT_EQ(sha256_hex("abc", 8), "ba7816bf");
  EXPECT_EQ(sha256_hex("abc", 100).size(), 64U);
}

TEST(Digest, TellsPartsApartByWhereTheyEnd) {
  EXPECT_NE(sha256_hex_of_parts({"ab", "c"}), sha256_hex_of_parts({"a", "bc"}));
  EXPECT_NE(sha256_hex_of_parts({"a"}), sha256_hex_of_parts({"a", ""}));
  EXPECT_EQ(sha256_hex_of_parts({"ab", "c"}), sha256_hex("2:ab1:c"));
}

}  // namespace
}  // namespace tocsin
