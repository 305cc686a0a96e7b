// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "tocsin/plugin.hpp"

namespace tocsin::outbound {

enum class Security : std::uint8_t {
  starttls,  ///< Plain at first; nothing is sent before the connection is encrypted.
  tls,       ///< From the first byte.
  none,
};

/// The mail server that mails are handed to.
struct Relay {
  std::string host = {};
  std::uint16_t port = 0;  ///< 0: 587, 465 or 25 by `security`.
  Security security = Security::starttls;
  std::string ca_file = {};  ///< PEM: authorities trusted besides the system's.
  std::chrono::milliseconds time_limit{20'000};
};

struct Login {
  std::string user = {};  ///< Empty: none.
  std::string password = {};
};

/// A mail in two forms, of which the reader's program shows one.
struct Mail {
  std::string from = {};             ///< A bare address.
  std::vector<std::string> to = {};  ///< Bare addresses.
  std::vector<std::string>
      headers;            ///< "Name: value", folded by CRLF and a space where it is long.
  std::string text = {};  ///< UTF-8.
  std::string html = {};  ///< UTF-8.
};

/// What the server said last.
struct MailReply {
  long code = 0;  ///< 250: it took the mail; 0: it said nothing that was SMTP.
  std::string line =
      {};  ///< Of the refusal: "550 5.1.1 no such user", one line, at most 200 bytes.
  bool is_before_mail = false;  ///< Any mail would be refused: the greeting, the sender, no login …
  bool is_login = false;        ///< … or a wrong one.
  std::size_t refused = 0;      ///< Recipients that it would not take, where it took others.
};

/// Hands mails to one server, one after the other. Certificates are always verified. Thread: one,
/// which waits.
class Smtp {
 public:
  [[nodiscard]] static Result<Smtp> create(Relay relay);

  Smtp(const Smtp&) = delete;
  Smtp& operator=(const Smtp&) = delete;
  Smtp(Smtp&&) noexcept;
  Smtp& operator=(Smtp&&) noexcept;
  ~Smtp();

  /// Any answer is a reply. Errors name the server and the reason in one line.
  [[nodiscard]] Result<MailReply> send(const Mail& mail, const Login& login);

  [[nodiscard]] const std::string& host() const;

 private:
  struct Impl;
  explicit Smtp(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

/// True for the name or the address of a host.
[[nodiscard]] bool is_mail_server(std::string_view text);

/// True for "desk@news.example": ASCII, one @, nothing that a header or a command could take for
/// something else.
[[nodiscard]] bool is_mail_address(const std::string& text);

/// What becomes of an alert by what the mail server said. Held while it cannot be reached, greets
/// with a refusal or refuses the login; patience for what it calls transient (4xx); given up
/// at 5xx.
[[nodiscard]] plugin::Outcome outcome_of(const Result<MailReply>& reply, const std::string& host,
                                         const plugin::Delivery& delivery);

}  // namespace tocsin::outbound
