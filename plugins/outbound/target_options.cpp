// SPDX-License-Identifier: Apache-2.0
#include "outbound/target_options.hpp"

#include <cerrno>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/url.hpp"
#include "http/proxy.hpp"

namespace tocsin::outbound {
namespace {

constexpr std::string_view certificate_begin = "-----BEGIN ";
constexpr std::string_view certificate_end = "CERTIFICATE-----";
constexpr std::size_t most_lines = 1'000'000;

Result<void> check_proxy(const plugin::Options& options) {
  const std::string text = options.text("proxy");
  if (text.empty()) return {};
  const auto proxy = http::proxy_of({.proxy = text});
  return proxy ? Result<void>{} : fail(proxy.error());
}

bool has_certificate(std::ifstream& file) {
  std::string line;
  for (std::size_t i = 0; i < most_lines && std::getline(file, line); ++i) {
    const std::string_view text{line};
    const auto begin = text.find(certificate_begin);
    if (begin == 0 && text.find(certificate_end) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

plugin::Mistakes mistakes_in_proxy(const plugin::Options& options) {
  const auto good = check_proxy(options);
  if (good) return {};
  return {{.option = "proxy", .what = good.error().message}};
}

plugin::Mistakes mistakes_in_target(const plugin::Options& options) {
  plugin::Mistakes mistakes = mistakes_in_proxy(options);
  const auto url = parse_http_url(options.text("url"));
  if (!url) mistakes.push_back({.option = "url", .what = url.error().message});
  if (url && !url->user_info.empty()) {
    mistakes.push_back({.option = "url", .what = "holds a user; authorization names a secret"});
  }
  return mistakes;
}

Result<void> check_authorities(const plugin::Options& options) {
  const std::string path = options.text("ca-file");
  if (path.empty()) return {};
  std::ifstream file{path};
  if (!file) {
    const int number = errno;
    const std::string why = path + ": " + std::generic_category().message(number);
    return options.wrong({.option = "ca-file", .what = why},
                         number == ENOENT ? Errc::not_found : Errc::refused);
  }
  if (has_certificate(file)) return {};
  return options.wrong({.option = "ca-file", .what = path + ": holds no certificate in PEM"});
}

Result<HttpPost> open_target(const plugin::Options& options, std::string url) {
  if (const auto good = check_authorities(options); !good) return fail(good.error());
  if (const auto good = parse_http_url(url); !good) {
    return options.wrong({.option = "url", .what = good.error().message});
  }
  return HttpPost::create({.url = std::move(url),
                           .ca_file = options.text("ca-file"),
                           .proxy = options.text("proxy"),
                           .time_limit = options.duration("timeout")});
}

}  // namespace tocsin::outbound
