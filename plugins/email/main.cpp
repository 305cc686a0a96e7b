// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <bit>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/utf8.hpp"
#include "email/compose.hpp"
#include "outbound/smtp.hpp"
#include "outbound/target_options.hpp"
#include "outbound/verdict.hpp"
#include "plugin/manifest.hpp"
#include "tocsin/serve.hpp"

namespace {

namespace email = tocsin::email;
namespace outbound = tocsin::outbound;
namespace plugin = tocsin::plugin;
using outbound::Security;
using tocsin::Result;

Security security_of(const std::string& word) {
  if (word == "tls") return Security::tls;
  return word == "none" ? Security::none : Security::starttls;
}

email::Addresses addresses_of(const plugin::Options& options) {
  return {.from = options.text("sender"), .to = options.texts("to")};
}

std::string no_address(const std::string& text) {
  return "'" + tocsin::escape_for_line(text) + "' is no mail address";
}

plugin::Mistakes check(const plugin::Options& options) {
  plugin::Mistakes mistakes;
  const auto [from, to] = addresses_of(options);
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (outbound::is_mail_address(to[i])) continue;
    mistakes.push_back({.option = "to", .what = no_address(to[i]), .at = i});
  }
  if (to.empty()) mistakes.push_back({.option = "to", .what = "names nobody"});
  if (!outbound::is_mail_address(from)) {
    mistakes.push_back({.option = "sender", .what = no_address(from)});
  }
  if (!outbound::is_mail_server(options.text("server"))) {
    mistakes.push_back({.option = "server", .what = "is no name of a mail server"});
  }
  const bool has_user = options.has("user");
  if (has_user != options.has("password")) {
    mistakes.push_back({.option = has_user ? "user" : "password",
                        .what = has_user ? "needs password" : "needs user"});
  }
  if (has_user && options.text("security") == "none") {
    mistakes.push_back(
        {.option = "security", .what = "a password is sent over an encrypted connection only"});
  }
  return mistakes;
}

/// One server, and how many mails it did not give to everybody.
struct Desk {
  outbound::Smtp smtp;
  plugin::Options options;
  std::uint64_t partial = 0;
};

plugin::Outcome send(Desk& desk, const plugin::Alert& alert, const plugin::Delivery& delivery) {
  // Read for each alert, so that it can be replaced while the plugin runs.
  const auto password = desk.options.secret("password");
  if (!password) return outbound::held(password.error().message);
  const auto mail = email::compose(alert, addresses_of(desk.options), tocsin::SystemClock{}.now());
  const auto reply =
      desk.smtp.send(mail, {.user = desk.options.text("user"), .password = *password});
  if (reply && reply->code == 250 && reply->refused > 0 && std::has_single_bit(++desk.partial)) {
    fmt::print(stderr, "tocsin-email: {}: {} of {} recipients refused: {} (time {})\n",
               desk.smtp.host(), reply->refused, mail.to.size(), reply->line, desk.partial);
  }
  return outbound::outcome_of(reply, desk.smtp.host(), delivery);
}

Result<plugin::Handling> open(const plugin::Options& options) {
  if (const auto good = outbound::check_authorities(options); !good) {
    return tocsin::fail(good.error());
  }
  if (const auto good = options.secret("password"); !good) return tocsin::fail(good.error());
  auto smtp = outbound::Smtp::create({.host = options.text("server"),
                                      .port = static_cast<std::uint16_t>(options.integer("port")),
                                      .security = security_of(options.text("security")),
                                      .ca_file = options.text("ca-file"),
                                      .time_limit = options.duration("timeout")});
  if (!smtp) return tocsin::fail(smtp.error());
  const auto desk = std::make_shared<Desk>(Desk{.smtp = std::move(*smtp), .options = options});
  return plugin::Handling{
      .handle = [desk](const plugin::Alert& alert, const plugin::Delivery& delivery) {
        return send(*desk, alert, delivery);
      }};
}

std::string describe(const plugin::Options& options, const plugin::Alert& alert,
                     const plugin::Delivery&) {
  const auto mail = email::compose(alert, addresses_of(options), alert.times.committed);
  std::string said = "to " + options.text("server") + ":\n";
  for (const std::string& one : mail.headers) said += one + "\n";
  std::erase(said, '\r');
  return said + "\n" + mail.text + "\n" + mail.html;
}

}  // namespace

int main(int argc, char** argv) {
  return plugin::serve(
      argc, argv,
      {.manifest = plugin_manifest, .open = open, .describe = describe, .check = check});
}
