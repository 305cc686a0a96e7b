// SPDX-License-Identifier: Apache-2.0
#include "http/address_guard.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <string>

namespace tocsin::http {
namespace {

struct Case {
  const char* address;
  AddressKind kind;
};

AddressKind kind_of(const std::string& text) {
  const auto address = parse_address(text);
  EXPECT_TRUE(address.has_value()) << text;
  return classify(address.value_or(Address{}));
}

class ClassifyTest : public testing::TestWithParam<Case> {};

TEST_P(ClassifyTest, NamesTheKindOfPlace) {
  EXPECT_EQ(to_string(kind_of(GetParam().address)), to_string(GetParam().kind))
      << GetParam().address;
}

INSTANTIATE_TEST_SUITE_P(
    IPv4, ClassifyTest,
    testing::Values(
        Case{"0.0.0.0", AddressKind::unspecified}, Case{"0.255.255.255", AddressKind::unspecified},
        Case{"1.0.0.0", AddressKind::global}, Case{"9.255.255.255", AddressKind::global},
        Case{"10.0.0.0", AddressKind::private_use},
        Case{"10.255.255.255", AddressKind::private_use}, Case{"11.0.0.0", AddressKind::global},
        Case{"100.63.255.255", AddressKind::global}, Case{"100.64.0.0", AddressKind::shared},
        Case{"100.127.255.255", AddressKind::shared}, Case{"100.128.0.0", AddressKind::global},
        Case{"127.0.0.1", AddressKind::loopback}, Case{"127.255.255.255", AddressKind::loopback},
        Case{"169.254.169.254", AddressKind::link_local},
        Case{"172.15.255.255", AddressKind::global}, Case{"172.16.0.0", AddressKind::private_use},
        Case{"172.31.255.255", AddressKind::private_use}, Case{"172.32.0.0", AddressKind::global},
        Case{"192.0.0.1", AddressKind::reserved}, Case{"192.0.2.1", AddressKind::documentation},
        Case{"192.88.99.1", AddressKind::tunnelled}, Case{"192.168.0.1", AddressKind::private_use},
        Case{"192.169.0.0", AddressKind::global}, Case{"198.17.255.255", AddressKind::global},
        Case{"198.18.0.0", AddressKind::benchmark}, Case{"198.19.255.255", AddressKind::benchmark},
        Case{"198.51.100.7", AddressKind::documentation},
        Case{"203.0.113.7", AddressKind::documentation},
        Case{"223.255.255.255", AddressKind::global}, Case{"224.0.0.1", AddressKind::multicast},
        Case{"239.255.255.255", AddressKind::multicast}, Case{"240.0.0.0", AddressKind::reserved},
        Case{"255.255.255.255", AddressKind::reserved}));

INSTANTIATE_TEST_SUITE_P(
    IPv6, ClassifyTest,
    testing::Values(
        Case{"::", AddressKind::unspecified}, Case{"::1", AddressKind::loopback},
        Case{"2606:4700::1111", AddressKind::global}, Case{"3ffe::1", AddressKind::global},
        Case{"2001::1", AddressKind::tunnelled},
        Case{"2001:0:5ef5:79fd::1", AddressKind::tunnelled},
        Case{"2001:2::1", AddressKind::benchmark}, Case{"2001:20::1", AddressKind::reserved},
        Case{"2001:db8::1", AddressKind::documentation},
        Case{"3fff::1", AddressKind::documentation}, Case{"2002:7f00:1::1", AddressKind::tunnelled},
        Case{"fc00::1", AddressKind::unique_local}, Case{"fdff::1", AddressKind::unique_local},
        Case{"fe80::1", AddressKind::link_local}, Case{"fec0::1", AddressKind::unique_local},
        Case{"ff02::1", AddressKind::multicast}, Case{"100::1", AddressKind::reserved},
        Case{"4000::1", AddressKind::reserved}, Case{"5f00::1", AddressKind::reserved}));

INSTANTIATE_TEST_SUITE_P(IPv4InDisguise, ClassifyTest,
                         testing::Values(Case{"::ffff:127.0.0.1", AddressKind::loopback},
                                         Case{"::ffff:10.0.0.1", AddressKind::private_use},
                                         Case{"::ffff:8.8.8.8", AddressKind::global},
                                         Case{"::127.0.0.1", AddressKind::loopback},
                                         Case{"::ffff:0:127.0.0.1", AddressKind::reserved},
                                         Case{"64:ff9b::127.0.0.1", AddressKind::loopback},
                                         Case{"64:ff9b::192.168.1.1", AddressKind::private_use},
                                         Case{"64:ff9b::8.8.8.8", AddressKind::global},
                                         Case{"64:ff9b:1::8.8.8.8", AddressKind::reserved}));

AddressGuard allowing(const std::string& target) {
  return AddressGuard{{parse_allowed_target(target).value()}};
}

Address address(const std::string& text) {
  return parse_address(text).value();
}

TEST(AddressGuard, LetsOnlyGlobalAddressesPassUnlessTold) {
  const AddressGuard guard;
  EXPECT_TRUE(guard.allows(address("8.8.8.8"), 80));
  EXPECT_TRUE(guard.allows(address("2606:4700::1111"), 8443));
  EXPECT_FALSE(guard.allows(address("127.0.0.1"), 80));
  EXPECT_FALSE(guard.allows(address("fe80::1"), 80));
}

TEST(AddressGuard, LetsAnAllowedNetworkPassOnEveryPort) {
  const auto guard = allowing("10.0.0.0/8");
  EXPECT_TRUE(guard.allows(address("10.9.8.7"), 1));
  EXPECT_TRUE(guard.allows(address("::ffff:10.9.8.7"), 65'535));
  EXPECT_FALSE(guard.allows(address("172.16.0.1"), 1));
}

TEST(AddressGuard, KeepsToTheAllowedPort) {
  const auto guard = allowing("127.0.0.1:8080");
  EXPECT_TRUE(guard.allows(address("127.0.0.1"), 8080));
  EXPECT_FALSE(guard.allows(address("127.0.0.1"), 8081));
  EXPECT_FALSE(guard.allows(address("127.0.0.2"), 8080));
}

TEST(AddressGuard, DoesNotTakeATranslatedSpellingForTheAllowedAddress) {
  const auto guard = allowing("10.0.0.0/8");
  EXPECT_FALSE(guard.allows(address("64:ff9b::10.0.0.1"), 80));
  EXPECT_FALSE(guard.allows(address("2002:0a00:0001::"), 80));
}

TEST(AddressGuard, SaysWhichHostResolvesWhere) {
  sockaddr_in target{};
  target.sin_family = AF_INET;
  target.sin_port = htons(80);
  target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto verdict = AddressGuard{}.check(reinterpret_cast<const sockaddr&>(target), "intra.net");
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().code, Errc::refused);
  EXPECT_EQ(verdict.error().message,
            "host 'intra.net' resolves to loopback address 127.0.0.1 (not in http.allow)");
}

TEST(AddressGuard, RefusesFamiliesOtherThanIp) {
  sockaddr target{};
  target.sa_family = AF_UNIX;
  EXPECT_FALSE(AddressGuard{}.check(target, "x"));
}

TEST(AllowedTarget, IsReadInEverySpellingOfTheManual) {
  EXPECT_EQ(parse_allowed_target("10.0.0.0/8")->prefix, 104U);
  EXPECT_EQ(parse_allowed_target("127.0.0.1")->prefix, 128U);
  EXPECT_EQ(parse_allowed_target("127.0.0.1:8080")->port, 8080);
  EXPECT_EQ(parse_allowed_target("10.0.0.0/8:80")->port, 80);
  EXPECT_EQ(parse_allowed_target("fd00::/8")->prefix, 8U);
  EXPECT_EQ(parse_allowed_target("[::1]:8080")->port, 8080);
  EXPECT_EQ(parse_allowed_target("[fd00::]/8:80")->prefix, 8U);
  EXPECT_EQ(parse_allowed_target("::1")->port, std::nullopt);
}

class WrongTargetTest : public testing::TestWithParam<const char*> {};

TEST_P(WrongTargetTest, IsToldFromARightOne) {
  const auto target = parse_allowed_target(GetParam());
  ASSERT_FALSE(target) << GetParam();
  EXPECT_EQ(target.error().code, Errc::invalid_input);
}

INSTANTIATE_TEST_SUITE_P(AllowedTarget, WrongTargetTest,
                         testing::Values("", "localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x",
                                         "127.0.0.1:0", "127.0.0.1:65536",
                                         "127.0.0.1:", "10.1.0.0/8", "[::1", "[::1]80",
                                         "0x7f000001", "127.1", "fd00::/129", "10.0.0.0/8/8"));

TEST(AllowedTarget, NamesTheNetworkWhenBitsAreSetBeyondItsPrefix) {
  const auto target = parse_allowed_target("10.1.2.3/8");
  ASSERT_FALSE(target);
  EXPECT_EQ(target.error().message,
            "'10.1.2.3/8' sets bits beyond its prefix; the network is 10.0.0.0");
}

TEST(Address, IsShownInItsShortestSpelling) {
  EXPECT_EQ(to_string(address("::ffff:10.0.0.1")), "10.0.0.1");
  EXPECT_EQ(to_string(address("2001:DB8:0:0:0:0:0:1")), "2001:db8::1");
}

}  // namespace
}  // namespace tocsin::http
