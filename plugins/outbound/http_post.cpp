// SPDX-License-Identifier: Apache-2.0
#include "outbound/http_post.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "base/url.hpp"
#include "base/utf8.hpp"
#include "http/proxy.hpp"
#include "http/reply_headers.hpp"
#include "outbound/easy.hpp"

namespace tocsin::outbound {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// The whole header section of one reply, as it comes line by line.
struct Incoming {
  http::ReplyHeaders known = {};
  Reply reply = {};
  bool has_long_headers = false;
  bool has_long_body = false;
};

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) {
  Incoming& incoming = *static_cast<Incoming*>(self);
  const std::string_view line{data, size * count};
  const bool was_complete = incoming.known.is_complete;
  http::take_line(incoming.known, line);
  if (incoming.known.bytes > reply_headers_limit) {
    incoming.has_long_headers = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) incoming.reply.headers.clear();
  const auto colon = line.find(':');
  if (was_complete || colon == std::string_view::npos) return line.size();
  incoming.reply.headers.push_back({.name = std::string{line.substr(0, colon)},
                                    .value = std::string{trimmed(line.substr(colon + 1))}});
  return line.size();
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) {
  Incoming& incoming = *static_cast<Incoming*>(self);
  std::string& body = incoming.reply.body;
  const std::size_t bytes = size * count;
  body.append(data, std::min(bytes, reply_limit - body.size()));
  incoming.has_long_body = body.size() == reply_limit;
  return incoming.has_long_body ? 0 : bytes;
}

}  // namespace

bool is_header_safe(std::string_view text) {
  return text.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos;
}

std::string_view Reply::header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(), [name](const http::Header& one) {
    return is_same_word(one.name, name);
  });
  return found == headers.end() ? std::string_view{} : std::string_view{found->value};
}

struct HttpPost::Impl {
  Target target = {};
  std::string host = {};
  Easy easy = {};

  void set_up();
  [[nodiscard]] Result<List> header_list(const std::vector<http::Header>& headers) const;
  [[nodiscard]] Result<Reply> reply_of(CURLcode outcome, Incoming incoming) const;
};

void HttpPost::Impl::set_up() {
  CURL* const handle = easy.get();
  set_transport(easy, {.ca_file = target.ca_file, .time_limit = target.time_limit});
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_URL, target.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROXY, target.proxy.c_str());
  curl_easy_setopt(handle, CURLOPT_NOPROXY, "");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  // 7.88.0 to 8.1.2 can crash on resets of HTTP/2 (curl #10936).
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(handle, CURLOPT_POST, 1L);
}

Result<List> HttpPost::Impl::header_list(const std::vector<http::Header>& headers) const {
  List list;
  bool is_well = append(list, "Expect:");  // no wait for a "100 Continue"
  for (const http::Header& one : headers) {
    is_well = is_well && is_header_safe(one.name) && is_header_safe(one.value) &&
              append(list, one.name + ": " + one.value);
  }
  if (!is_well) return fail(Errc::invalid_input, host + ": a header to send holds a line break");
  return list;
}

Result<Reply> HttpPost::Impl::reply_of(CURLcode outcome, Incoming incoming) const {
  if (incoming.has_long_headers) {
    return fail(Errc::too_large,
                fmt::format("{}: reply's headers over {} bytes", host, reply_headers_limit));
  }
  const bool is_enough = outcome == CURLE_WRITE_ERROR && incoming.has_long_body;
  if (outcome != CURLE_OK && !is_enough) return fail(easy.error(host, outcome, target.time_limit));
  // libcurl takes a reply that ends among its headers for a whole one.
  if (!incoming.known.is_complete) {
    return fail(easy.error(host, CURLE_PARTIAL_FILE, target.time_limit));
  }
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &incoming.reply.status);
  incoming.reply.retry_after = http::retry_after_of(incoming.known, SystemClock{}.now());
  return std::move(incoming.reply);
}

HttpPost::HttpPost(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}

HttpPost::HttpPost(HttpPost&&) noexcept = default;
HttpPost& HttpPost::operator=(HttpPost&&) noexcept = default;
HttpPost::~HttpPost() = default;

Result<HttpPost> HttpPost::create(Target target) {
  const auto url = parse_http_url(target.url);
  if (!url) return fail(url.error());
  if (!target.proxy.empty()) {
    const auto proxy = http::proxy_of({.proxy = target.proxy});
    if (!proxy) return fail(proxy.error());
  }
  auto impl = std::make_unique<Impl>();
  impl->host = escape_for_line(url->host + (url->port.empty() ? "" : ":" + url->port));
  impl->target = std::move(target);
  if (!impl->easy.is_open()) return fail(Errc::system, "libcurl cannot start");
  impl->set_up();
  return HttpPost{std::move(impl)};
}

Result<Reply> HttpPost::send(const std::vector<http::Header>& headers, std::string_view body) {
  const auto list = impl_->header_list(headers);
  if (!list) return fail(list.error());
  CURL* const handle = impl_->easy.get();
  Incoming incoming;
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, list->get());
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &incoming);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &incoming);
  const CURLcode outcome = impl_->easy.perform();
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, nullptr);
  return impl_->reply_of(outcome, std::move(incoming));
}

const std::string& HttpPost::host() const {
  return impl_->host;
}

}  // namespace tocsin::outbound
