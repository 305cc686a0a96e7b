// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "base/base64.hpp"
#include "webhook/signature.hpp"

namespace tocsin::webhook {
namespace {

std::string secret_of(std::size_t bytes, char byte = 'k') {
  return "whsec_" + to_base64(std::string(bytes, byte));
}

TEST(WebhookSecrets, AreReadLineByLine) {
  const auto keys =
      parse_secrets("# old\n" + secret_of(24) + "\r\n\n  " + secret_of(64, 'n') + "  ");
  ASSERT_TRUE(keys);
  EXPECT_EQ(*keys, (std::vector<std::string>{std::string(24, 'k'), std::string(64, 'n')}));
}

TEST(WebhookSecrets, AreRefusedByLineAndNeverShown) {
  const auto message = [](const std::string& text) {
    const auto keys = parse_secrets(text);
    return keys ? std::string{} : keys.error().message;
  };
  EXPECT_EQ(message(""), "there is no secret in it");
  EXPECT_EQ(message(secret_of(24) + "\nhunter2"), "line 2: a secret begins with whsec_");
  EXPECT_EQ(message("whsec_hunter2"), "line 1: what follows whsec_ is no base64");
  EXPECT_EQ(message(secret_of(23)), "line 1: a secret has 24 to 64 bytes, and this 23");
  EXPECT_EQ(message(secret_of(65)), "line 1: a secret has 24 to 64 bytes, and this 65");
  std::string many;
  for (int i = 0; i < 11; ++i) many += secret_of(24) + "\n";
  EXPECT_EQ(message(many), "over 10 secrets");
}

TEST(WebhookSignature, AgreesWithTheStandardsExample) {
  // The test vector of the standard's reference libraries.
  const auto keys = parse_secrets("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  ASSERT_TRUE(keys);
  EXPECT_EQ(sign(*keys, {.id = "msg_p5jXN8AQM9LWM0D4loKWxJek",
                         .timestamp = std::chrono::seconds{1614265330},
                         .body = R"({"test": 2432232314})"}),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, SignsWithEachKey) {
  const Signed what{.id = "a", .timestamp = std::chrono::seconds{1}, .body = "b"};
  EXPECT_EQ(sign({"one", "two"}, what), sign({"one"}, what) + " " + sign({"two"}, what));
}

}  // namespace
}  // namespace tocsin::webhook
