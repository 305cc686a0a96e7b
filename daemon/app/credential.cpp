// SPDX-License-Identifier: Apache-2.0
#include "app/credential.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string_view>
#include <utility>

#include "app/input.hpp"
#include "app/secret_file.hpp"
#include "base/result.hpp"
#include "settings/request_text.hpp"

namespace tocsin::app {
namespace {

constexpr std::size_t largest_credential = 4096;

bool begins_with(std::string_view line, std::string_view word) {
  return line.size() > word.size() &&
         std::equal(word.begin(), word.end(), line.begin(), [](char wanted, char c) {
           return wanted == static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
         });
}

/// What stands behind the first word and the spaces after it.
std::string_view after_word(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(' ', line.find(' '));
  return begin == std::string_view::npos ? std::string_view{} : line.substr(begin);
}

/// Takes the first line off `text`.
std::string_view next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Result<void> take_header(std::string_view line, http::Credential& credential) {
  auto header = settings::parse_header(after_word(line));
  if (!header) return fail(Errc::invalid_input, "holds a header that cannot be sent");
  credential.headers.push_back(std::move(*header));
  return {};
}

/// "user:password", "bearer TOKEN" or a header.
Result<void> take_first_line(std::string_view line, http::Credential& credential) {
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  };
  if (std::any_of(line.begin(), line.end(), is_control)) {
    return fail(Errc::invalid_input, "its first line holds a control character");
  }
  if (begins_with(line, "header ")) return take_header(line, credential);
  if (begins_with(line, "bearer ")) {
    credential.bearer = after_word(line);
  } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
    credential.user = line.substr(0, colon);
    credential.password = line.substr(colon + 1);
  }
  if (credential.is_set()) return {};
  return fail(Errc::invalid_input,
              "its first line is neither \"user:password\" nor \"bearer TOKEN\" nor "
              "\"header Name: value\"");
}

std::ptrdiff_t authorizations_of(const http::Credential& credential) {
  const auto in_headers =
      std::count_if(credential.headers.begin(), credential.headers.end(), [](const auto& header) {
        return header.name.size() == 13 && begins_with(header.name + " ", "authorization");
      });
  return in_headers + (credential.user.empty() && credential.bearer.empty() ? 0 : 1);
}

Result<http::Credential> read_credential(const std::string& file) {
  if (auto closed = check_private(file); !closed) return fail(closed.error());
  const auto text = read_file(file, largest_credential);
  if (!text) return fail(text.error());
  auto credential = parse_credential(*text);
  if (!credential) return fail(credential.error().code, file + ": " + credential.error().message);
  return credential;
}

Result<http::Credential> read_proxy_credential(const std::string& file) {
  auto credential = read_credential(file);
  if (!credential) return credential;
  if (!credential->user.empty() && credential->headers.empty()) return credential;
  return fail(Errc::invalid_input, file + ": a proxy takes \"user:password\" and nothing else");
}

/// One setting's secrets on their way from the files.
class Reading {
 public:
  Reading(const settings::Paths& paths, CredentialNames names, Diagnostics& diagnostics)
      : paths_{paths},
        names_{names},
        diagnostics_{diagnostics} {}

  /// The line of tocsin.toml that what follows is named in.
  void at(unsigned line) { line_ = line; }

  void credential(const std::string& name) {
    read("credential", name, credentials_.servers, read_credential);
  }

  void proxy_credential(const std::string& name) {
    read("proxy_credential", name, credentials_.proxies, read_proxy_credential);
  }

  void certificate(const settings::FeedOptions& table) {
    const bool has_key_too = table.client_key.empty();
    read("client_certificate", table.client_certificate, credentials_.files,
         [has_key_too](const std::string& file) -> Result<std::string> {
           if (auto fine = check_certificate(file); !fine) return fail(fine.error());
           if (!has_key_too) return file;
           if (auto fine = check_key(file); !fine) return fail(fine.error());
           return file;
         });
    read("client_key", table.client_key, credentials_.files,
         [](const std::string& file) -> Result<std::string> {
           if (auto fine = check_key(file); !fine) return fail(fine.error());
           return file;
         });
  }

  void authorities(const std::string& file) {
    if (file.empty()) return;
    if (const auto fine = check_certificate(file); !fine) tell("ca_file", fine.error().message);
  }

  [[nodiscard]] Credentials take() { return std::move(credentials_); }

 private:
  template <typename Value, typename Read>
  void read(const char* setting, const std::string& name, std::map<std::string, Value>& into,
            Read read_file_at) {
    if (name.empty()) return;
    const auto file = place_of_secret(name, paths_);
    if (!file) {
      if (names_ == CredentialNames::may_be_unknown) return;
      return tell(setting, "'" + name + "': " + file.error().message);
    }
    auto value = read_file_at(*file);
    if (!value) return tell(setting, value.error().message);
    into.insert_or_assign(name, std::move(*value));
  }

  /// One mistake is told once, however many tables share the file.
  void tell(const char* setting, const std::string& what) {
    const std::string message = std::string{setting} + " " + what;
    const bool is_told =
        std::any_of(diagnostics_.begin(), diagnostics_.end(),
                    [&message](const Diagnostic& one) { return one.message == message; });
    if (is_told) return;
    diagnostics_.push_back({.file = paths_.config, .line = line_, .column = 1, .message = message});
  }

  const settings::Paths& paths_;
  CredentialNames names_;
  Diagnostics& diagnostics_;
  unsigned line_ = 0;
  Credentials credentials_;
};

}  // namespace

Result<http::Credential> parse_credential(std::string_view text) {
  http::Credential credential;
  if (auto taken = take_first_line(next_line(text), credential); !taken) return fail(taken.error());
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    if (line.empty()) continue;
    if (!begins_with(line, "header ")) {
      return fail(Errc::invalid_input, "only lines \"header Name: value\" may follow the first");
    }
    if (auto taken = take_header(line, credential); !taken) return fail(taken.error());
  }
  if (authorizations_of(credential) > 1) {
    return fail(Errc::invalid_input, "holds more than one Authorization");
  }
  return credential;
}

Credentials read_credentials(const Configuration& configuration, CredentialNames names,
                             Diagnostics& diagnostics) {
  const settings::HttpSettings& http = configuration.settings.http;
  Reading reading{configuration.paths, names, diagnostics};
  reading.at(http.line);
  reading.proxy_credential(http.proxy_credential);
  reading.authorities(http.ca_file);
  for (const settings::FeedOptions& table : configuration.settings.feeds) {
    reading.at(table.line);
    reading.credential(table.credential);
    reading.proxy_credential(table.proxy_credential);
    reading.certificate(table);
    reading.authorities(table.ca_file);
  }
  return reading.take();
}

}  // namespace tocsin::app
