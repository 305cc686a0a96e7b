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

TEST(Digest, SignsAsTheStandardsExamples) {
  // RFC 4231, test cases 2 and 6: a short key, and one longer than a block.
  const auto hex = [](const std::string& bytes) {
    std::string text;
    for (const char c : bytes) {
      text += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4U];
      text += "0123456789abcdef"[static_cast<unsigned char>(c) & 15U];
    }
    return text;
  };
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hmac_sha256(std::string(131, '\xAA'),
                            "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

}  // namespace
}  // namespace tocsin
