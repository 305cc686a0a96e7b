// SPDX-License-Identifier: Apache-2.0
#include "outbound/smtp.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "outbound/easy.hpp"
#include "outbound/message.hpp"
#include "outbound/verdict.hpp"
#include "tocsin/text.hpp"

namespace tocsin::outbound {
namespace {

constexpr std::size_t line_limit = 200;
constexpr std::size_t dialogue_limit = std::size_t{64} << 10U;

struct FreeMime {
  void operator()(curl_mime* mime) const noexcept { curl_mime_free(mime); }
};

using Mime = std::unique_ptr<curl_mime, FreeMime>;

/// What the server says, line by line.
struct Dialogue {
  std::size_t bytes = 0;
  std::size_t refusals = 0;  ///< Of recipients, as far as the codes tell.
  std::string refusal = {};  ///< The last line that was one.
  std::string command = {};  ///< The last that was sent: "EHLO", "AUTH", "MAIL", …
};

std::size_t on_line(char* data, std::size_t size, std::size_t count, void* self) {
  Dialogue& dialogue = *static_cast<Dialogue*>(self);
  const std::string_view line{data, size * count};
  dialogue.bytes += line.size();
  if (line.starts_with('4') || line.starts_with('5')) {
    dialogue.refusal = line.substr(0, line.find_last_not_of("\r\n") + 1);
    if (line.starts_with("45") || line.starts_with("55")) ++dialogue.refusals;
  }
  return dialogue.bytes > dialogue_limit ? 0 : line.size();
}

/// Only the first word: what follows AUTH is a password.
int on_debug(CURL*, curl_infotype kind, char* data, std::size_t size, void* self) {
  if (kind != CURLINFO_HEADER_OUT) return 0;
  const std::string_view line{data, size};
  const std::string_view word = line.substr(0, line.find_first_of(" \r\n"));
  std::string& command = static_cast<Dialogue*>(self)->command;
  const bool is_verb = word == "EHLO" || word == "HELO" || word == "STARTTLS" || word == "AUTH" ||
                       word == "MAIL" || word == "RCPT" || word == "DATA";
  if (is_verb) command = word;
  return 0;
}

/// What every mail of ours would be answered with. A mail's own fault is its size (552, RFC 1870)
/// at MAIL, and whatever comes later.
bool is_before_the_mail(const Dialogue& dialogue, long code) {
  constexpr long too_large = 552;
  const std::string_view command = dialogue.command;
  if (command == "RCPT" || command == "DATA") return false;
  return command != "MAIL" || code != too_large;
}

bool add_part(curl_mime* mime, const std::string& body, const char* type) {
  curl_mimepart* const part = curl_mime_addpart(mime);
  return part != nullptr && curl_mime_data(part, body.data(), body.size()) == CURLE_OK &&
         curl_mime_type(part, type) == CURLE_OK &&
         curl_mime_encoder(part, "quoted-printable") == CURLE_OK;
}

std::uint16_t port_of(const Relay& relay) {
  if (relay.port != 0) return relay.port;
  if (relay.security == Security::tls) return 465;
  return relay.security == Security::starttls ? 587 : 25;
}

/// The server answered, and that is why libcurl gave up.
bool is_answer(CURLcode outcome) {
  return outcome == CURLE_SEND_ERROR || outcome == CURLE_WEIRD_SERVER_REPLY ||
         outcome == CURLE_LOGIN_DENIED || outcome == CURLE_REMOTE_ACCESS_DENIED;
}

}  // namespace

struct Smtp::Impl {
  Relay relay = {};
  std::string host = {};
  Easy easy = {};

  void set_up();
  [[nodiscard]] Result<MailReply> reply_of(CURLcode outcome, const Dialogue& dialogue) const;
};

void Smtp::Impl::set_up() {
  CURL* const handle = easy.get();
  const bool is_tls = relay.security == Security::tls;
  set_transport(easy, {.ca_file = relay.ca_file, .time_limit = relay.time_limit});
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_URL, ((is_tls ? "smtps://" : "smtp://") + host).c_str());
  const bool is_plain = relay.security == Security::none;
  curl_easy_setopt(handle, CURLOPT_USE_SSL,
                   is_plain ? long{CURLUSESSL_NONE} : long{CURLUSESSL_ALL});
  // One colleague who left is no reason to tell nobody.
  curl_easy_setopt(handle, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &on_line);
  curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, &on_debug);
  curl_easy_setopt(handle, CURLOPT_VERBOSE, 1L);  // or nothing tells the commands
}

Result<MailReply> Smtp::Impl::reply_of(CURLcode outcome, const Dialogue& dialogue) const {
  const std::string line = plugin::cut_bytes(one_line(dialogue.refusal), line_limit);
  if (outcome == CURLE_OK) {
    return MailReply{.code = 250, .line = line, .refused = dialogue.refusals};
  }
  long code = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &code);
  if (outcome == CURLE_WRITE_ERROR) {
    return fail(Errc::invalid_input, host + ": its answers are longer than a mail server's may be");
  }
  if (!is_answer(outcome) || (code < 400 && outcome != CURLE_LOGIN_DENIED)) {
    return fail(easy.error(host, outcome, relay.time_limit));
  }
  return MailReply{.code = code,
                   .line = line,
                   .is_before_mail = is_before_the_mail(dialogue, code),
                   .is_login = outcome == CURLE_LOGIN_DENIED};
}

Smtp::Smtp(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}

Smtp::Smtp(Smtp&&) noexcept = default;
Smtp& Smtp::operator=(Smtp&&) noexcept = default;
Smtp::~Smtp() = default;

Result<Smtp> Smtp::create(Relay relay) {
  if (!is_mail_server(relay.host))
    return fail(Errc::invalid_input, "the mail server's name is none");
  auto impl = std::make_unique<Impl>();
  impl->host = fmt::format("{}:{}", relay.host, port_of(relay));
  impl->relay = std::move(relay);
  if (!impl->easy.is_open()) return fail(Errc::system, "libcurl cannot start");
  impl->set_up();
  return Smtp{std::move(impl)};
}

Result<MailReply> Smtp::send(const Mail& mail, const Login& login) {
  CURL* const handle = impl_->easy.get();
  List recipients;
  List headers;
  bool is_well = append(headers, "Content-Type: multipart/alternative");
  for (const std::string& one : mail.to) is_well = is_well && append(recipients, "<" + one + ">");
  for (const std::string& one : mail.headers) is_well = is_well && append(headers, one);
  const Mime mime{curl_mime_init(handle)};
  is_well = is_well && mime && add_part(mime.get(), mail.text, "text/plain; charset=utf-8") &&
            add_part(mime.get(), mail.html, "text/html; charset=utf-8");
  if (!is_well) return fail(Errc::system, impl_->host + ": no memory for a mail");
  Dialogue dialogue;
  curl_easy_setopt(handle, CURLOPT_MAIL_FROM, ("<" + mail.from + ">").c_str());
  curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle, CURLOPT_MIMEPOST, mime.get());
  curl_easy_setopt(handle, CURLOPT_USERNAME, login.user.empty() ? nullptr : login.user.c_str());
  curl_easy_setopt(handle, CURLOPT_PASSWORD, login.user.empty() ? nullptr : login.password.c_str());
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &dialogue);
  curl_easy_setopt(handle, CURLOPT_DEBUGDATA, &dialogue);
  const CURLcode outcome = impl_->easy.perform();
  curl_easy_setopt(handle, CURLOPT_MIMEPOST, nullptr);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, nullptr);
  curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, nullptr);
  return impl_->reply_of(outcome, dialogue);
}

const std::string& Smtp::host() const {
  return impl_->host;
}

bool is_mail_server(std::string_view text) {
  return !text.empty() && text.size() <= 255 && std::all_of(text.begin(), text.end(), [](char c) {
    const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return is_word || c == '.' || c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
  });
}

bool is_mail_address(const std::string& text) {
  const auto at = text.find('@');
  const bool has_one = at != std::string::npos && text.find('@', at + 1) == std::string::npos;
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) {
    constexpr std::string_view special = "<>()[]\\,;:\"";
    return c > ' ' && c < '\x7F' && special.find(c) == std::string_view::npos;
  });
  return has_one && is_plain && at > 0 && at + 1 < text.size() && text.size() <= 254;
}

plugin::Outcome outcome_of(const Result<MailReply>& reply, const std::string& host,
                           const plugin::Delivery& delivery) {
  if (!reply) {
    const Error& error = reply.error();
    if (error.code == Errc::unreachable) return held(error.message);
    return patiently(error.message, {}, delivery);
  }
  if (reply->code == 250) return plugin::Ok{};
  const std::string said = host + ": said " + (reply->line.empty() ? "no" : reply->line);
  if (reply->is_login) return held(said + ": the login is refused");
  if (reply->is_before_mail) return held(said);
  if (reply->code >= 500) return plugin::Drop{said};
  return patiently(said, {}, delivery);
}

}  // namespace tocsin::outbound
