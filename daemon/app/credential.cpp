// SPDX-License-Identifier: Apache-2.0
#include "app/credential.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "app/input.hpp"
#include "base/result.hpp"

namespace tocsin::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_credential = 4096;

/// Where a credential's file is; empty for a name when systemd's folder is not known.
std::string credential_file(const std::string& name, const settings::Paths& paths) {
  const fs::path path{name};
  if (path.is_absolute()) return name;
  if (name.find('/') != std::string::npos) {
    return (fs::path{paths.config}.parent_path() / path).lexically_normal().string();
  }
  return paths.credentials.empty() ? std::string{} : (fs::path{paths.credentials} / path).string();
}

/// What is wrong with a credential's file; empty when nothing is.
std::string fault_of(const std::string& file) {
  constexpr mode_t others = S_IRWXO | S_IWGRP;

  struct stat status {};

  if (::stat(file.c_str(), &status) != 0) return std::generic_category().message(errno);
  if (!S_ISREG(status.st_mode)) return "is not a file";
  if ((status.st_mode & others) != 0) return "may be read or changed by others; chmod 0600";
  return {};
}

bool starts_with_bearer(std::string_view line) {
  constexpr std::string_view scheme = "bearer ";
  return line.size() > scheme.size() &&
         std::equal(scheme.begin(), scheme.end(), line.begin(), [](char wanted, char c) {
           return wanted == static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
         });
}

std::string_view first_line(std::string_view text) {
  std::string_view line = text.substr(0, text.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// The errors show nothing of the line.
Result<http::Credential> parse_credential(std::string_view text) {
  const std::string_view line = first_line(text);
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  };
  if (std::any_of(line.begin(), line.end(), is_control)) {
    return fail(Errc::invalid_input, "its first line holds a control character");
  }
  http::Credential credential;
  if (starts_with_bearer(line)) {
    const std::size_t begin = line.find_first_not_of(' ', line.find(' '));
    if (begin != std::string_view::npos) credential.bearer = line.substr(begin);
  } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
    credential.user = line.substr(0, colon);
    credential.password = line.substr(colon + 1);
  }
  if (!credential.is_set()) {
    return fail(Errc::invalid_input,
                "its first line is neither \"user:password\" nor \"bearer TOKEN\"");
  }
  return credential;
}

Result<http::Credential> read_credential(const std::string& file) {
  if (std::string fault = fault_of(file); !fault.empty()) {
    return fail(Errc::refused, "credential " + file + ": " + fault);
  }
  const auto text = read_file(file, largest_credential);
  if (!text) return fail(text.error().code, "credential " + text.error().message);
  auto credential = parse_credential(*text);
  if (!credential) {
    return fail(credential.error().code, "credential " + file + ": " + credential.error().message);
  }
  return credential;
}

}  // namespace

Credentials read_credentials(const Configuration& configuration, CredentialNames names,
                             Diagnostics& diagnostics) {
  const settings::Paths& paths = configuration.paths;
  Credentials credentials;
  std::set<std::string> seen;
  for (const settings::FeedOptions& table : configuration.settings.feeds) {
    if (table.credential.empty() || !seen.insert(table.credential).second) continue;
    const std::string file = credential_file(table.credential, paths);
    if (file.empty() && names == CredentialNames::may_be_unknown) continue;
    Result<http::Credential> credential =
        fail(Errc::not_found, "credential '" + table.credential +
                                  "': $CREDENTIALS_DIRECTORY is not set; give an absolute path");
    if (!file.empty()) credential = read_credential(file);
    if (credential) {
      credentials.emplace(table.credential, std::move(*credential));
      continue;
    }
    diagnostics.push_back({.file = paths.config,
                           .line = table.line,
                           .column = 1,
                           .message = credential.error().message});
  }
  return credentials;
}

}  // namespace tocsin::app
